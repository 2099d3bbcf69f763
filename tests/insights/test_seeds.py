"""The starter findings: true to their file, made once, never written over."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from insights import seeds
from insights.models import DataReference, Reference, ResearchInsight
from tests.support import stored
from voyager.models import MagneticField

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def seed() -> None:
    call_command("seed_insights", verbosity=0)


def test_a_dozen_and_more_are_published_with_references():
    seed()
    assert ResearchInsight.objects.filter(status="published").count() == len(seeds.entries()) >= 12
    for one in ResearchInsight.objects.all():
        assert one.references.exists(), one.slug
        assert one.tags.exists(), one.slug
        one.full_clean()
    for reference in [*Reference.objects.all(), *DataReference.objects.all()]:
        reference.full_clean()


def test_every_project_and_category_has_one():
    seed()
    assert set(ResearchInsight.objects.values_list("project", flat=True)) == {
        *("voyager1", "atlas_3i", "blackhole", "spaceintel", "cross_project")
    }
    assert set(ResearchInsight.objects.values_list("category", flat=True)) == {
        *("observation", "anomaly", "milestone", "hypothesis")
    }


def test_a_second_run_changes_nothing(capsys):
    seed()
    before = list(ResearchInsight.objects.order_by("pk").values()), ResearchInsight.history.count()
    call_command("seed_insights")
    assert (list(ResearchInsight.objects.order_by("pk").values()), ResearchInsight.history.count()) == before
    assert f"0 made, {len(seeds.entries())} kept, 0 pinned late" in capsys.readouterr().out


def test_an_edited_one_is_not_written_over_and_a_deleted_one_comes_back():
    seed()
    one = ResearchInsight.objects.get(slug="pale-blue-dot")
    one.summary = "Edited."
    one.save()
    ResearchInsight.objects.get(slug="one-light-day").delete()
    seed()
    assert ResearchInsight.objects.get(slug="pale-blue-dot").summary == "Edited."
    assert ResearchInsight.objects.filter(slug="one-light-day").exists()


def test_data_that_come_later_are_pinned_by_the_next_run():
    seed()
    jump = DataReference.objects.get(insight__slug="heliopause-field-jump")
    assert jump.rows_sha256 == ""
    log = stored.batch(jump.product, source="nasa_spdf")
    MagneticField.objects.create(
        timestamp_utc=jump.window_end - timedelta(days=1),
        cadence_s=48,
        b_nt=0.4,
        b_kind="magnitude",
        source="nasa_spdf",
        ingested_at=log.ingested_at,
        ingestion=log,
    )
    seed()
    jump.refresh_from_db()
    assert jump.rows_pinned == 1


def test_nobody_can_log_in_as_their_author(client):
    seed()
    author = User.objects.get(username=seeds.AUTHOR)
    assert not author.is_active
    assert not author.is_staff
    assert not author.has_usable_password()


def test_a_wrong_entry_is_told_and_ends_the_command_with_1(monkeypatch, capsys):
    wrong = [{**seeds.entries()[0], "project": "mars"}]
    monkeypatch.setattr(seeds, "entries", lambda: wrong)
    with pytest.raises(SystemExit) as stop:
        seed()
    assert stop.value.code == 1
    assert "not a valid choice" in capsys.readouterr().err
    assert not ResearchInsight.objects.exists()


def test_a_product_that_is_not_here_is_left_out_and_said(monkeypatch, capsys):
    entry = next(one for one in seeds.entries() if one["slug"] == "pressure-front-pf2")
    entry["data"][0]["product"] = "voyager.no_such"
    monkeypatch.setattr(seeds, "entries", lambda: [entry])
    call_command("seed_insights")
    assert "left out" in capsys.readouterr().out
    assert not DataReference.objects.exists()


def test_every_finding_has_a_page_and_a_place_in_the_feed(visitor, nothing_held):
    seed()
    for one in ResearchInsight.objects.all():
        answer = visitor.get(one.get_absolute_url())
        assert answer.status_code == 200, one.slug
        assert "<code>\\" not in answer.content.decode(), f"{one.slug}: a formula was not read"
    feed = ET.fromstring(visitor.get("/feed.atom").content)  # noqa: S314 (our own answer)
    assert len(feed.findall(f"{ATOM}entry")) == len(seeds.entries())


def test_the_numbers_of_the_file_agree_with_each_other():
    """What is computed in the texts, computed again from what stands beside it."""
    c_km_s, au_km, gm_sun_km3_s2 = 299_792.458, 149_597_870.7, 1.32712440018e11
    texts = {one["slug"]: one["description"] for one in seeds.entries()}
    assert f"{86_400 * c_km_s / au_km:.5f}" in texts["one-light-day"]
    assert abs(86_400 * c_km_s - 25_902_068_371.2) < 0.05
    v_km_s = math.sqrt(gm_sun_km3_s2 * (6.139884 - 1) / (1.356507 * au_km))
    assert f"{v_km_s:.2f}" in texts["atlas-hyperbolic-orbit"]
    assert f"{(2_600 / 8_980) ** 2:.3f}" in texts["interstellar-plasma-density"]
    palermo = math.log10(3.77e-4 / (0.03 * 75_000**-0.8 * 855))
    assert abs(palermo - -0.93) < 0.01
    assert f"{10**-0.93:.2f}" in texts["1950-da-palermo"]


# --- the feed as such --------------------------------------------------------------------------------------------


def test_an_empty_feed_is_a_feed(visitor, nothing_held):
    answer = visitor.get("/feed.atom")
    feed = ET.fromstring(answer.content)  # noqa: S314 (our own answer)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None


def test_a_feed_holds_what_the_format_wants_and_no_markup_of_the_text(
    visitor, make, curator, nothing_held, settings
):
    make(
        "A < B & <script>alert(1)</script>",
        slug="odd",
        author=curator,
        status="published",
        description="x < y $a<b$ ]]> &amp; **bold**",
        summary="<b>no</b>",
        tags=["Ice"],
    )
    feed = ET.fromstring(visitor.get("/feed.atom").content)  # noqa: S314 (our own answer)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    said = {child.tag.removeprefix(ATOM): child for child in entry}
    assert {"id", "title", "updated", "published", "author", "summary", "content", "link"} <= set(said)
    assert said["title"].text == "A < B & <script>alert(1)</script>"
    assert said["summary"].text == "<b>no</b>"  # of type text: readers show it as it is
    assert said["id"].text == f"{settings.SITE_URL}/insights/odd"
    content = said["content"].text or ""
    assert "<strong>bold</strong>" in content
    assert "<script" not in content
    ET.fromstring(f"<div>{content}</div>")  # noqa: S314 (our own answer)


def test_the_timeline_draws_and_lists_what_is_of_a_day(visitor, nothing_held):
    seed()
    of_a_day = ResearchInsight.objects.filter(observed_on__isnull=False).count()
    assert visitor.get("/plots/insights-timeline.png").content[:4] == b"\x89PNG"
    table = visitor.get("/plots/insights-timeline.csv").content.decode().splitlines()
    assert len(table) == of_a_day + 1
    only = visitor.get("/plots/insights-timeline.csv?project=atlas_3i").content.decode()
    assert "3I/ATLAS" in only
    assert "Heliopause" not in only


def test_the_api_lists_what_is_asked_for(visitor, nothing_held):
    seed()
    body = visitor.get("/api/insights?project=spaceintel&limit=1&page=2").json()
    assert (body["total"], body["page"], body["pages"], len(body["insights"])) == (2, 2, 2, 1)
    assert body["data_source"] == "curated"
    assert body["provenance"]["product"] == "research_insights"
    assert json.dumps(body)
