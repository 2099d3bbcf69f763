"""The site that every kind of page is tried on: nothing of Voyager 1 on it is a model."""

from __future__ import annotations

import pytest

from deepspace.ingestion.registry import products
from deepspace.pages.endpoints import endpoints
from deepspace.plotting import registry
from tests.support import whole_site

OURS = ("/api/trajectory", "/api/position", "/api/magnetometer", "/api/plasma", "/api/density")
PLOTS = ("trajectory", "magnetometer", "plasma", "density", "facts")


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_held")
def test_every_endpoint_and_plot_of_voyager_shows_the_real_rung(visitor):
    whole_site.fill()
    known = {one.path for one in endpoints()}
    for path in OURS:
        assert path in known
        assert visitor.get(path)["X-Data-Tier"] == "real", path
    drawn = [one.name for one in registry.plots() if one.name.startswith(PLOTS)]
    assert len(drawn) > 10
    for name in drawn:
        assert visitor.get(f"/plots/{name}.csv")["X-Data-Tier"] == "real", name


@pytest.mark.django_db
def test_every_product_of_voyager_has_rows():
    from deepspace.fallback import standing

    whole_site.fill()
    mine = [one.key for one in products() if one.app_label == "voyager"]
    assert [key for key in mine if not standing(key).has_rows] == []
