"""Pages of the Voyager 1 suite."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from deepspace.pages.registry import Page, page_urls
from voyager import views

app_name = "voyager"

PAGES = (
    Page(
        path="/facts",
        name="voyager:facts",
        title="Voyager 1 facts",
        nav_title="Facts",
        summary=(
            "How far, how fast, how long, what still works: about thirty facts on Voyager 1, each computed "
            "from archived data or quoted with its source and date."
        ),
        view=views.facts,
        group="Voyager 1",
        journey=0,
        plot="trajectory-distance",
        products=(
            "voyager.trajectory",
            "voyager.events",
            "voyager.magnetic_field_48s",
            "voyager.magnetic_field_1h",
        ),
    ),
    Page(
        path="/trajectory",
        name="voyager:trajectory",
        title="Voyager 1 trajectory",
        nav_title="Trajectory",
        summary=(
            "Where Voyager 1 is now and how it got there: distance from the Sun and from Earth, speed, light time "
            "and the flybys of Jupiter and Saturn, from JPL Horizons."
        ),
        view=views.trajectory,
        group="Voyager 1",
        journey=1,  # after the facts page
        plot="trajectory",
        products=("voyager.trajectory", "voyager.events"),
    ),
    Page(
        path="/plasma",
        name="voyager:plasma",
        title="Voyager 1 plasma waves",
        nav_title="Plasma Waves",
        summary=(
            "What the plasma wave receiver of Voyager 1 hears in interstellar space: dynamic spectrogram, "
            "spectrum and time series of the electric field from 10 Hz to 56 kHz, from archived NASA data."
        ),
        view=views.plasma,
        group="Voyager 1",
        journey=2,
        plot="plasma-spectrogram",
        products=("voyager.plasma_wave",),
    ),
    Page(
        path="/density",
        name="voyager:density",
        title="Electron density around Voyager 1",
        nav_title="Density",
        summary=(
            "How dense interstellar space is along the path of Voyager 1: the published electron densities "
            "since 2012, and how a density is read off a wideband recording, with the significance of what "
            "is found."
        ),
        view=views.density,
        group="Voyager 1",
        journey=3,
        plot="density-published",
        products=(
            "voyager.electron_density",
            "voyager.plasma_waveform",
            "voyager.electron_density_ridge",
        ),
    ),
    Page(
        path="/magnetometer",
        name="voyager:magnetometer",
        title="Magnetic field around Voyager 1",
        nav_title="Magnetometer",
        summary=(
            "Strength, components and direction of the magnetic field along the path of Voyager 1, from one day to the "
            "whole mission, with heliopause and shocks marked, from archived NASA data."
        ),
        view=views.magnetometer,
        group="Voyager 1",
        journey=4,
        plot="magnetometer",
        products=("voyager.magnetic_field_48s", "voyager.magnetic_field_1h", "voyager.events"),
    ),
)

urlpatterns = [
    *page_urls(PAGES),
    path("plasma-waves", RedirectView.as_view(url="/plasma", permanent=True, query_string=True)),
    path("dashboard", RedirectView.as_view(url="/magnetometer", permanent=True, query_string=True)),
]
