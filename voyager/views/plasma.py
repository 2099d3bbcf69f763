"""``/plasma``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.forms import link, read_form, tier_shown
from deepspace.pages.panels import panel
from deepspace.templatetags.deepspace import UNIT_SPACE
from deepspace.versions import public
from voyager import services
from voyager.constants import PWS_ANTENNA_M, PWS_CHANNELS_HZ, PWS_FULL_DAYS
from voyager.parameters import PlasmaParameters
from voyager.plots.plasma import field_name, frequency_name
from voyager.science.plasma import plasma_frequency_hz
from voyager.spectra import HIGH, LOW, QUANTILES, PlasmaData
from voyager.synthetic_plasma import VLISM_CM3
from voyager.views.forms import Controls, Views, controls

PATH: Final = "/plasma"
PLASMA_PLOTS: Final = ("plasma-spectrogram", "plasma-spectrum", "plasma-series")
_SPANS: Final = ((1, "1 hour"), (6, "6 hours"), (24, "1 day"), (168, "7 days"), (720, "30 days"))
_BANDS: Final = (
    ("All channels", 10, 56_200),
    ("Below 1 kHz", 10, 700),
    ("1 to 10 kHz, where an interstellar plasma oscillates", 1_000, 10_000),
)


@require_safe
@public(products=(services.PLASMA,))
def plasma(request: HttpRequest) -> HttpResponse:
    """``/plasma``: spectrogram, spectrum and time series of a window."""
    parameters = read_form(PlasmaParameters, request.GET)
    data = services.plasma(parameters)
    response = render(request, "voyager/plasma.html", plasma_context(parameters, data))
    response.headers["X-Data-Tier"] = tier_shown([data.provenance])
    return response


def plasma_context(parameters: PlasmaParameters, data: PlasmaData) -> dict[str, Any]:
    """What the page prints."""
    window, found = data.window, data.statistics
    line = [frequency_name(round(float(plasma_frequency_hz(one)), -2)) for one in VLISM_CM3]
    return {
        "parameters": parameters,
        "controls": _controls(parameters, window.start),
        "provenance": data.provenance,
        "window": window,
        "statistics": found,
        "coverage": f"{100.0 * found.coverage:.0f}{UNIT_SPACE}%",
        "is_hourly": window.cadence_s > 60,
        "median_field": field_name(found.median_rms_v_m),
        "peak_field": field_name(found.peak_rms_v_m),
        "loudest": "none" if found.loudest_hz is None else frequency_name(found.loudest_hz),
        "channels": [
            {
                "name": frequency_name(one.frequency_hz),
                "median": field_name(one.median_v_m),
                "low": field_name(one.low_v_m),
                "high": field_name(one.high_v_m),
                "peak": field_name(one.peak_v_m),
                "peak_at": one.peak_at,
            }
            for one in found.channels
        ],
        "antenna_m": PWS_ANTENNA_M,
        "lowest": frequency_name(PWS_CHANNELS_HZ[0]),
        "highest": frequency_name(PWS_CHANNELS_HZ[-1]),
        "line_from": line[0],
        "line_to": line[1],
        "full_days": PWS_FULL_DAYS,
        "percentiles": [100.0 * one for one in (QUANTILES[LOW], QUANTILES[HIGH])],
        "channel_count": len(PWS_CHANNELS_HZ),
        "panels": [panel(name, parameters) for name in PLASMA_PLOTS],
    }


def _controls(parameters: PlasmaParameters, start: datetime) -> Controls:
    spans = [link(PATH, parameters, title, hours=hours) for hours, title in _SPANS]
    bands = [link(PATH, parameters, title, freq_min=low, freq_max=high) for title, low, high in _BANDS]
    return controls(
        PATH,
        parameters,
        {"hours": "Hours", "freq_min": "From (Hz)", "freq_max": "To (Hz)"},
        example="2014-04-05",
        views=[Views("Length of the window", spans), Views("Channels", bands)],
        start=start,
        choices=[round(one) for one in PWS_CHANNELS_HZ],
        with_choices=("freq_min", "freq_max"),
    )
