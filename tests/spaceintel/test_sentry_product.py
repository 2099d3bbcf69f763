"""Sentry's list: a snapshot for each state of it, and none for the same state again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from spaceintel.models import SentryObject
from spaceintel.products.sentry import SentryProduct
from tests.spaceintel.near_earth_bodies import sentry, sentry_object
from tests.support.door import FakeDoor, Silent
from tests.support.mirror import Mirror

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE, OTHER = sentry_object("2000 A"), sentry_object("2000 B", ps_cum="-3.5")
HALF_A_DAY = timedelta(hours=12)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def ingest(body: bytes) -> Outcome:
    return Pipeline(FakeDoor(lambda request: body), Silent()).run(SentryProduct(), Window())


def states() -> list[tuple[datetime, str]]:
    return list(
        SentryObject.objects.order_by("issued_at", "designation").values_list("issued_at", "designation")
    )


def assert_proved() -> None:
    report = verify(SentryProduct())
    assert report.differences == 0, report.problems
    again = replay(SentryProduct(), Silent())
    assert (again.created, again.updated, again.removed, again.error_class) == (0, 0, 0, "")


def test_the_same_list_again_is_the_same_state(clock):
    assert ingest(sentry(ONE, OTHER)).created == 2
    clock.shift(HALF_A_DAY)
    for body in (sentry(ONE, OTHER), sentry(OTHER, ONE)):
        outcome = ingest(body)
        assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 2)
    assert states() == [(NOW, "2000 A"), (NOW, "2000 B")]
    assert_proved()


def test_a_changed_list_is_a_new_state_and_the_old_one_stays(clock):
    ingest(sentry(ONE, OTHER))
    clock.shift(HALF_A_DAY)
    outcome = ingest(sentry(ONE, OTHER | {"ps_cum": "-3.1"}))
    assert (outcome.created, outcome.removed) == (2, 0)
    assert [at for at, _ in states()] == [NOW, NOW, NOW + HALF_A_DAY, NOW + HALF_A_DAY]
    assert_proved()


def test_a_state_that_comes_back_is_a_state_of_its_own(clock):
    for body in (sentry(ONE, OTHER), sentry(ONE), sentry(ONE, OTHER)):
        ingest(body)
        clock.shift(HALF_A_DAY)
    assert len({at for at, _ in states()}) == 3
    assert len(states()) == 5
    assert_proved()


def test_the_instant_of_the_state_is_in_the_parameters():
    ingest(sentry(ONE))
    log = IngestionLog.objects.get()
    assert log.parameters["issued_at"] == NOW.isoformat()
    assert (log.window_start, log.window_end) == (NOW, NOW)


def test_a_list_that_lost_more_than_half_is_refused_and_half_is_not(clock):
    many = [sentry_object(f"2000 A{n}") for n in range(10)]
    ingest(sentry(*many))
    clock.shift(HALF_A_DAY)
    outcome = ingest(sentry(*many[:4]))
    assert outcome.error_class == "SchemaDrift"
    assert "4 objects, 10 were listed before" in outcome.error_message
    assert len(states()) == 10
    assert ingest(sentry(*many[:5])).created == 5
    assert ingest(sentry(*many[:5])).created == 0
    assert_proved()


@pytest.mark.parametrize(
    ("body", "error_class"),
    [
        (sentry(), "NoData"),
        (sentry(ONE, count="2"), "SchemaDrift"),
        (sentry(ONE, sentry_object(ip="often")), "SchemaDrift"),
        (sentry(ONE | {"ip": "1.5"}), "SchemaDrift"),
        (sentry(error="specified object removed", removed="2021-02-21"), "NoData"),
        (b"{}", "SchemaDrift"),
    ],
)
def test_what_cannot_be_stored_is_named_and_leaves_the_table_alone(body: bytes, error_class: str):
    ingest(sentry(ONE, OTHER))
    assert ingest(body).error_class == error_class
    assert len(states()) == 2
    log = IngestionLog.objects.order_by("-pk")[0]
    assert (log.status, log.error_class) == ("failed", error_class)


def test_script_in_a_name_stays_text():
    ingest(sentry(sentry_object("<script>", fullname="(<script>alert(1)</script>)")))
    assert SentryObject.objects.get().fullname == "(<script>alert(1)</script>)"


def test_the_recorded_list_is_stored_and_proved(through_mirror: Mirror):
    from deepspace.upstream.http import Door

    with time_machine.travel(NOW):
        outcomes = [Pipeline(Door(), Silent()).run(SentryProduct(), Window()) for _ in range(2)]
    assert [(one.created, one.updated, one.unchanged, one.rejected) for one in outcomes] == [
        (300, 0, 0, 0),
        (0, 0, 300, 0),
    ]
    assert_proved()
    assert SentryObject.objects.get(designation="2006 RH120").infinity_velocity_km_s is None
    first = SentryObject.objects.order_by("-palermo_cumulative")[0]
    assert (first.designation, first.palermo_cumulative, first.year_until) == ("1979 XB", -2.69, 2113)
