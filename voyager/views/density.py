"""``/density``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.forms import link, read_form, tier_shown
from deepspace.pages.panels import panel
from deepspace.versions import public
from voyager import services
from voyager.constants import (
    HELIOPAUSE_CROSSING_UTC,
    PLASMA_FREQUENCY_HZ_AT_1_CM3,
    PLASMA_LINE_SIGMA,
    WAVEFORM_BIN_HZ,
)
from voyager.parameters import DensityParameters
from voyager.plots.density_columns import finding
from voyager.spectra import ProcessData, PublishedDensities
from voyager.synthetic_plasma import HELIOSHEATH_CM3, VLISM_CM3
from voyager.views.forms import Controls, Views, controls

PATH: Final = "/density"
PROCESS_PLOT: Final = "density-process"
PUBLISHED_PLOT: Final = "density-published"
SHOWN: Final = (services.DENSITY, services.WAVEFORM, services.RIDGE, services.EVENTS)
_SPANS: Final = ((48, "2 days"), (168, "7 days"), (720, "30 days"), (8_760, "1 year"))
_DAYS: Final = ((None, "All"), (3_653, "10 years"), (1_096, "3 years"), (365, "1 year"))
_METHODS: Final = {"epo": "plasma oscillations", "qtn": "quasi-thermal noise"}


@require_safe
@public(products=SHOWN)
def density(request: HttpRequest) -> HttpResponse:
    """``/density``: published densities, and how one is read off a wideband spectrum."""
    parameters = read_form(DensityParameters, request.GET)
    published = services.published(parameters.publication)
    process = services.process(parameters.process)
    context = density_context(parameters, published, process)
    response = render(request, "voyager/density.html", context)
    response.headers["X-Data-Tier"] = tier_shown([published.provenance, *process.provenances])
    return response


def density_context(
    parameters: DensityParameters, published: PublishedDensities, process: ProcessData
) -> dict[str, Any]:
    """What the page prints."""
    statistics = published.statistics
    strongest = process.strongest
    return {
        "controls": _controls(parameters),
        "published": published,
        "statistics": statistics,
        "methods": ", ".join(
            f"{count} from {_METHODS.get(name, name)}" for name, count in statistics.by_method.items()
        ),
        "process": process,
        "finding": finding(process),
        "strongest_sigma": None if strongest is None else strongest.sigma,
        "needed_sigma": PLASMA_LINE_SIGMA,
        "crossed": datetime.fromisoformat(HELIOPAUSE_CROSSING_UTC).replace(tzinfo=UTC),
        "heliosheath_cm3": HELIOSHEATH_CM3,
        "vlism_cm3": VLISM_CM3,
        "bin_hz": WAVEFORM_BIN_HZ,
        "hz_at_1_cm3": PLASMA_FREQUENCY_HZ_AT_1_CM3,
        "spans": [link(PATH, parameters, title, hours=hours) for hours, title in _SPANS],
        "process_panel": panel(PROCESS_PLOT, parameters.process),
        "published_panel": panel(PUBLISHED_PLOT, parameters.publication),
    }


def _controls(parameters: DensityParameters) -> Controls:
    days = [link(PATH, parameters, title, days=days) for days, title in _DAYS]
    return controls(
        PATH,
        parameters,
        {"days": "Days (empty: all)", "hours": "Recordings (hours)"},
        example="2014-04-05",
        views=[Views("Days of published densities", days)],
    )
