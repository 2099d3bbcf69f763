"""Pages of the curated findings."""

from __future__ import annotations

from django.urls import path

from deepspace.pages.registry import Page, page_urls
from insights import views

app_name = "insights"

PAGES = (
    Page(
        path="/insights",
        name="insights:index",
        title="Insights",
        nav_title="Insights",
        summary=(
            "Findings from the data of this platform, written and reviewed by people: each with its references, the "
            "data behind it, and a note when these have changed since."
        ),
        view=views.index,
        plot="insights-timeline",
        feeds=views.FEEDS,
    ),
)

urlpatterns = [
    *page_urls(PAGES),
    path("insights/<slug:slug>", views.detail, name="detail"),
    path("feed.atom", views.feed, name="feed"),
]
