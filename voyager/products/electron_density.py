"""Electron densities as the instrument team publishes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np

from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Steps, Window
from deepspace.upstream.request import Request
from voyager import synthetic_plasma
from voyager.models import ElectronDensity
from voyager.readers.pds_density import METHODS, check_md5, read_densities

_BUNDLE = "https://pds-ppi.igpp.ucla.edu/data/voyager-pws-vlism-density"
_STEM = "vg1-vlism-density-2012-2025"
_TABLE, _LABEL = f"{_STEM}.csv", f"{_STEM}.lblx"
_MAX_BYTES = 8 * 2**20  # 755 records are 0.2 MB
_NUMBERS = (
    *("n_e_cm3", "n_e_min_cm3", "n_e_max_cm3", "f_pe_hz", "f_ce_hz"),
    *("b_nt", "distance_au", "past_heliopause_au"),
)


class ElectronDensityProduct(Product):
    """The table of the PDS4 bundle ``urn:nasa:pds:voyager-pws-vlism-density``, always as a whole.

    755 densities on 742 days of 2012 to 2025: 155 from electron plasma oscillations (epo), 600 from the
    quasi-thermal noise line (qtn). The label states the table's MD5; it is compared when the label can be had.
    """

    key: ClassVar[str] = "voyager.electron_density"
    title: ClassVar[str] = "Voyager 1 electron densities"
    summary: ClassVar[str] = (
        "Published interstellar electron densities from plasma oscillations and the quasi-thermal line, 2012-2025."
    )
    model: ClassVar = ElectronDensity
    source: ClassVar[str] = "nasa_pds"
    upstream: ClassVar[str] = "NASA Planetary Data System, Planetary Plasma Interactions node"
    info_url: ClassVar[str] = "https://doi.org/10.17189/zkkc-we77"
    citation: ClassVar[str] = (
        "W. S. Kurth, Voyager PWS VLISM electron densities v2.0, PDS4, doi:10.17189/zkkc-we77"
    )
    licence: ClassVar[str] = "Public domain (NASA/PDS); cite the DOI"
    refresh_every: ClassVar[timedelta] = timedelta(days=7)
    stale_after: ClassVar[timedelta] = timedelta(days=180)
    replaces: ClassVar = "window"
    model_summary: ClassVar[str] = synthetic_plasma.DENSITY_MODEL.statement
    bounds: ClassVar = {
        "n_e_cm3": (1e-4, 10.0),
        "n_e_min_cm3": (0.0, 10.0),
        "n_e_max_cm3": (0.0, 10.0),
        "f_pe_hz": (50.0, 50_000.0),
        "f_ce_hz": (0.0, 1_000.0),
        "b_nt": (0.0, 10.0),
        "distance_au": (80.0, 300.0),
        "past_heliopause_au": (-30.0, 200.0),
    }

    def requests(self, window: Window) -> Conversation:
        """The table, and its label if there is one."""
        yield Steps(2)
        table = yield _request(_TABLE)
        assert table is not None  # noqa: S101 (the pipeline answers each request)
        yield Steps(1)
        label = yield _request(_LABEL, optional=True)
        if label is None:
            yield Batch({"table": table}, upstream_version=f"{_TABLE}, no label: MD5 not checked")
            return
        md5 = check_md5(table.body, _TABLE, label.body)
        checked = f"MD5 {md5} as in the label" if md5 else "the label states no MD5"
        yield Batch({"table": table, "label": label}, upstream_version=f"{_TABLE}, {checked}")

    def parse(self, batch: Batch) -> Iterator[Columns]:
        """Densities with their bounds; a method that is neither epo nor qtn is no value, and its row rejected."""
        if "label" in batch.payloads:
            check_md5(batch.body("table"), _TABLE, batch.body("label"))
        records = list(read_densities(batch.body("table")))
        columns: dict[str, Any] = {
            name: np.array([_or_nan(record.values.get(name)) for record in records]) for name in _NUMBERS
        }
        method = np.empty(len(records), dtype=object)
        method[:] = [record.method if record.method in METHODS else None for record in records]
        yield {
            "timestamp_utc": np.array([_instant(record.timestamp_utc) for record in records]),
            "method": method,
            **columns,
            "significance_sigma": np.full(len(records), np.nan),
        }


def _request(name: str, *, optional: bool = False) -> Request:
    return Request(f"{_BUNDLE}/data/{name}", expects="text", max_bytes=_MAX_BYTES, optional=optional)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _instant(text: str) -> np.datetime64:
    """``2012-10-22T21:44:19.795Z`` as UTC; NaT, so that the row is rejected, where it is no time."""
    try:
        return np.datetime64(text.removesuffix("Z"), "us")
    except ValueError:
        return np.datetime64("NaT", "us")
