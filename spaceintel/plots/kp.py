"""Kp of the last days and of those to come: always of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.parameters import NoParameters
from deepspace.plotting import theme
from deepspace.plotting.plot import Plot
from deepspace.plotting.timeaxis import days
from deepspace.plotting.words import say, subtitle
from deepspace.provenance import Provenance
from spaceintel.plots.drawing import draw_now, time_axis
from spaceintel.plots.kp_base import SOURCES, draw_bars, kp_axis, kp_name, levels, name_storms, right_px
from spaceintel.plots.naming import as_known, days_name
from spaceintel.science.space_weather import kp_text
from spaceintel.states import KpClimatology, KpForecast, KpNow, KpSeries

PAST_DAYS: Final = 7
_AHEAD: Final = timedelta(days=3)


@dataclass(frozen=True)
class KpOfNow:
    """What is drawn."""

    now: datetime
    series: KpSeries
    newest: KpNow
    forecast: KpForecast
    climatology: KpClimatology | None

    @property
    def start(self) -> datetime:
        """Left edge: of an old series its own days."""
        return self.series.feeds[0].start

    @property
    def is_old(self) -> bool:
        """Nothing of the last days is known: older days are drawn, and no forecast beside them."""
        return self.series.feeds[0].is_moved

    @property
    def end(self) -> datetime:
        """Right edge."""
        return self.series.feeds[0].end if self.is_old else self.now + _AHEAD


class KpPlot(Plot[KpOfNow]):
    """Bars by NOAA's scale."""

    name = "space-kp"
    title = "Planetary K index: last 7 days and forecast"
    caption = (
        "One bar for each three hours, coloured and named by NOAA's G scale; full bars are observed, hatched ones are "
        "NOAA's forecast. Dashed lines are the levels G1 to G5; beside them stands the share of all stored three-hour "
        "values that reach each (climatology, not a forecast), where decades of them are stored."
    )
    caveat = (
        "Kp is one number for the whole Earth, from a dozen stations at middle latitudes. Values of the last days are "
        "preliminary. The forecast says how disturbed it may become, not when to the hour."
    )
    products = ("spaceintel.kp", "spaceintel.kp_gfz", "spaceintel.kp_history")
    parameters: ClassVar = NoParameters

    def data(self, parameters: Any) -> KpOfNow:
        """Seven days, and what is to come."""
        from spaceintel import services
        from spaceintel.parameters import SpaceParameters
        from spaceintel.services import kp
        from spaceintel.services.windows import window

        now = datetime.now(UTC)
        return KpOfNow(
            now=now,
            series=kp.series(window(SpaceParameters(days=PAST_DAYS), now), now),
            newest=kp.kp_now(now),
            forecast=kp.forecast(now),
            climatology=services.climatology(),
        )

    def provenance(self, data: KpOfNow) -> Sequence[Provenance]:
        """Of each source of observed values; of the forecast where it is drawn without them."""
        return [feed.provenance for feed in data.series.feeds]

    def draw(self, figure: Figure, data: KpOfNow) -> None:
        """Bars, then what is to come."""
        subtitle(figure, _subtitle(data))
        axes = theme.add_axes(
            figure,
            74,
            theme.FOOTER_PX + theme.XAXIS_PX,
            right_px(data.climatology),
            theme.TITLE_PX + 46,
        )
        theme.style_axes(axes, ylabel="Kp", xlabel=days_name(data.start, data.end))
        time_axis(axes, data.start, data.end)
        kp_axis(axes, data.climatology)
        utc, kp, is_predicted = _bars(data)
        if not len(kp):
            say(axes, as_known(data.series.feeds[0]))
            return
        draw_bars(axes, utc, kp, is_predicted=is_predicted)
        name_storms(axes, utc, kp, now=None if data.is_old else float(days(data.now)))
        if not data.is_old:
            draw_now([axes], data.now)

    def alt(self, data: KpOfNow) -> str:
        """The newest value, the highest of the week, the highest to come."""
        parts = []
        if data.newest.kp is not None and data.newest.is_current and data.newest.at is not None:
            parts.append(f"Kp is {kp_text(data.newest.kp)} at {data.newest.at:%Y-%m-%d %H:%M} UTC.")
        if len(data.series):
            parts.append(
                f"Of the observed values from {data.start:%Y-%m-%d} on the highest is {_highest(data.series)}."
            )
        if len(data.forecast) and not data.is_old:
            parts.append(f"NOAA foresees at most {_highest(data.forecast)}.")
        return " ".join([*parts, as_known(data.series.feeds[0])])

    def columns(self, data: KpOfNow) -> Mapping[str, NDArray[Any]]:
        """Each bar."""
        utc, kp, is_predicted = _bars(data)
        n = len(data.series)
        rest = len(kp) - n
        status = data.forecast.status[len(data.forecast) - rest :].tolist()
        return {
            "utc": utc,
            "kp": kp,
            "g_scale": np.array(levels(kp), dtype=np.int64),
            "kind": np.array(["observed"] * n + status, dtype=object),
            "source": np.array([*data.series.source.tolist(), *["noaa_swpc"] * rest], dtype=object),
            "is_predicted": np.array(is_predicted, dtype=np.bool_),
        }


def _bars(data: KpOfNow) -> tuple[NDArray[np.datetime64], NDArray[np.float64], list[bool]]:
    """Observed values, then the predicted ones of later intervals."""
    series, ahead = data.series, data.forecast
    if data.is_old:
        return series.utc, series.kp, [False] * len(series)
    later = np.ones(len(ahead), np.bool_) if not len(series) else ahead.utc > series.utc[-1]
    inside = later & (ahead.utc < np.datetime64(data.end.replace(tzinfo=None), "us"))
    utc = np.concatenate([series.utc, ahead.utc[inside]])
    kp = np.concatenate([series.kp, ahead.kp[inside]])
    return utc, kp, [False] * len(series) + [True] * int(inside.sum())


def _highest(values: KpSeries | KpForecast) -> str:
    place = int(np.argmax(values.kp))
    return kp_name(float(values.kp[place]), values.utc[place])


def _subtitle(data: KpOfNow) -> str:
    sources = " and ".join(SOURCES[one] for one in sorted(set(data.series.source.tolist()), reverse=True))
    if data.is_old:
        return f"observed by {sources} · nothing newer is known"
    observed = f"observed by {sources} (full)" if sources else "no observed value is known"
    return f"{observed} · predicted by NOAA SWPC (hatched)" if len(data.forecast) else observed
