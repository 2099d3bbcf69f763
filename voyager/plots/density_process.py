"""How a density is read off a wideband spectrum: the spectra, the line if there is one, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deepspace.plotting import theme
from deepspace.plotting.plot import Plot
from deepspace.provenance import Provenance
from voyager.constants import PLASMA_FREQUENCY_HZ_AT_1_CM3, PLASMA_LINE_SEARCH_HZ, PLASMA_LINE_SIGMA
from voyager.parameters import ProcessParameters
from voyager.plots import density_parts as parts
from voyager.plots.density_columns import bins_shown, finding, image_columns
from voyager.plots.plasma import note_on, say_modelled
from voyager.science.plasma import electron_density_cm3
from voyager.science.waveform import interference_bands_hz
from voyager.spectra import ProcessData

_MEAN_PX: Final = 190
_DENSITY_PX: Final = 112  # labels and name of the density axis
_GAP_PX: Final = 16
_STRIP_PX: Final = 112
_STRIP_GAP_PX: Final = 26
_BAR_PX: Final = 16


_HIDDEN: Final = " and ".join(
    f"{density[0]:.2g} to {density[1]:.2g}"
    for low, high in interference_bands_hz(PLASMA_LINE_SEARCH_HZ[1])
    if low > PLASMA_LINE_SEARCH_HZ[0]
    for density in [electron_density_cm3([low, high]).tolist()]
)  # per cm^-3


class DensityProcessPlot(Plot[ProcessData]):
    """Wideband spectrogram, mean spectrum, significance."""

    name = "density-process"
    title = "From a wideband recording to a density"
    caption = (
        "Wideband recordings of 48 s, side by side: power (colour) relative to the receiver's noise, 1 to 5 kHz, "
        "averaged at ingest. Hatched: the power supply's line and its multiple, masked. Right: mean spectrum of the "
        "recording with the most significant line. Below: significance of each recording's strongest line. Only one "
        f"above {PLASMA_LINE_SIGMA:g} sigma is taken for the plasma's, and gives "
        f"n_e = (f_pe / {PLASMA_FREQUENCY_HZ_AT_1_CM3:.0f} Hz)²."
    )
    caveat = (
        "The receiver's gain is not sent to the ground, so that power is relative, and strength cannot be compared "
        f"between recordings. A plasma line inside the hatched bands ({_HIDDEN} per cm³) stays hidden. No line does "
        "not mean no plasma: the line is often weaker than the noise of 48 seconds. The published densities in the "
        "other plot rest on the instrument team's own analysis, and the statistics are made from those alone."
    )
    products = ("voyager.plasma_waveform", "voyager.electron_density_ridge")
    parameters = ProcessParameters
    size_px = (1000, 780)

    def data(self, parameters: Any) -> ProcessData:
        """The recordings, from the best rung that holds."""
        from voyager import services

        return services.process(parameters)

    def provenance(self, data: ProcessData) -> Sequence[Provenance]:
        """Of the spectra; of the densities where there are any."""
        return data.provenances

    def draw(self, figure: Figure, data: ProcessData) -> None:
        """Image, mean spectrum and significance; frequency and density share the height."""
        height = self.size_px[1]
        foot = theme.FOOTER_PX + theme.XAXIS_PX
        low = foot + _STRIP_PX + _STRIP_GAP_PX
        right = _DENSITY_PX + _MEAN_PX + _GAP_PX
        image = theme.add_axes(figure, theme.LEFT_PX, low, right, theme.TITLE_PX)
        left = self.size_px[0] - _DENSITY_PX - _MEAN_PX
        mean = theme.add_axes(figure, left, low, _DENSITY_PX, theme.TITLE_PX)
        strip = theme.add_axes(figure, theme.LEFT_PX, foot, right, height - foot - _STRIP_PX)
        bar = theme.add_axes(
            figure, left, low - _STRIP_GAP_PX, _DENSITY_PX, height - low + _STRIP_GAP_PX - _BAR_PX
        )
        theme.style_axes(image, ylabel="frequency (Hz)", grid=False)
        theme.style_axes(strip, xlabel=parts.axis_name(data), ylabel="sigma")
        edges, rows = image_columns(data)
        parts.draw_image(image, data, edges, rows)
        parts.draw_significance(strip, data, edges)
        parts.draw_mean(mean, data)
        parts.draw_bar(bar)
        for axes in (image, strip):
            parts.time_ticks(axes, data, edges, labelled=axes is strip)
        top = PLASMA_LINE_SEARCH_HZ[1] - 380.0  # below the upper mask
        note_on(
            image,
            0.015,
            top,
            finding(data),
            theme.SUN,
            transform=image.get_yaxis_transform(),
            va="top",
            fontsize=13,
        )
        say_modelled(image, data.provenances[0], at=0.13)

    def alt(self, data: ProcessData) -> str:
        """The density, or that there is none."""
        where = f"{len(data.recordings)} wideband recording{'s' if len(data.recordings) > 1 else ''}"
        span = f"{data.start:%Y-%m-%d %H:%M} to {data.end:%Y-%m-%d %H:%M} UTC"
        return f"{where}, {span}. {' '.join(finding(data).split()).rstrip('.')}."

    def columns(self, data: ProcessData) -> Mapping[str, NDArray[Any]]:
        """The image column by column, with the line of each recording."""
        _, rows = image_columns(data)
        place, frequency = bins_shown(data)
        table: dict[str, NDArray[Any]] = {
            "utc": np.array([row.utc for row in rows]),
            "recording_utc": np.array([row.of.utc[0] for row in rows]),
            "line_hz": np.array([row.of.line_hz for row in rows]),
            "line_sigma": np.array([np.nan if row.of.sigma is None else row.of.sigma for row in rows]),
            "n_e_cm3": np.array([row.of.density.n_e_cm3 if row.of.density else np.nan for row in rows]),
            "n_e_sigma_cm3": np.array(
                [row.of.density.n_e_sigma_cm3 if row.of.density else np.nan for row in rows]
            ),
        }
        power = np.array([row.power_db[place] for row in rows])
        return table | {f"power_{hz:g}_hz_db": column for hz, column in zip(frequency, power.T, strict=True)}
