"""The picture of findings: what it shows of a finding, whoever sees it."""

from __future__ import annotations

import csv
import dataclasses
import io
from itertools import combinations

import numpy as np
import pytest

from deepspace.formulas import escaped
from deepspace.plotting.registry import plot
from deepspace.plotting.render import compose, png
from deepspace.plotting.table import csv_bytes
from deepspace.provenance import Provenance, Tier
from insights.plots import Timeline

CURATED = Provenance("research_insights", Tier.REAL, "curated")


def findings(count: int, title: str = "A finding", project: str = "voyager1") -> Timeline:
    utc = np.datetime64("1990-01-01", "us") + np.arange(count) * np.timedelta64(400, "D")
    return Timeline(
        utc.astype("datetime64[us]"),
        [f"{title} {n}" for n in range(count)],
        [project] * count,
        ["observation"] * count,
        CURATED,
    )


def texts(data: Timeline):
    figure = compose(plot("insights-timeline"), data)
    figure.canvas.draw()
    return [one for axes in figure.axes for one in axes.texts]


def test_domain_and_kind_stand_in_words_because_colour_alone_does_not_tell():
    told = {one.get_text() for one in texts(findings(1, project="spaceintel"))}
    assert "1990-01-01   Space intelligence · observation" in told


@pytest.mark.parametrize("count", [1, 2, 20, 35])
def test_nothing_overlaps_and_nothing_is_cut(count: int):
    boxes = [one.get_window_extent() for one in texts(findings(count))]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 1000 and box.y1 <= 1100 for box in boxes)


def test_the_newest_are_drawn_where_there_are_too_many_and_the_alt_text_says_so():
    data = findings(35)
    names = [one.get_text() for one in texts(data) if one.get_label() == "label"]
    assert names == [f"A finding {n}" for n in range(15, 35)]
    assert "The oldest 15 are not drawn." in plot("insights-timeline").alt(data)


def test_a_very_long_title_ends_in_an_ellipsis():
    (name,) = (one for one in texts(findings(1, "word " * 60)) if one.get_label() == "label")
    assert name.get_text().endswith("…")


def test_without_findings_a_sentence_says_so():
    (text,) = texts(findings(0))
    assert text.get_text() == "No finding of a day has been published yet."


def test_the_same_findings_give_the_same_bytes():
    first, second = (png(compose(plot("insights-timeline"), findings(12))) for _ in range(2))
    assert first == second
    assert len(first) < 60_000


@pytest.mark.parametrize(
    "title", ["=1+1", " =1", "\t=1", "-0.93", "-x", "@x", "|x", "＝1", "'=1", "'x", "A finding"]
)
def test_a_title_stands_in_the_table_as_no_spreadsheet_computes_it_and_elsewhere_as_it_is(title: str):
    columns = plot("insights-timeline").columns(dataclasses.replace(findings(1), titles=[title]))
    assert columns["title"].tolist() == [title]
    (row,) = csv.DictReader(io.StringIO(csv_bytes(columns).decode(), newline=""))
    assert row["title"] == escaped(title)
