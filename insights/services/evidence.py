"""The data behind a finding: do they still hold what they held when it was written?"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.fallback import real_provenance
from deepspace.ingestion.product import Product
from deepspace.ingestion.registry import product as product_named
from deepspace.memo import forgets
from deepspace.pages.panels import Panel, panel
from deepspace.parameters import ParameterError
from deepspace.plotting import registry as plots
from deepspace.provenance import Provenance, Tier
from insights.models import DataReference
from insights.pinning import Allowance, digest
from insights.windows import plot_parameters, takes_a_window

_log = logging.getLogger(__name__)
_MOST_KEPT: Final = 1_024  # some 1 kB each
_kept: dict[tuple[str, str, datetime, datetime], Provenance] = {}
forgets(_kept.clear)


class State(StrEnum):
    """What can be said of the rows in the window."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNPINNED = "unpinned"  # nothing was stored when it was written: nothing to compare with
    UNCHECKED = "unchecked"  # too many rows to read for one answer; the next ingest does it
    PRODUCT_GONE = "product_gone"  # nothing to compare with, until a release brings the product back
    UNKNOWN = "unknown"  # the database does not answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """One data reference as a reader sees it."""

    reference: DataReference
    product: Product | None
    state: State
    rows_now: int | None
    panel: Panel | None = None
    shows_more: bool = False  # the plot takes no window: it shows all there is
    provenance: Provenance | None = None

    @property
    def is_provisional(self) -> bool:
        """Whether the next answer may say more, without anything having changed."""
        return self.state in {State.UNCHECKED, State.UNKNOWN}


def evidence_of(
    reference: DataReference,
    *,
    with_panel: bool = True,
    with_provenance: bool = False,
    allowance: Allowance | None = None,
) -> Evidence:
    """State, plot and provenance of a data reference; never fails because data or a plot cannot be had.

    ``allowance`` bounds the rows that are read for all references of one answer.
    """
    try:
        product = product_named(reference.product)
    except KeyError:
        return Evidence(reference, None, State.PRODUCT_GONE, None)
    state, rows_now = _state(reference, allowance or Allowance())
    is_shown = (
        with_panel and reference.plot and rows_now != 0
    )  # a plot without rows would show another window
    shown, shows_more = _panel(reference) if is_shown else (None, False)
    return Evidence(
        reference,
        product,
        state,
        rows_now,
        shown,
        shows_more,
        _provenance(reference, state, rows_now) if with_provenance else None,
    )


def _state(reference: DataReference, allowance: Allowance) -> tuple[State, int | None]:
    """Compare the pin with what the window holds now; the number of rows with it, where it is known."""
    try:
        now = digest(reference.product, reference.window_start, reference.window_end, allowance)
    except DatabaseFailure:
        versions.lost_database()
        _log.exception("no checksum of %s: the database does not answer", reference)
        return State.UNKNOWN, None
    if not reference.rows_sha256:
        return State.UNPINNED, now.rows if now else None
    if now is None:
        return State.UNCHECKED, None
    return State.UNCHANGED if now.sha256 == reference.rows_sha256 else State.CHANGED, now.rows


def _panel(reference: DataReference) -> tuple[Panel | None, bool]:
    try:
        plot = plots.plot(reference.plot)
        parameters = plot_parameters(plot, reference.window_start, reference.window_end, reference.parameters)
    except (KeyError, ParameterError):
        _log.warning("the plot %r of a data reference cannot show it any more", reference.plot)
        return None, False
    return panel(reference.plot, parameters), not takes_a_window(plot)


def unknown(
    reference: DataReference, note: str = "This site knows nothing of the product now."
) -> Provenance:
    """Provenance of a window of which there is nothing to say."""
    return Provenance(
        reference.product,
        Tier.EMPTY,
        "none",
        observed_from=reference.window_start,
        observed_until=reference.window_end,
        note=note,
    )


def _provenance(reference: DataReference, state: State, rows_now: int | None) -> Provenance:
    """Where the rows of the window come from; of nothing when there are none."""
    if state is State.UNKNOWN:
        return unknown(reference, "Unknown: the database does not answer.")
    if rows_now == 0:
        return unknown(reference, "Nothing is stored in this window.")
    try:
        return versions.current(_batches_of(*reference.what))
    except DatabaseFailure:
        versions.lost_database()
        return unknown(reference, "Unknown: the database does not answer.")


def _batches_of(key: str, start: datetime, end: datetime) -> Provenance:
    """The batches that brought rows of a window, looked up once per refresh of the product: a list shows many."""
    place = (versions.token((key,)), key, start, end)
    known = _kept.get(place)
    if known is None:
        known = real_provenance(key, observed_from=start, observed_until=end)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        if not versions.database_is_away():
            _kept[place] = known
    return known
