"""What a page says about itself to search engines, link previews and feed readers: one place for all pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from deepspace.pages.registry import Page, pages
from deepspace.plotting import registry as plots

if TYPE_CHECKING:
    from deepspace.fallback import Standing
    from deepspace.ingestion.product import Product

SITE_NAME = "Deep Space Research Platform"
_DEFAULT_IMAGE = "trajectory"  # plot shown for pages that have none of their own
# As Django's json_script: what could end the element or open a comment in it.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Image:
    """Picture of a link preview."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Meta:
    """Head of one page."""

    title: str
    description: str
    canonical: str = ""  # empty: an error page, which is not to be indexed
    image: Image | None = None
    json_ld: str = ""  # safe inside a script element

    @property
    def full_title(self) -> str:
        """Text of ``<title>``."""
        return self.title if self.title == SITE_NAME else f"{self.title} · {SITE_NAME}"


def absolute(path: str) -> str:
    """Public address of a path."""
    return f"{settings.SITE_URL}{path}"


def data_path(key: str) -> str:
    """Address of a product in the data catalogue."""
    return f"/data/{key}"


def of_page(page: Page) -> Meta:
    """Head of a page of the registry."""
    image = _image(page.plot)
    article: dict[str, Any] = {
        "@type": "WebPage",
        "name": page.title,
        "description": page.summary,
        "inLanguage": "en",
    }
    if image:
        article["primaryImageOfPage"] = {"@type": "ImageObject", "url": image.url, "caption": image.alt}
    trail = [page] if page.path != "/" else []
    return Meta(
        title=page.title,
        description=page.summary,
        canonical=absolute(page.path),
        image=image,
        json_ld=_json_ld(page.path, article, [(one.nav_title, one.path) for one in trail]),
    )


def of_product(product: Product, standing: Standing | None, variables: Mapping[str, str]) -> Meta:
    """Head of a product's page: a schema.org Dataset. ``variables`` maps column names to what they mean."""
    path = data_path(product.key)
    dataset: dict[str, Any] = {
        "@type": "Dataset",
        "name": product.title,
        "description": product.summary,
        "identifier": product.key,
        "license": product.licence,
        "citation": product.citation,
        "isBasedOn": product.info_url,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": product.upstream},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": name, "description": text} for name, text in variables.items()
        ],
    }
    if standing and standing.observed_from and standing.observed_until:
        dataset["temporalCoverage"] = f"{standing.observed_from:%Y-%m-%d}/{standing.observed_until:%Y-%m-%d}"
    parent = next((page for page in pages() if page.path == "/data"), None)
    trail = [(parent.nav_title, parent.path)] if parent else []
    return Meta(
        title=product.title,
        description=product.summary,
        canonical=absolute(path),
        image=_image(""),
        json_ld=_json_ld(path, dataset, [*trail, (product.title, path)]),
    )


def of_article(
    path: str, title: str, summary: str, article: Mapping[str, Any], trail: list[tuple[str, str]]
) -> Meta:
    """Head of a page that is an article of its own; ``article`` is its schema.org description."""
    return Meta(
        title=title,
        description=summary,
        canonical=absolute(path),
        image=_image(""),
        json_ld=_json_ld(path, article, trail),
    )


def of_error(title: str) -> Meta:
    """Head of an error page."""
    return Meta(title=title.rstrip("."), description=title)


def _image(plot_name: str) -> Image | None:
    known = {plot.name: plot for plot in plots.plots()}
    plot = known.get(plot_name) or known.get(_DEFAULT_IMAGE)
    if plot is None:
        return None
    width, height = plot.size_px
    return Image(absolute(f"/plots/{plot.name}.png"), f"{plot.title}. {plot.caption}", width, height)


def _json_ld(path: str, subject: Mapping[str, Any], trail: list[tuple[str, str]]) -> str:
    site_id = absolute("/#website")
    graph: list[Mapping[str, Any]] = [
        {"@type": "WebSite", "@id": site_id, "name": SITE_NAME, "url": absolute("/")},
        {**subject, "@id": absolute(path), "url": absolute(path), "isPartOf": {"@id": site_id}},
    ]
    if trail:
        steps = enumerate([("Home", "/"), *trail], start=1)
        items = [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(address)}
            for place, (name, address) in steps
        ]
        graph.append({"@type": "BreadcrumbList", "itemListElement": items})
    document = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
