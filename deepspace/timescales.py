"""Conversions between UTC, TDB calendar dates, TDB Julian dates and TDB seconds past J2000.

Calendar dates are ``datetime64[us]``: exact to the microsecond, while a Julian date in one float64
(27 us with the nine decimals that Horizons prints) is not. Interpolation therefore takes its axis
from UTC or TDB dates, as TDB seconds past J2000 in float64: resolved to 0.24 us until 2068 and to
0.5 us after.

astropy.time does what needs leap seconds or TDB - TT. It takes leap seconds from the installed
packages (pyerfa, astropy-iers-data) and never from the network, and is imported at the first call
because it is too heavy for the start of a web worker.
"""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepspace.constants import J2000_JD_TDB, SECONDS_PER_DAY

if TYPE_CHECKING:
    from astropy.time import Time

FloatArray = NDArray[np.float64]
DatetimeArray = NDArray[np.datetime64]

_J2000_TDB = np.datetime64("2000-01-01T12:00:00", "us")
_MICROSECOND = np.timedelta64(1, "us")
# `iers.conf` and the warning filters are process-wide: two threads must not take turns at them
_ASTROPY_STATE = threading.Lock()
_LAST_SECOND = 59


@contextlib.contextmanager
def _packaged_leap_seconds() -> Iterator[None]:
    """Astropy without network, caches or system files, silent on far-future dates only.

    ERFA calls a UTC "dubious" that is more than five years after its release, because leap seconds
    may be announced until then; a prediction for 2030 is no reason to warn on every page.
    """
    import erfa
    from astropy.utils import iers

    with contextlib.ExitStack() as stack:
        stack.enter_context(_ASTROPY_STATE)
        stack.enter_context(iers.conf.set_temp("auto_download", False))
        for source in ("system_leap_second_file", "iers_leap_second_auto_url", "ietf_leap_second_auto_url"):
            stack.enter_context(iers.conf.set_temp(source, ""))
        stack.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", message=".*dubious year.*", category=erfa.ErfaWarning)
        yield


def _microseconds(dates: ArrayLike | np.datetime64) -> DatetimeArray:
    values = np.asarray(dates, dtype="datetime64[us]")
    if np.any(np.isnat(values)):
        msg = "NaT has no place on a time scale"
        raise ValueError(msg)
    return values


def _calendar_utc(time: Time) -> DatetimeArray:
    """A Time in UTC as datetime64[us], rounded to the nearest microsecond."""
    import erfa

    year, month, day, hmsf = erfa.d2dtf("UTC", 6, time.jd1, time.jd2)
    months = (np.asarray(year, dtype=np.int64) - 1970) * 12 + np.asarray(month, dtype=np.int64) - 1
    dates = months.astype("datetime64[M]").astype("datetime64[D]") + (np.asarray(day, dtype=np.int64) - 1)
    # datetime64 has no 23:59:60: a leap second is held at the last microsecond before it
    leap = hmsf["s"] > _LAST_SECOND
    second = np.where(leap, _LAST_SECOND, hmsf["s"]).astype(np.int64)
    fraction = np.where(leap, 999_999, hmsf["f"]).astype(np.int64)
    whole_seconds = (hmsf["h"].astype(np.int64) * 60 + hmsf["m"]) * 60 + second
    offset_us: DatetimeArray = dates.astype("datetime64[us]") + (whole_seconds * 1_000_000 + fraction)
    return offset_us


