"""Published electron densities along the path of Voyager 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, MultipleLocator
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.labels import label_at, place
from deepspace.plotting.plot import Plot
from deepspace.plotting.scale import pixels
from deepspace.plotting.timeaxis import days, utc_axis
from deepspace.provenance import Provenance, Tier
from voyager.parameters import PublicationParameters
from voyager.plots.plasma import key_above
from voyager.science.plasma import electron_density_cm3
from voyager.spectra import PublishedDensities
from voyager.synthetic_plasma import HELIOSHEATH_CM3, VLISM_CM3

METHODS: Final = {
    "epo": ("o", theme.SUN, 7.0, "plasma oscillations (epo)"),
    "qtn": ("s", theme.SPACECRAFT, 4.5, "quasi-thermal noise (qtn)"),
}
_KEY_PX: Final = 98  # key above, then the axis of distance
_RIGHT_PX: Final = 104
_TOP_CM3: Final = 0.18  # the axis reaches at least so far
_FREQUENCIES_HZ: Final = (1_000.0, 2_000.0, 2_500.0, 3_000.0, 3_500.0, 4_000.0, 5_000.0, 7_000.0, 10_000.0)
_STEPS_AU: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_CLEAR_PX: Final = 5.0  # on either side of the heliosheath's level, free of labels
# Heights of the names in turn, as parts of the axis: below the densities and above, so that no two leaders cross.
_HEIGHTS: Final = (0.16, 0.3, 0.92)
_LEAST_DAYS: Final = 400.0  # of the way that carries the axis of distance beyond the data


class DensityPublishedPlot(Plot[PublishedDensities]):
    """Densities against time and distance, by method."""

    name = "density-published"
    title = "Voyager 1: electron density of interstellar space"
    caption = (
        "Electron densities as published by the instrument team, from the frequency of electron plasma "
        "oscillations (epo) and of the faint quasi-thermal line (qtn), with their bounds. Line: running mean "
        "of 180 days, where there are enough. Grey: the range of interstellar densities on this path, "
        f"{VLISM_CM3[0]} to {VLISM_CM3[1]} per cm³, and the heliosheath's {HELIOSHEATH_CM3} at the foot. "
        "Dashed: boundaries and shocks from the reviewed list of events."
    )
    caveat = (
        "Where no point stands nothing was detected or recorded: that is not an absence of plasma. Time and "
        "distance grow together, so that one spacecraft cannot tell a change in time from one in space. "
        "Points lie where waves made the density readable, often behind shocks, so that their mean is not "
        "that of the medium. Only fronts whose day is confirmed by the paper cited are drawn; there were others."
    )
    products = ("voyager.electron_density", "voyager.events")
    parameters = PublicationParameters
    size_px = (1000, 660)

    def data(self, parameters: Any) -> PublishedDensities:
        """The densities, from the best rung that holds."""
        from voyager import services

        return services.published(parameters)

    def provenance(self, data: PublishedDensities) -> Sequence[Provenance]:
        """Of the densities; of the events where some are drawn."""
        if data.boundaries_provenance.tier is Tier.EMPTY:
            return (data.provenance,)
        return (data.provenance, data.boundaries_provenance)

    def draw(self, figure: Figure, data: PublishedDensities) -> None:
        """Bands behind, then bounds, points and running mean; frequency right, distance above."""
        axes = theme.add_axes(
            figure, theme.LEFT_PX, theme.FOOTER_PX + theme.XAXIS_PX, _RIGHT_PX, theme.TITLE_PX + _KEY_PX
        )
        theme.style_axes(axes, xlabel=_time_name(data), ylabel="electron density (per cm³)")
        time = days(data.utc)
        utc_axis(axes, _extent(data, time))
        high = np.where(np.isfinite(data.high_cm3), data.high_cm3, data.n_e_cm3)
        top = max(_TOP_CM3, 1.12 * float(np.nanmax(high, initial=0.0)))
        axes.set_ylim(-0.03 * top, top)
        if top < 0.5:
            axes.yaxis.set_major_locator(MultipleLocator(0.05))
            axes.yaxis.set_major_formatter("{x:.2f}")
        _draw_points(axes, data, time)
        _draw_levels(axes)
        _draw_frequency(figure, axes)
        _draw_distance(figure, axes, data, time)
        _draw_boundaries(figure, axes, data, time)
        key_above_distance(axes)
        if not np.isfinite(data.n_e_cm3).any():
            axes.text(
                0.5,
                0.42,
                "The model begins at the termination shock, 2004-12-16.",
                transform=axes.transAxes,
                ha="center",
                color=theme.TEXT,
            )

    def alt(self, data: PublishedDensities) -> str:
        """How many, from where to where, and the newest."""
        found = data.statistics
        if not found.count or found.latest_at is None or found.first_at is None:
            return (
                "No published density is stored; shown is the documented model of the density along the path."
            )
        first = float(data.n_e_cm3[0])
        methods = ", ".join(f"{count} {name}" for name, count in found.by_method.items())
        where = "" if found.latest_distance_au is None else f" at {found.latest_distance_au:.1f} au"
        if found.count == 1:
            return (
                f"One published density: {first:.3f} per cm³ on {found.first_at:%Y-%m-%d}{where} ({methods})."
            )
        return (
            f"{found.count} published densities ({methods}): from {first:.3f} per cm³ on {found.first_at:%Y-%m-%d} to "
            f"{found.latest_cm3:.3f} on {found.latest_at:%Y-%m-%d}{where}; median {found.median_cm3:.3f}, between "
            f"{found.min_cm3:.3f} and {found.max_cm3:.3f}."
        )

    def columns(self, data: PublishedDensities) -> Mapping[str, NDArray[Any]]:
        """Every density drawn, with bounds, frequency, distance and running mean."""
        return {
            "utc": data.utc,
            "method": np.array(data.method, dtype=object),
            "n_e_cm3": data.n_e_cm3,
            "n_e_min_cm3": data.low_cm3,
            "n_e_max_cm3": data.high_cm3,
            "f_pe_hz": data.f_pe_hz,
            "distance_au": data.distance_au,
            "running_mean_cm3": data.running_cm3,
        }


def key_above_distance(axes: Axes) -> None:
    """The key, above the axis of distance."""
    key_above(axes, columns=3)
    legend = axes.get_legend()
    if legend is not None:
        height = axes.get_window_extent().height
        legend.set_bbox_to_anchor((0.0, 1.0 + 40.0 / height), transform=axes.transAxes)


def _time_name(data: PublishedDensities) -> str:
    """What the axis of time is called; with both dates where its labels may lack the year."""
    first, last = (np.datetime_as_string(data.utc[place], unit="D") for place in (0, -1))
    if data.utc[-1] - data.utc[0] > np.timedelta64(4 * 365, "D"):
        return "date (UTC)"
    return f"{first} to {last} (UTC)" if first != last else f"{first} (UTC)"


def _extent(data: PublishedDensities, time: NDArray[np.float64]) -> list[float]:
    """First and last day shown; with all data in view also the heliopause, where the density jumps."""
    shown = [float(time[0]), float(time[-1])]
    for one in data.boundaries:
        at = float(days(one.at))
        if (
            one.name == "Heliopause"
            and 0.0 < shown[0] - at < _LEAST_DAYS
            and shown[1] - shown[0] > _LEAST_DAYS
        ):
            shown.insert(0, at)
    return shown


def _draw_levels(axes: Axes) -> None:
    axes.axhspan(
        *VLISM_CM3,
        color=theme.MUTED,
        alpha=0.14,
        linewidth=0,
        zorder=0.4,
        label=f"interstellar, {VLISM_CM3[0]} to {VLISM_CM3[1]}",
    )
    axes.axhline(
        HELIOSHEATH_CM3,
        color=theme.BOUNDARY,
        linewidth=3,
        alpha=0.9,
        zorder=1,
        label=f"heliosheath, about {HELIOSHEATH_CM3}",
    )


def _draw_points(axes: Axes, data: PublishedDensities, time: NDArray[np.float64]) -> None:
    if not data.provenance.is_real:
        axes.plot(time, data.n_e_cm3, color=theme.DESIGN, linestyle=(0, (4, 2)), linewidth=3, label="model")
        return
    methods = np.array(data.method, dtype=object)
    for method in dict.fromkeys([*METHODS, *data.method]):
        marker, color, size, name = METHODS.get(method, ("D", theme.TEXT, 6.0, method))
        chosen = methods == method
        if not chosen.any():
            continue
        bounded = chosen & np.isfinite(data.low_cm3) & np.isfinite(data.high_cm3)
        axes.vlines(
            time[bounded],
            data.low_cm3[bounded],
            data.high_cm3[bounded],
            color=color,
            linewidth=1.2,
            alpha=0.55,
        )
        few = 1.0 if chosen.sum() > 40 else 1.5
        axes.plot(
            time[chosen],
            data.n_e_cm3[chosen],
            marker,
            color=color,
            markersize=size * few,
            markeredgecolor=theme.BACKGROUND,
            markeredgewidth=0.6,
            label=name,
        )
    if np.isfinite(data.running_cm3).any():
        running = data.running_cm3.copy()
        running[1:][np.diff(time) > 90.0] = np.nan  # a gap stays a gap
        axes.plot(time, running, color=theme.NOW, linewidth=2.2, zorder=4, label="running mean, 180 days")


def _draw_frequency(figure: Figure, axes: Axes) -> None:
    """Plasma frequency at the right edge: the density is its square."""
    low, high = axes.get_ylim()
    shown: list[tuple[float, str]] = []
    for one in _FREQUENCIES_HZ:
        place = float(electron_density_cm3(one))
        is_apart = not shown or place - shown[-1][0] > 0.07 * (high - low)
        if low < place < high and is_apart:
            shown.append((place, f"{one / 1_000:g}"))
    right = axes.secondary_yaxis("right")
    right.yaxis.set_major_locator(FixedLocator([one for one, _ in shown]))
    right.yaxis.set_major_formatter(FixedFormatter([text for _, text in shown]))
    right.tick_params(length=5, pad=5)
    right.spines["right"].set_color(theme.MUTED)
    frame = axes.get_position()
    figure.text(
        1 - 20 / 1_000,
        (frame.y0 + frame.y1) / 2,
        "plasma frequency (kHz)",
        rotation=90,
        fontsize=theme.LABEL_PT,
        ha="center",
        va="center",
    )


def _draw_distance(figure: Figure, axes: Axes, data: PublishedDensities, time: NDArray[np.float64]) -> None:
    """Distance from the Sun along the top, from the distances published with the densities."""
    known = np.isfinite(data.distance_au)
    if known.sum() < 2 or np.ptp(data.distance_au[known]) <= 0.0:
        return
    slope, offset = np.polyfit(time[known] - time[0], data.distance_au[known], 1)
    first, last = axes.get_xlim()
    low, high = offset + slope * (first - time[0]), offset + slope * (last - time[0])
    step = next((one for one in _STEPS_AU if (high - low) / one <= 6.0), _STEPS_AU[-1])
    marks = np.arange(np.ceil(low / step) * step, high, step)
    # between published distances exactly; the straight line only beyond the first and the last
    at = np.interp(marks, data.distance_au[known], time[known])
    outside = (marks < data.distance_au[known].min()) | (marks > data.distance_au[known].max())
    at[outside] = time[0] + (marks[outside] - offset) / slope
    top = axes.secondary_xaxis("top")
    top.xaxis.set_major_locator(FixedLocator(at.tolist()))
    decimals = max(0, -int(np.floor(np.log10(step))))
    top.xaxis.set_major_formatter(FixedFormatter([f"{mark:.{decimals}f} au" for mark in marks]))
    top.tick_params(length=5, pad=4)
    top.spines["top"].set_color(theme.MUTED)


def _draw_boundaries(figure: Figure, axes: Axes, data: PublishedDensities, time: NDArray[np.float64]) -> None:
    """Crossings and fronts in view, named where they hide nothing."""
    first, last = axes.get_xlim()
    bottom, top = axes.get_ylim()
    labels = []
    avoid = [pixels(axes, np.column_stack([time, np.nan_to_num(data.n_e_cm3)]))]
    heights = cycle(_HEIGHTS)
    for one in sorted(data.boundaries, key=lambda boundary: boundary.at):
        x = float(days(one.at))
        if first < x < last:
            axes.axvline(x, color=theme.BOUNDARY, linewidth=1.8, linestyle=(0, (5, 3)), zorder=2)
            y = bottom + next(heights) * (top - bottom)
            labels.append(label_at(axes, x, y, f"{one.name}\n{one.at:%Y-%m-%d}", theme.BOUNDARY))
            line = np.column_stack([np.full(60, x), np.linspace(bottom, top, 60)])
            avoid.append(pixels(axes, line))
    frame = axes.get_window_extent()
    ((_, level),) = pixels(axes, [(first, HELIOSHEATH_CM3)])
    heliosheath = Bbox.from_extents(frame.x0, level - _CLEAR_PX, frame.x1, level + _CLEAR_PX)
    place(figure, labels, bounds=frame.padded(-6), avoid=np.vstack(avoid), taken=[heliosheath])
