"""Alerts, warnings, watches and summaries of NOAA SWPC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import ClassVar, Final

from deepspace.ingestion.product import Batch, Conversation, Row, Steps, Unusable, Window
from spaceintel.models import Alert
from spaceintel.products.swpc import MIB, SwpcProduct, ask, file, records
from spaceintel.readers.swpc import Records
from spaceintel.readers.swpc_alert import read_alert
from spaceintel.readers.swpc_records import AlertRecord

_HOLDS: Final = timedelta(days=30)


class AlertsProduct(SwpcProduct):
    """The messages of about the last 30 days. Their text is stored as sent and escaped where it is shown.

    A message that cancels or extends another one names its serial number; which messages are in force is the
    reader's business, because the table keeps them all.
    """

    key: ClassVar[str] = "spaceintel.alerts"
    title: ClassVar[str] = "Space weather alerts (NOAA)"
    summary: ClassVar[str] = (
        "Alerts, warnings and watches of NOAA's forecasters, as they sent them, with cancellations and extensions."
    )
    model: ClassVar = Alert
    info_url: ClassVar[str] = "https://www.spaceweather.gov/products/alerts-watches-and-warnings"
    citation: ClassVar[str] = "NOAA Space Weather Prediction Center, alerts, watches and warnings"
    stale_after: ClassVar[timedelta] = timedelta(
        hours=1
    )  # a warning may come minutes before what it warns of
    may_be_empty: ClassVar[bool] = True

    def requests(self, window: Window) -> Conversation:
        """Ask for the list."""
        yield Steps(1)
        payload = yield from ask(file("/products/alerts.json", 16 * MIB))
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        yield self.listed(Batch({"alerts": payload}), _HOLDS)

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """One row for each message."""
        found: Records[AlertRecord] = records(batch, "alerts", AlertRecord)
        yield from found.unusable
        for one in found:
            yield {
                "product_id": one.product_id,
                "issue_datetime": one.issue_datetime,
                "timestamp_utc": one.issue_datetime,
                "message": one.message,
                **asdict(read_alert(one.message)),
            }
