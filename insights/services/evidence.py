"""The data behind a finding: do they still hold what they held when it was written?"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.fallback import real_provenance
from deepspace.ingestion.product import Product
from deepspace.ingestion.registry import product as product_named
from deepspace.pages.panels import Panel, panel
from deepspace.parameters import ParameterError
from deepspace.plotting import registry as plots
from deepspace.provenance import Provenance, Tier
from insights.models import DataReference
from insights.pinning import Digest, digest
from insights.windows import plot_parameters, takes_a_window

_log = logging.getLogger(__name__)


class State(StrEnum):
    """What can be said of the rows in the window."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNPINNED = "unpinned"  # nothing was stored when it was written: nothing to compare with
    UNKNOWN = "unknown"  # the product is gone, or the database does not answer


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
    def is_changed(self) -> bool:
        """Whether the data behind the finding are not what they were."""
        return self.state is State.CHANGED


def evidence_of(
    reference: DataReference, *, with_panel: bool = True, with_provenance: bool = False
) -> Evidence:
    """State, plot and provenance of a data reference; never fails because data or a plot cannot be had."""
    try:
        product = product_named(reference.product)
    except KeyError:
        return Evidence(reference, None, State.UNKNOWN, None)
    now = _now(reference)
    shown, shows_more = _panel(reference) if with_panel and reference.plot else (None, False)
    return Evidence(
        reference,
        product,
        state_of(reference, now),
        now.rows if now else None,
        shown,
        shows_more,
        _provenance(reference, now) if with_provenance else None,
    )


def state_of(reference: DataReference, now: Digest | None) -> State:
    """Compare the pin with what the window holds now."""
    if now is None:
        return State.UNKNOWN
    if not reference.rows_sha256:
        return State.UNPINNED
    return State.UNCHANGED if now.sha256 == reference.rows_sha256 else State.CHANGED


def _now(reference: DataReference) -> Digest | None:
    try:
        return digest(reference.product, reference.window_start, reference.window_end)
    except DatabaseFailure:
        versions.lost_database()
        _log.exception("no checksum of %s: the database does not answer", reference)
        return None


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


def _provenance(reference: DataReference, now: Digest | None) -> Provenance:
    """Where the rows of the window come from; of nothing when there are none."""
    if now is None:
        return unknown(reference, "Unknown: the database does not answer.")
    if not now.rows:
        return unknown(reference, "Nothing is stored in this window.")
    try:
        return versions.current(
            real_provenance(
                reference.product, observed_from=reference.window_start, observed_until=reference.window_end
            )
        )
    except DatabaseFailure:
        versions.lost_database()
        return unknown(reference, "Unknown: the database does not answer.")
