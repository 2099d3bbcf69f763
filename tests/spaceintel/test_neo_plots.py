"""The pictures of approaches and possible impacts: drawn for any data, and saying what they show."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
import time_machine
from PIL import Image

from deepspace.plotting.registry import plot
from deepspace.plotting.render import compose, png
from deepspace.plotting.svg import svg
from deepspace.plotting.timeaxis import days
from spaceintel.parameters import SpaceParameters
from tests.spaceintel.near_earth_rows import NEOS, NOON, RECENT, SENTRY, approach, batch, neo, possible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
APPROACHES, OBJECTS = "near-earth-approaches", "sentry-objects"
DAY = timedelta(days=1)
WEEK = SpaceParameters(days=8, end=datetime(2026, 2, 21, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def drawn(name: str, parameters: SpaceParameters | None = None):
    one = plot(name)
    data = one.data(parameters or one.parameters())
    return one, data, compose(one, data)


def words(figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text")))


def many(count: int = 60) -> None:
    rng = np.random.default_rng(3)
    log = batch(NEOS, NOON - 5 * DAY, NOON + 5 * DAY)
    for n in range(count):
        size = 10 ** rng.uniform(-2.2, 0.3)
        at = NOON + timedelta(hours=float(rng.uniform(-96, 80)))
        distance = float(10 ** rng.uniform(-3, -0.4))
        neo(log, f"2026 A{n}", at, distance, diameter_min_km=size, diameter_max_km=2.24 * size)


def stored() -> None:
    many()
    log = batch(RECENT, NOON - 5 * DAY, NOON + 5 * DAY)
    approach(log, "2026 BAR", NOON - DAY, 0.005, distance_min_au=0.001, distance_max_au=0.1)
    issued_at = NOON - timedelta(hours=2)
    log = batch(SENTRY, issued_at, NOON)
    for n in range(20):
        values = {"diameter_km": 0.01 * (n + 1), "impact_probability": 10 ** (-1 - n / 4)}
        possible(log, f"2000 S{n}", issued_at, -1.5 - n / 4, **values)


@pytest.mark.parametrize("name", [APPROACHES, OBJECTS])
def test_the_same_data_give_the_same_bytes_of_a_picture_that_is_small(name: str):
    stored()
    first, second = (png(drawn(name)[2]) for _ in range(2))
    assert first == second
    assert len(first) < 40_000
    assert Image.open(io.BytesIO(first)).size == plot(name).size_px


@pytest.mark.parametrize("name", [APPROACHES, OBJECTS])
def test_labels_stand_inside_and_never_touch(name: str):
    stored()
    one, _, figure = drawn(name)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.findobj() if text.get_label() == "label"]
    assert len(boxes) >= 4
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    width, height = one.size_px
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)


@pytest.mark.parametrize("name", [APPROACHES, OBJECTS])
def test_an_empty_site_says_that_nothing_is_known(name: str):
    one, data, figure = drawn(name)
    assert "has not been retrieved" in " ".join(words(figure).split())
    assert "has not been retrieved" in one.alt(data)
    assert all(len(column) == 0 for column in one.columns(data).values())


def test_none_is_said_where_it_is_known():
    batch(NEOS, NOON - 9 * DAY, NOON + 9 * DAY, rows_created=0)
    one, data, figure = drawn(APPROACHES, WEEK)
    assert "No approach from 2026-02-13 to 2026-02-21." in " ".join(words(figure).split())
    assert one.alt(data) == "No approach is drawn. No approach from 2026-02-13 to 2026-02-21."


def test_what_neither_list_was_asked_for_is_shaded_and_in_the_key():
    log = batch(NEOS, NOON - 2 * DAY, NOON + DAY)
    neo(log)
    assert "not retrieved" in words(drawn(APPROACHES, WEEK)[2])
    batch(RECENT, NOON - 9 * DAY, NOON + 9 * DAY)
    assert "not retrieved" not in words(drawn(APPROACHES, WEEK)[2])


def test_past_and_future_are_told_apart():
    stored()
    one, data, figure = drawn(APPROACHES)
    text = words(figure)
    assert "now" in text
    assert "to come" in text
    assert "are to come" in one.alt(data)
    past = drawn(APPROACHES, SpaceParameters(days=2, end=NOON - DAY))
    assert "to come" not in words(past[2])
    assert "to come" not in past[0].alt(past[1])


def test_labels_keep_off_the_lines_of_the_moon_and_of_now():
    log = batch(NEOS, NOON - 5 * DAY, NOON + 5 * DAY)
    ld = 384_400 / 149_597_870.7
    for n, distance in enumerate((0.9, 1.1, 1.0, 0.95, 1.3)):
        neo(log, f"2026 N{n}", NOON + timedelta(hours=3 * n - 6), distance * ld, miss_distance_ld=distance)
    _, data, figure = drawn(APPROACHES)
    figure.canvas.draw()
    axes = figure.axes[0]
    x, y = axes.transData.transform((float(days(data.now)), 1.0))
    labels = [text.get_window_extent() for text in figure.findobj() if text.get_label() == "label"]
    assert len(labels) == 5
    assert not any(box.y0 < y < box.y1 for box in labels)
    assert not any(box.x0 < x < box.x1 for box in labels)


def test_the_whole_key_and_a_very_long_name_fit_the_picture():
    name = "(" + "A name of sixty characters that nobody would ever give to it" + ")"
    log = batch(NEOS, NOON - 2 * DAY, NOON + 3 * DAY)
    sizes = {"small": 0.01, "medium": 0.05, "large": 0.3, "very large": 2.0}
    for n, (size, km) in enumerate(sizes.items()):
        neo(log, f"N{n}", NOON - DAY, 0.01 * (n + 1), diameter_min_km=km, diameter_max_km=2.2 * km)
        assert size
    neo(log, "dark", NOON - DAY, 0.2, diameter_min_km=None, diameter_max_km=None)
    neo(log, "near", NOON + DAY, 0.01 * 384_400 / 149_597_870.7, name=name, miss_distance_ld=0.01)
    approach(batch(RECENT, NOON - DAY, NOON + DAY), "2026 BAR", NOON - DAY, 0.005)
    one, data, figure = drawn(APPROACHES)
    (key,) = figure.legends
    assert len(key.get_texts()) == 8
    figure.canvas.draw()
    width, height = one.size_px
    boxes = [key.get_window_extent(), *(text.get_window_extent() for text in figure.texts)]
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)
    assert key.get_window_extent().y0 >= figure.axes[0].get_window_extent().y1
    assert "at 0.01 lunar distances" in one.alt(data)
    assert "A name of sixty charact…" in words(figure)


def test_a_single_approach_is_told_as_one():
    neo(batch(NEOS, NOON - 9 * DAY, NOON + 9 * DAY), "2026 ONE", NOON + DAY, 0.01)
    one, data, figure = drawn(APPROACHES)
    assert one.alt(data) == "One approach, to come: 2026 ONE at 3.89 lunar distances on 2026-02-18."
    assert "1 approach, none inside the Moon's distance" in words(figure)


def test_the_csv_is_exactly_what_is_drawn():
    stored()
    one, data, _ = drawn(APPROACHES)
    columns = one.columns(data)
    assert {len(column) for column in columns.values()} == {61}
    assert (columns["is_to_come"] == (columns["utc"] > np.datetime64("2026-02-17T12:00"))).all()
    bar = columns["designation"].tolist().index("2026 BAR")
    assert columns["miss_distance_min_ld"][bar] == pytest.approx(0.389, abs=0.001)
    assert np.isnan(np.delete(columns["miss_distance_min_ld"], bar)).all()


def test_the_alt_text_names_the_nearest():
    log = batch(NEOS, NOON - 9 * DAY, NOON + 9 * DAY)
    neo(log, "2026 NEAR", au=0.001)
    neo(log, "2026 FAR", au=0.1)
    one, data, _ = drawn(APPROACHES, WEEK)
    assert one.alt(data) == (
        "2 approaches from 2026-02-17 to 2026-02-17, 1 of them inside the Moon's distance. "
        "The nearest is 2026 NEAR at 0.389 lunar distances on 2026-02-17."
    )


def test_script_in_a_name_is_inert_in_the_drawing():
    log = batch(NEOS, NOON - 9 * DAY, NOON + 9 * DAY)
    neo(log, "X", name="<script>alert(1)</script>")
    one, data, figure = drawn(APPROACHES, WEEK)
    assert b"<script" not in svg(figure, one.title, one.alt(data))


def test_an_object_with_a_distance_of_zero_or_no_size_does_no_harm():
    log = batch(NEOS, NOON - 9 * DAY, NOON + 9 * DAY)
    neo(log, "zero", au=0.0)
    neo(log, "dark", au=0.1, diameter_min_km=None, diameter_max_km=None)
    assert png(drawn(APPROACHES, WEEK)[2])


def test_thousands_of_approaches_are_drawn():
    many(1_500)
    assert len(png(drawn(APPROACHES)[2])) < 120_000


def test_the_chances_of_sentry_are_in_words():
    stored()
    one, data, figure = drawn(OBJECTS)
    assert "1 in 1,000" in words(figure)
    assert one.alt(data) == (
        "20 of 20 objects of Sentry's list as of 2026-02-17. Largest Palermo value: 2000 S0 with −1.50, a chance of "
        "1 in 10, in the years 2060 to 2110; all Torino values are 0, no hazard."
    )


def test_objects_of_sentry_without_a_size_are_left_out():
    log = batch(SENTRY, NOON, NOON)
    possible(log, "a", NOON, diameter_km=None)
    one, data, figure = drawn(OBJECTS)
    assert len(one.columns(data)["designation"]) == 0
    assert png(figure)
