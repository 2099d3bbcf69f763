"""What went wrong in a run that goes on, and when it is too much."""

from __future__ import annotations

from typing import Final

from deepspace.upstream.errors import NoData, RateLimited, Refused, SchemaDrift, Unreachable, UpstreamError

# The least first. What passes by itself says less than what needs a person, and "nothing there" says least of all.
_ORDER: Final = (NoData, RateLimited, Unreachable, Refused, SchemaDrift)


class Troubles:
    """Failures of a run over an archive: files and listings fail alone until the archive as a whole seems down.

    Where several things went wrong, the run ends with the worst. It never says that there is nothing for the window
    asked (NoData) when a listing could not be had or read.
    """

    def __init__(self, in_a_row: int) -> None:
        self._limit, self._in_a_row = in_a_row, 0
        self._remembered: UpstreamError | None = None
        self.any = False  # whether something failed at all

    def bear(self, error: UpstreamError) -> None:
        """Take note of a failed request or batch, which the pipeline writes down; raise when it is one too many."""
        self.any = True
        self._in_a_row = 0 if error.permanent else self._in_a_row + 1
        if self._in_a_row >= self._limit:
            raise worst(error, self._remembered)

    def relax(self) -> None:
        """Something went well."""
        self._in_a_row = 0

    def remember(self, error: UpstreamError) -> None:
        """Keep what is wrong with an answer that came, to end the run with it."""
        self.any = True
        self._remembered = worst(error, self._remembered)

    def speak(self) -> None:
        """Raise what was remembered, if anything."""
        if self._remembered is not None:
            raise self._remembered


def worst(error: UpstreamError, other: UpstreamError | None) -> UpstreamError:
    """The worse of two failures; the earlier, which is ``other``, where they are of one kind."""
    if other is None:
        return error
    return error if _ORDER.index(type(error)) > _ORDER.index(type(other)) else other