def tdb_to_utc(tdb: ArrayLike | np.datetime64) -> DatetimeArray:
    """Convert TDB calendar dates, as Horizons prints them, to UTC.

    Parameters
    ----------
    tdb : array_like of datetime64, shape (...)
        Barycentric Dynamical Time, read to the microsecond.

    Returns
    -------
    ndarray of datetime64[us], shape (...)
        UTC, rounded to the nearest microsecond. An instant inside a leap second, which datetime64
        cannot write, becomes the last microsecond before it.

    Raises
    ------
    ValueError
        If a date is NaT.

    Notes
    -----
    TDB - TT at the geocentre follows Fairhead & Bretagnon (1990) to better than 0.1 us within a
    century of 2000 in the form ERFA uses; dates beyond the last announced leap second are
    converted with the present TAI - UTC.

    References
    ----------
    Fairhead & Bretagnon (1990), Astron. Astrophys. 229, 240; ERFA `dtdb`.
    """
    values = _microseconds(tdb)
    with _packaged_leap_seconds():
        from astropy.time import Time

        return _calendar_utc(Time(values, format="datetime64", scale="tdb").utc)


def utc_to_jd_tdb(utc: ArrayLike | np.datetime64) -> tuple[FloatArray, FloatArray]:
    """Convert UTC dates to TDB Julian dates in two parts.

    Parameters
    ----------
    utc : array_like of datetime64, shape (...)
        UTC, read to the microsecond.

    Returns
    -------
    jd1, jd2 : ndarray of float64, shape (...)
        Their sum is the Julian date; ``jd1`` is a whole or half number of days and ``jd2`` is at
        most half a day, so that the pair is good to better than a nanosecond.

    Raises
    ------
    ValueError
        If a date is NaT.
    """
    values = _microseconds(utc)
    with _packaged_leap_seconds():
        from astropy.time import Time

        time = Time(values, format="datetime64", scale="utc").tdb
        return np.asarray(time.jd1, dtype=np.float64), np.asarray(time.jd2, dtype=np.float64)


def utc_to_tdb_seconds(utc: ArrayLike | np.datetime64) -> FloatArray:
    """TDB seconds past J2000 of UTC dates, shape (...): the axis for `hermite_state`.

    Good to better than a microsecond between 1800 and 2200. Raises ValueError for NaT.
    """
    return jd_tdb_to_tdb_seconds(*utc_to_jd_tdb(utc))


def tdb_to_tdb_seconds(tdb: ArrayLike | np.datetime64) -> FloatArray:
    """TDB seconds past J2000 of TDB calendar dates, shape (...). Raises ValueError for NaT."""
    # days of TDB have 86400 s, no leap seconds: plain arithmetic is exact
    elapsed_us = (_microseconds(tdb) - _J2000_TDB) / _MICROSECOND
    return np.asarray(elapsed_us / 1e6, dtype=np.float64)


def tdb_seconds_to_utc(tdb_s: ArrayLike) -> DatetimeArray:
    """UTC datetime64[us] of TDB seconds past J2000, shape (...).

    Raises
    ------
    ValueError
        If a value is not finite.
    """
    seconds = np.asarray(tdb_s, dtype=np.float64)
    if not np.all(np.isfinite(seconds)):
        msg = "TDB seconds must be finite"
        raise ValueError(msg)
    whole = np.floor(seconds)
    elapsed_us = whole.astype(np.int64) * 1_000_000 + np.rint((seconds - whole) * 1e6).astype(np.int64)
    return tdb_to_utc(_J2000_TDB + elapsed_us.astype("timedelta64[us]"))


def jd_tdb_to_tdb_seconds(jd1: ArrayLike, jd2: ArrayLike = 0.0) -> FloatArray:
    """TDB seconds past J2000 of TDB Julian dates, in one part or two, shape (...).

    A Julian date held in one float64 is only good to 40 us; the two parts of `utc_to_jd_tdb` keep
    the microsecond.
    """
    whole_d = np.asarray(jd1, dtype=np.float64) - J2000_JD_TDB
    return whole_d * SECONDS_PER_DAY + np.asarray(jd2, dtype=np.float64) * SECONDS_PER_DAY


def tdb_seconds_to_jd_tdb(tdb_s: ArrayLike) -> FloatArray:
    """TDB Julian dates, in one float64 (good to 40 us), of TDB seconds past J2000, shape (...)."""
    return J2000_JD_TDB + np.asarray(tdb_s, dtype=np.float64) / SECONDS_PER_DAY
