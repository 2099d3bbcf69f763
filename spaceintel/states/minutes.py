"""Series of minutes, reduced to what a picture can show: X-rays of the Sun and the solar wind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from spaceintel.states.arrays import Floats, Times
from spaceintel.states.feed import Feed

SPEED, DENSITY, BT, BZ = range(4)  # columns of the solar wind's values
WIND_NAMES: Final = ("speed_km_s", "density_cm3", "bt_nt", "bz_gsm_nt")
OLD_WIND: Final = timedelta(minutes=15)  # an older value does not say what the wind is now


@dataclass(frozen=True)
class Reduced:
    """Values in columns of equal length, or one by one where there are few; NaN where none is given.

    A column keeps its smallest and largest value, so that no peak is averaged away.
    """

    utc: Times  # (m,) start of each column or value
    step_s: float  # its length
    low: Floats  # (m,) or (m, k)
    mean: Floats
    high: Floats
    is_envelope: bool

    def __len__(self) -> int:
        return len(self.utc)


@dataclass(frozen=True)
class XrayNow:
    """The newest minute of the long band."""

    flux_w_m2: float
    flare_class: str  # "C1.3"
    at: datetime
    satellite: int


@dataclass(frozen=True)
class XraySeries:
    """GOES X-ray flux in both bands, W/m²."""

    start: datetime
    end: datetime
    long: Reduced  # 0.1 to 0.8 nm: flare classes are of this band
    short: Reduced  # 0.05 to 0.4 nm
    satellites: tuple[int, ...]  # GOES numbers in the window
    minutes: int  # of the long band
    peak_w_m2: float | None  # largest one-minute value of the long band
    peak_at: datetime | None
    latest: XrayNow | None  # newest minute in the window
    feed: Feed


@dataclass(frozen=True)
class WindNow:
    """The newest plasma and the newest field, which can come at different times: each says by itself how new it is."""

    speed_km_s: float | None
    density_cm3: float | None
    temperature_k: float | None
    plasma_at: datetime | None
    plasma_spacecraft: str  # "SOLAR1"; "summary" where the upstream does not name it; "" without plasma
    is_plasma_current: bool  # recent enough to say what the wind is now; else greyed out
    bt_nt: float | None
    bz_gsm_nt: float | None
    field_at: datetime | None
    field_spacecraft: str
    is_field_current: bool

    @property
    def spacecraft(self) -> tuple[str, ...]:
        """Whose values these are, that of the plasma first."""
        known = (one for one in (self.plasma_spacecraft, self.field_spacecraft) if one)
        return tuple(dict.fromkeys(known))


@dataclass(frozen=True)
class WindSeries:
    """Solar wind at L1: speed (km/s), density (1/cm³), Bt and Bz in GSM (nT)."""

    start: datetime
    end: datetime
    values: Reduced  # (m, 4): columns SPEED, DENSITY, BT, BZ
    spacecraft: tuple[str, ...]  # in the window
    minutes: int
    latest: WindNow | None
    feed: Feed
