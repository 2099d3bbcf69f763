"""Pages of the Voyager 1 suite."""

from __future__ import annotations

from deepspace.pages.registry import Page, page_urls
from voyager import views

app_name = "voyager"

PAGES = (
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
)

urlpatterns = page_urls(PAGES)
