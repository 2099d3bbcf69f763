"""Objects with possible impacts: the list of CNEOS Sentry, one snapshot for each state of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from deepspace.ingestion.product import (
    ArchivedPayload,
    Batch,
    Conversation,
    Product,
    Row,
    Steps,
    Unusable,
    Window,
)
from deepspace.models import IngestionLog
from deepspace.upstream.errors import SchemaDrift, UpstreamError
from deepspace.upstream.request import Request
from spaceintel.models import SentryObject
from spaceintel.readers import sentry

_ROLE: Final = "list"
_LEAST_SHARE: Final = 0.5  # a list that lost more than half of its objects was cut


class SentryProduct(Product):
    """https://ssd-api.jpl.nasa.gov/doc/sentry.html, mode S.

    Sentry prints no date. A state of the list is dated by the instant at which it was first seen; the same content in
    another order, or with other bytes, is the same state. The instant is in the batch's parameters, so that ``parse``
    needs no clock.
    """

    key: ClassVar[str] = "spaceintel.sentry"
    title: ClassVar[str] = "Possible impacts (Sentry)"
    summary: ClassVar[str] = (
        "Objects for which an impact in the next hundred years or so cannot be ruled out yet, with probability, Palermo"
        " and Torino values; one snapshot for each change of the list."
    )
    model: ClassVar = SentryObject
    source: ClassVar[str] = "cneos"
    upstream: ClassVar[str] = "NASA/JPL Center for Near Earth Object Studies (CNEOS), Sentry"
    info_url: ClassVar[str] = "https://cneos.jpl.nasa.gov/sentry/"
    citation: ClassVar[str] = (
        "NASA/JPL CNEOS, Sentry impact monitoring (Roa, Farnocchia & Chesley 2021, AJ 162, 277)"
    )
    licence: ClassVar[str] = "Public domain (NASA/JPL-Caltech)"
    refresh_every: ClassVar[timedelta] = timedelta(hours=12)
    stale_after: ClassVar[timedelta] = timedelta(hours=48)
    replaces: ClassVar = "nothing"
    bounds: ClassVar = {
        "absolute_magnitude_h": (-5.0, 40.0),
        "diameter_km": (0.0, 100.0),
        "impact_probability": (0.0, 1.0),
        "palermo_cumulative": (-50.0, 20.0),
        "palermo_max": (-50.0, 20.0),
        "torino_max": (0, 10),
        "year_from": (1900, 3000),
        "year_until": (1900, 3000),
        "infinity_velocity_km_s": (0.0, 100.0),
    }

    def requests(self, window: Window) -> Conversation:
        """Ask for the list; it has no past, so that a window changes nothing."""
        yield Steps(1)
        payload = yield Request("https://ssd-api.jpl.nasa.gov/sentry.api", expects="json")
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        yield self._batch(payload)

    def _batch(self, payload: ArchivedPayload) -> Batch:
        now = datetime.now(UTC).replace(microsecond=0)
        known = self._newest()
        try:
            digest = sentry.digest(payload.body)
        except UpstreamError:  # the pipeline meets it again, and records it with the bytes
            digest = ""
        issued_at, listed = now, 0
        if known is not None:
            listed = int(known["listed"])
            if digest == known["digest"]:
                issued_at, listed = datetime.fromisoformat(known["issued_at"]), int(known["before"])
        parameters = {
            "issued_at": issued_at.isoformat(),
            "digest": digest,
            "before": listed,  # objects in the state before this one
            "listed": _length(payload.body) if digest else 0,
        }
        return Batch({_ROLE: payload}, issued_at, max(now, issued_at), parameters)

    def _newest(self) -> dict[str, Any] | None:
        """What the newest stored batch says of its state."""
        logs = IngestionLog.objects.filter(product=self.key, status=IngestionLog.Status.SUCCESS)
        logs = logs.exclude(kind=IngestionLog.Kind.REPLAY).exclude(payload_ids={}).order_by("-pk")
        return logs.values_list("parameters", flat=True).first()

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """One row for each object."""
        issued_at = datetime.fromisoformat(batch.parameters["issued_at"])
        found = list(sentry.read(batch.body(_ROLE)))
        if len(found) < _LEAST_SHARE * batch.parameters["before"]:
            raise SchemaDrift(
                f"Sentry lists {len(found)} objects, {batch.parameters['before']} were listed before"
            )
        for row in found:
            yield (
                row
                if isinstance(row, Unusable)
                else {**row, "issued_at": issued_at, "timestamp_utc": issued_at}
            )


def _length(body: bytes) -> int:
    return sum(not isinstance(one, Unusable) for one in sentry.read(body))
