"""Where Voyager 1 is: states from JPL Horizons."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from deepspace.constants import J2000_JD_TDB
from deepspace.ingestion.product import (
    ArchivedPayload,
    Batch,
    Columns,
    Conversation,
    Product,
    Steps,
    Window,
)
from deepspace.ingestion.store import stored_rows
from deepspace.upstream import horizons
from deepspace.upstream.errors import NoData, SchemaDrift
from deepspace.upstream.request import Request
from voyager import science, synthetic
from voyager.legs import DAY, J2000, REFIT_START, Leg, legs
from voyager.models import Trajectory

VOYAGER_1, EARTH = "-31", "399"
_FAR = datetime(2100, 1, 1, tzinfo=UTC)  # where the ephemeris ends; far beyond it TDB has no date in Python
_ROLES = {"voyager1": VOYAGER_1, "earth": EARTH}


class TrajectoryProduct(Product):
    """Heliocentric states of Voyager 1 and the Earth from JPL Horizons.

    https://ssd.jpl.nasa.gov/horizons/ asks for one request at a time. States are geometric (``VEC_CORR=NONE``),
    ecliptic J2000, au and au/d at TDB epochs. A leg is fetched when its stored rows are not all there, or come
    from another solution than the newest answer; so a first run takes the whole mission, a daily run one day,
    a re-fitted ephemeris everything, and a run that was cut off goes on where it stopped.
    """

    key: ClassVar[str] = "voyager.trajectory"
    title: ClassVar[str] = "Voyager 1 trajectory"
    summary: ClassVar[str] = (
        "Heliocentric positions and velocities of Voyager 1 and the Earth since launch, to one year ahead."
    )
    model: ClassVar = Trajectory
    source: ClassVar[str] = "jpl_horizons"
    upstream: ClassVar[str] = "NASA/JPL Solar System Dynamics, Horizons"
    info_url: ClassVar[str] = "https://ssd.jpl.nasa.gov/horizons/"
    citation: ClassVar[str] = (
        "JPL Horizons on-line ephemeris system, solution Voyager_1_ST+refit2022_m (Giorgini et al. 1996, BAAS 28, 1158)"
    )
    licence: ClassVar[str] = "Public domain (NASA/JPL-Caltech)"
    refresh_every: ClassVar[timedelta] = timedelta(days=1)
    stale_after: ClassVar[timedelta] = timedelta(days=7)
    replaces: ClassVar = "window"
    derived: ClassVar[frozenset[str]] = frozenset(
        {
            "distance_au",
            "earth_distance_au",
            "speed_km_s",
            "ra_deg",
            "dec_deg",
            "gal_longitude",
            "gal_latitude",
        }
    )
    bounds: ClassVar = {
        "distance_au": (0.9, 1000.0),
        "speed_km_s": (5.0, 60.0),
        "jd_tdb": (2_443_391.0, 2_488_070.0),  # launch to 2100, the span of the ephemeris
    }
    model_summary: ClassVar[str] = synthetic.MODEL.statement

    def requests(self, window: Window) -> Conversation:
        """Ask for the newest day first (it tells the current solution), then for every leg that lacks rows."""
        planned = [part for leg in legs(datetime.now(UTC)) if (part := leg.clipped(*_tdb_bounds(window)))]
        if not planned:
            raise NoData("no epoch of the trajectory lies in the window asked")
        if not window.is_explicit:
            probe = Leg(planned[-1].stop - DAY, planned[-1].stop, DAY)
            yield Steps(2)
            batch = yield from _ask(probe)
            yield batch
            planned = [leg for wide in planned for leg in _lacking(self, wide, batch.parameters)]
        yield Steps(2 * len(planned))
        for leg in planned:
            yield (yield from _ask(leg))

    def parse(self, batch: Batch) -> Iterator[Columns]:
        """States of both bodies at the same instants, with what follows from them."""
        voyager = horizons.parse_vectors(batch.body("voyager1"))
        earth = horizons.parse_vectors(batch.body("earth"))
        _must_match(voyager, earth)
        utc = science.tdb_to_utc(voyager.tdb)
        geocentric = voyager.position_au - earth.position_au
        finite = np.asarray(np.isfinite(np.hstack([voyager.position_au, geocentric])).all(axis=1))
        yield {
            "timestamp_utc": utc,
            "cadence_s": np.full(len(utc), int(batch.parameters["step_s"]), dtype=np.int64),
            "jd_tdb": voyager.jd_tdb,
            **_components("", voyager),
            **_components("earth_", earth),
            "distance_au": science.norm(voyager.position_au),
            "earth_distance_au": science.norm(geocentric),
            "speed_km_s": science.speed_km_s(voyager.velocity_au_d),
            **_angles(("ra_deg", "dec_deg"), science.equatorial_coordinates, geocentric, finite),
            **_angles(
                ("gal_longitude", "gal_latitude"), science.galactic_coordinates, voyager.position_au, finite
            ),
            "quality": np.where(voyager.tdb < np.datetime64(REFIT_START, "us"), "design", "refit"),
            "solution": np.full(len(utc), voyager.solution),
            "earth_solution": np.full(len(utc), earth.solution),
        }


def _tdb_bounds(window: Window) -> tuple[datetime | None, datetime | None]:
    """The window on the TDB axis of the legs."""
    bounds = [
        None if moment is None else _utc_to_tdb(min(moment, _FAR)) for moment in (window.start, window.end)
    ]
    return bounds[0], bounds[1]


def _utc_to_tdb(moment: datetime) -> datetime:
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    seconds = float(science.utc_to_tdb_seconds(np.array([naive], dtype="datetime64[us]"))[0])
    return J2000 + timedelta(seconds=seconds)


def _ask(leg: Leg) -> Generator[Request, ArchivedPayload | None, Batch]:
    """Both bodies over a leg, as one batch."""
    payloads: dict[str, ArchivedPayload] = {}
    for role, target in _ROLES.items():
        payload = yield _request(target, leg)
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        payloads[role] = payload
    tables = {role: horizons.parse_vectors(payload.body) for role, payload in payloads.items()}
    for role, table in tables.items():  # a window's rows are replaced: fewer epochs would delete the others
        if (found := len(np.unique(table.tdb))) != leg.epochs:
            raise SchemaDrift(f"Horizons gives {found} epochs of {_ROLES[role]}, asked were {leg.epochs}")
    first, last = science.tdb_to_utc(np.array([leg.start, leg.stop], dtype="datetime64[us]")).tolist()
    step_s = int(leg.step.total_seconds())
    solutions = {role: table.solution for role, table in tables.items()}
    return Batch(
        payloads,
        first.replace(tzinfo=UTC),
        last.replace(tzinfo=UTC),
        {"step_s": step_s, "solutions": solutions},
        upstream_version=" / ".join(solutions.values()),
    )


def _request(target: str, leg: Leg) -> Request:
    if leg.is_single:
        jd_tdb = float((leg.start - J2000) / DAY) + J2000_JD_TDB
        return horizons.vectors_at_request(target, [jd_tdb])
    step = "1h" if leg.step < DAY else "1d"
    return horizons.vectors_request(target, f"{leg.start:%Y-%m-%d %H:%M}", f"{leg.stop:%Y-%m-%d %H:%M}", step)


def _lacking(product: Product, leg: Leg, newest: Any) -> list[Leg]:
    """What of a leg is not stored with the newest solutions: nothing, its end, or all of it."""
    solutions = newest["solutions"]
    first, last = science.tdb_to_utc(np.array([leg.start, leg.stop], dtype="datetime64[us]")).tolist()
    window = (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    inside = stored_rows(product).filter(timestamp_utc__range=window)
    current = inside.filter(solution=solutions["voyager1"], earth_solution=solutions["earth"])
    count = current.count()
    if count >= leg.epochs:
        return []
    if leg.step < DAY or count == 0 or inside.count() != count:
        return [leg]
    stored = np.array(current.order_by("timestamp_utc").values_list("jd_tdb", flat=True))
    days = stored - (J2000_JD_TDB + (leg.start - J2000) / DAY)
    gaps = np.flatnonzero(np.round(days).astype(int) != np.arange(len(stored)))
    kept = int(gaps[0]) if len(gaps) else len(stored)
    start = leg.start + kept * DAY
    return [Leg(min(start, leg.stop - DAY), leg.stop, DAY)]


def _must_match(voyager: horizons.VectorTable, earth: horizons.VectorTable) -> None:
    if voyager.target_id != VOYAGER_1 or earth.target_id != EARTH:
        raise SchemaDrift(f"asked for -31 and 399, got {voyager.target_id} and {earth.target_id}")
    if len(voyager.tdb) != len(earth.tdb) or (voyager.tdb != earth.tdb).any():
        raise SchemaDrift(
            f"Voyager 1 ({len(voyager.tdb)} epochs) and the Earth ({len(earth.tdb)}) are not at the same instants"
        )


def _components(prefix: str, table: horizons.VectorTable) -> dict[str, NDArray[Any]]:
    names = [f"{prefix}{axis}_au" for axis in "xyz"] + [f"{prefix}v{axis}_au_d" for axis in "xyz"]
    columns = [*table.position_au.T, *table.velocity_au_d.T]
    return dict(zip(names, columns, strict=True))


def _angles(
    names: tuple[str, str], coordinates: Any, vectors: NDArray[Any], finite: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    """Directions of the finite vectors; the others have none, and validation rejects their rows."""
    angles = np.full((2, len(vectors)), np.nan)
    if finite.any():
        angles[:, finite] = coordinates(vectors[finite])
    return dict(zip(names, angles, strict=True))
