"""CDF files from memory, read with cdflib; whatever is wrong with one becomes a ``SchemaDrift`` that says where.

cdflib trusts its input, so the structure of a file is checked first (`cdf_structure`); what is damaged beyond that
makes it fail somewhere deep with any exception at all. It reads from paths only: the bytes spend their time in a
temporary file.

References
----------
https://cdf.gsfc.nasa.gov/ (CDF internal format description, version 3.9)
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepspace.upstream.errors import SchemaDrift
from voyager.constants import CDF_EPOCH_OF_1970_MS
from voyager.readers.cdf_structure import MAX_RECORDS, unpacked

Times = NDArray[np.datetime64]
Floats = NDArray[np.float64]

MAX_VALUES: Final = 64_000_000

_EPOCH, _TT2000 = 31, 33  # CDF data types
_LATEST_EPOCH_MS = 315_569_519_999_999.0  # 9999-12-31, what the format calls its largest
_HUGE = 1e30  # every fill and pad value of ISTP files is beyond; no measurement is
# What cdflib is known to raise on damaged files; its own checks are ValueError, KeyError and OSError.
_DAMAGE = (
    ValueError,
    LookupError,
    ArithmeticError,
    OSError,
    EOFError,
    TypeError,
    AttributeError,
    NameError,
    AssertionError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)


class CdfFile:
    """The variables of one file."""

    def __init__(self, cdf: Any, name: str) -> None:
        self._cdf, self._name = cdf, name
        with _damage(self._name, "its index"):
            info = cdf.cdf_info()
            self.variables = frozenset([*info.zVariables, *info.rVariables])

    def require(self, *variables: str) -> None:
        """Raise SchemaDrift when one of the variables is not there."""
        missing = [variable for variable in variables if variable not in self.variables]
        if missing:
            raise SchemaDrift(f"{self._name}: no variable {', '.join(missing)}")

    def values(self, variable: str, records: int | None = None) -> Floats:
        """Numbers of a variable, NaN where the file has its fill value.

        Parameters
        ----------
        records
            How many there must be: those of the axis that the variable stands on.
        """
        raw = self._read(variable, records)
        if raw.dtype.kind not in "iuf":
            raise SchemaDrift(f"{self._name}: {variable} is not numbers")
        values = raw.astype(np.float64)
        with _damage(self._name, f"the fill value of {variable}"):
            fill = self._cdf.varattsget(variable).get("FILLVAL")
            if isinstance(fill, (int, float, np.number)):
                values[raw == fill] = np.nan
        values[np.isfinite(values) & (np.abs(values) >= _HUGE)] = np.nan
        return values

    def times(self, variable: str) -> Times:
        """UTC of a time variable (CDF_EPOCH or TT2000), to the microsecond; NaT where there is none."""
        raw = self._read(variable, None)
        with _damage(self._name, variable):
            kind = self._cdf.varinq(variable).Data_Type
        if kind == _EPOCH and raw.dtype.kind == "f":
            return _from_epoch(raw)
        if kind == _TT2000 and raw.dtype.kind == "i":
            with _damage(self._name, variable):
                return _from_tt2000(raw)
        raise SchemaDrift(f"{self._name}: {variable} is not a time (CDF data type {kind})")

    def _read(self, variable: str, records: int | None) -> NDArray[Any]:
        self.require(variable)
        with _damage(self._name, variable):
            inquiry = self._cdf.varinq(variable)
            count = int(inquiry.Last_Rec) + 1
            per_record = (
                int(np.prod([int(size) for size in inquiry.Dim_Sizes], dtype=object))
                if inquiry.Dim_Sizes
                else 1
            )
        if count > MAX_RECORDS or count * per_record > MAX_VALUES or per_record < 1:
            raise SchemaDrift(f"{self._name}: {variable} has {count:,} records of {per_record:,} values")
        if records is not None and count != records:
            raise SchemaDrift(f"{self._name}: {variable} has {count:,} records, its time axis {records:,}")
        with _damage(self._name, variable):
            values = np.asarray(self._cdf.varget(variable)) if count else np.empty(0)
            # of one record (a variable that does not vary, a file of one record) cdflib gives the inner array alone
            values = values.reshape(-1, *(int(size) for size in inquiry.Dim_Sizes))
        if len(values) != count:
            raise SchemaDrift(f"{self._name}: {variable} ends at record {len(values):,} of {count:,}")
        return values


@contextmanager
def opened(body: bytes, name: str) -> Iterator[CdfFile]:
    """The CDF file in ``body``; ``name`` is what messages call it.

    Raises
    ------
    SchemaDrift
        It is no CDF file, or a damaged one; also later, when a variable is read.
    """
    plain = unpacked(body, name)
    from cdflib import CDF  # not needed by the web process, which imports this module through the registry

    with NamedTemporaryFile(suffix=".cdf") as file:
        file.write(plain)
        file.flush()
        with _damage(name, "its header"):
            cdf = CDF(file.name, validate=True)
        yield CdfFile(cdf, name)


@contextmanager
def _damage(name: str, where: str) -> Iterator[None]:
    try:
        with np.errstate(all="ignore"):
            yield
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:120]
        raise SchemaDrift(
            f"{name}: {where} cannot be read: {type(error).__name__} {reason}".rstrip()
        ) from error


def _from_epoch(raw: NDArray[Any]) -> Times:
    """CDF_EPOCH is milliseconds since year 0, without leap seconds: UTC as calendars count it."""
    valid = np.isfinite(raw) & (raw > 0) & (raw <= _LATEST_EPOCH_MS)
    times = np.full(len(raw), "NaT", dtype="datetime64[us]")
    since_1970_us = np.rint((raw[valid] - CDF_EPOCH_OF_1970_MS) * 1000.0)
    times[valid] = since_1970_us.astype(np.int64).astype("datetime64[us]")
    return times


def _from_tt2000(raw: NDArray[Any]) -> Times:
    """TT2000 is nanoseconds of TT since J2000, leap seconds included: cdflib has their table."""
    from cdflib.epochs import CDFepoch

    times = np.full(len(raw), "NaT", dtype="datetime64[us]")
    valid = raw > np.iinfo(np.int64).min + 1_000_000  # fill and pad are the smallest integers
    if valid.any():
        times[valid] = CDFepoch.to_datetime(raw[valid]).astype("datetime64[us]")
    return times
