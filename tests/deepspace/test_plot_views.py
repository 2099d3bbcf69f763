"""Plots at their own addresses."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
import time_machine

from deepspace.plotting import registry
from deepspace.plotting.cache import CONTENT_TYPES
from tests.support import stored

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("nothing_held")
STATES = [  # plots of the path itself
    plot.name for plot in registry.plots() if "trajectory" in plot.name and plot.name != "trajectory-timeline"
]


@pytest.fixture
def rows(visitor):
    """Read a plot's CSV."""

    def read(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(visitor.get(f"/plots/{name}.csv").content.decode())))

    return read


@pytest.mark.parametrize(("fmt", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"utc,")])
def test_a_plot_comes_in_three_formats(visitor, fmt, start):
    response = visitor.get(f"/plots/trajectory-distance.{fmt}")
    assert response.status_code == 200
    assert response.content.startswith(start)
    assert response["Content-Type"] == CONTENT_TYPES[fmt]
    assert response["Cache-Control"].startswith("public, max-age=300")


def test_the_table_is_a_download_and_the_pictures_are_not(visitor):
    stored.site()
    assert (
        visitor.get("/plots/trajectory.csv")["Content-Disposition"] == 'attachment; filename="trajectory.csv"'
    )
    assert "Content-Disposition" not in visitor.get("/plots/trajectory-distance.png")


@pytest.mark.parametrize(
    "path", ["/plots/nope.png", "/plots/trajectory.gif", "/plots/trajectory", "/plots/trajectory.png.exe"]
)
def test_there_is_nothing_else(visitor, path):
    response = visitor.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_unknown_parameters_are_ignored(visitor):
    assert visitor.get("/plots/trajectory-distance.csv?width=NaN&width=2").status_code == 200


def test_a_known_etag_is_answered_without_drawing(visitor, monkeypatch):
    etag = visitor.get("/plots/trajectory-distance.png")["ETag"]
    from deepspace import frontcache

    frontcache.store.clear()
    monkeypatch.setattr("deepspace.plotting.views.rendered", None)  # would fail if it were called
    response = visitor.get("/plots/trajectory-distance.png", headers={"if-none-match": etag})
    assert response.status_code == 304
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


@time_machine.travel(NOW, tick=False)  # a model is drawn up to the minute
def test_the_same_data_give_the_same_bytes(visitor):
    from tests.support.visitor import forget_everything

    first = visitor.get("/plots/trajectory-distance.svg").content
    forget_everything()
    from django.core.cache import cache

    cache.clear()
    assert visitor.get("/plots/trajectory-distance.svg").content == first


@pytest.mark.parametrize("name", STATES)
def test_a_table_of_the_model_says_so_in_its_name_its_header_and_every_row(visitor, rows, name):
    response = visitor.get(f"/plots/{name}.csv")
    assert response["X-Data-Tier"] in {"synthetic", "empty"}  # empty: there are no events either
    found = rows(name)
    assert found
    assert {row["quality"] for row in found} == {"model"}


def test_the_file_name_of_a_modelled_table_says_so(visitor):
    stored.events()
    response = visitor.get("/plots/trajectory.csv")
    assert response["X-Data-Tier"] == "synthetic"
    assert response["Content-Disposition"] == 'attachment; filename="trajectory-modelled.csv"'


@pytest.mark.parametrize("name", STATES)
def test_a_table_of_real_data_says_which_part_is_a_design(rows, name):
    stored.site()
    expected = {"refit"} if name == "trajectory-earth-distance" else {"refit", "design"}
    assert {row["quality"] for row in rows(name)} == expected


def test_the_table_of_states_has_what_is_stored_digit_for_digit(rows):
    from voyager.models import Trajectory

    stored.site()
    columns = (
        "jd_tdb",
        "x_au",
        "y_au",
        "z_au",
        "vx_au_d",
        "vy_au_d",
        "vz_au_d",
        "earth_x_au",
        "earth_vz_au_d",
    )
    kept = Trajectory.objects.order_by("timestamp_utc").values_list(*columns)
    assert [tuple(float(row[name]) for name in columns) for row in rows("trajectory")] == list(kept)


def test_events_are_placed_on_real_states_only(rows):
    stored.events()
    assert {row["distance_au"] for row in rows("trajectory-timeline")} == {""}
