"""Addresses of the platform. An app's own are in ``<app>/urls.py`` and are found, not listed."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLResolver, include, path
from django.views.generic import RedirectView

from deepspace.api import api
from deepspace.domains import rooms
from deepspace.pages import api_docs, catalogue, health, home, machines, status
from deepspace.pages.metrics import metrics
from deepspace.pages.registry import Page, page_urls
from deepspace.plotting.views import serve

PAGES = (
    Page(
        path="/",
        name="home",
        title="Deep Space Research Platform",
        nav_title="Home",
        summary=(
            "How far Voyager 1 is from the Sun and from the Earth right now, from archived JPL Horizons data, "
            "with the source and the age of every number."
        ),
        view=home.home,
        in_navigation=False,  # the site's name links to it
        plot="trajectory-distance",
        products=("voyager.trajectory",),
    ),
    Page(
        path="/data",
        name="data",
        title="Data catalogue",
        nav_title="Catalogue",
        summary="Every data product: its source, coverage, citation, licence, table and columns.",
        view=catalogue.catalogue,
        group="Data",
    ),
    Page(
        path="/status",
        name="status",
        title="Status",
        nav_title="Status",
        summary="How fresh each data product is, when it was last refreshed, and which upstream systems answer.",
        view=status.status,
        group="Data",
    ),
    Page(
        path="/api/docs",
        name="api-docs",
        title="API",
        nav_title="API",
        summary="The JSON endpoints: parameters, defaults, ranges, answers and errors. No key, no cookie.",
        view=api_docs.api_docs,
        group="Data",
    ),
    Page(
        path="/ai-index",
        name="ai-index",
        title="Index for machines",
        nav_title="Machine index",
        summary="Every page, endpoint, plot and product of this site on one page, for programs and language models.",
        view=machines.ai_index,
        group="Data",
    ),
)


def _domains() -> list[URLResolver]:
    """What the domain apps add."""
    return [path("", include(module)) for module in rooms("urls") if module != __name__]


urlpatterns = [
    *page_urls(PAGES),
    path("data/<str:key>", catalogue.product, name="product"),
    path("plots/<slug:name>.<str:fmt>", serve, name="plot"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("llms.txt", machines.llms, name="llms"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api", RedirectView.as_view(url="/api/docs"), name="api-root"),
    path("api/", api.urls),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
    *_domains(),
]

handler400 = "deepspace.pages.errors.bad_request"
handler403 = "deepspace.pages.errors.permission_denied"
handler404 = "deepspace.pages.errors.not_found"
handler500 = "deepspace.pages.errors.server_error"
