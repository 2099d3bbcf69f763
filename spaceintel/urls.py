"""Pages of the space intelligence domain."""

from __future__ import annotations

from django.urls import path

from deepspace.pages.registry import FeedLink, Page, page_urls
from spaceintel import views
from spaceintel.addresses import FEED_PATH, FEED_TITLE, PATH, TABLES_PATH
from spaceintel.tables.briefing import EVERY_PRODUCT

app_name = "spaceintel"

PAGES = (
    Page(
        path=PATH,
        name="spaceintel:space_intelligence",
        title="Space weather and near-Earth objects",
        nav_title="Space intelligence",
        summary=(
            "Space weather now in plain words, with flares, coronal mass ejections, storms and the solar wind; what "
            "passes near the Earth; and what Sentry cannot rule out yet: from NOAA, NASA, JPL and GFZ."
        ),
        view=views.space_intelligence,
        plot="space-kp",
        products=EVERY_PRODUCT,
        feeds=(FeedLink(FEED_PATH, FEED_TITLE),),
    ),
)

urlpatterns = [
    *page_urls(PAGES),
    path(FEED_PATH.lstrip("/"), views.feed, name="feed"),
    path(f"{TABLES_PATH}<slug:name>.csv".lstrip("/"), views.table, name="table"),
]
