"""JPL Horizons: asking for state vectors and reading the answer.

The parameters of a request are astroquery's own, taken from it without letting it open a socket; the door sends
them. The answer is read by a parser of our own (`horizons_vectors` says why).

References
----------
https://ssd-api.jpl.nasa.gov/doc/horizons.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deepspace.upstream.horizons_vectors import SUN, VectorTable, parse_vectors
from deepspace.upstream.request import Request

__all__ = [
    "ENDPOINT",
    "MAX_EPOCHS",
    "SUN",
    "VectorTable",
    "parse_vectors",
    "vectors_at_request",
    "vectors_request",
]

ENDPOINT = "https://ssd.jpl.nasa.gov/api/horizons.api"
MAX_EPOCHS = 50  # TLIST by GET: 51 give 502, measured

_MAX_BYTES = 32 * 2**20  # 18,000 daily states are 5 MB
_READ_TIMEOUT_S = 60.0


def vectors_request(
    target: str, start: str, stop: str, step: str, center: str = "500@10", *, id_type: str | None = None
) -> Request:
    """Ask for geometric states on a regular grid, ecliptic J2000, au and au/d.

    Parameters
    ----------
    target
        Horizons' name for it, e.g. ``"-31"``.
    start, stop
        First and last epoch in TDB, e.g. ``"1977-09-06 00:00"``. They must differ: Horizons refuses one epoch on a
        grid, see `vectors_at_request`.
    step
        ``"1d"``, ``"1h"``, ``"5m"``; 90,024 lines at most.
    center
        ``"500@10"`` is the centre of the Sun.
    id_type
        As in astroquery: None for major bodies and spacecraft, ``"designation"`` for comets.
    """
    if start == stop:
        raise ValueError("Horizons refuses a grid of one epoch; ask with vectors_at_request")
    return _request(target, center, id_type, {"start": start, "stop": stop, "step": step})


def vectors_at_request(
    target: str, jd_tdb: Sequence[float], center: str = "500@10", *, id_type: str | None = None
) -> Request:
    """Ask for geometric states at given epochs: Julian dates in TDB, at most 50. The answer is in order of time."""
    epochs = sorted({float(epoch) for epoch in jd_tdb})
    if not 0 < len(epochs) <= MAX_EPOCHS:
        raise ValueError(f"Horizons takes 1 to {MAX_EPOCHS} epochs in one request, not {len(epochs)}")
    return _request(target, center, id_type, epochs)


def _request(
    target: str, center: str, id_type: str | None, epochs: Mapping[str, str] | Sequence[float]
) -> Request:
    from astroquery.jplhorizons import Horizons

    query = Horizons(id=target, location=center, id_type=id_type, epochs=epochs)
    asked: Mapping[str, Any] = query.vectors_async(
        refplane="ecliptic", aberrations="geometric", get_query_payload=True
    )
    return Request(
        url=ENDPOINT,
        params={name: str(value) for name, value in asked.items()},
        expects="text",
        max_bytes=_MAX_BYTES,
        read_timeout_s=_READ_TIMEOUT_S,
        conditional=False,  # Horizons sends no validators, and each answer carries its own date
    )
