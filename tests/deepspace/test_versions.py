"""When an answer counts as the same as before: ETags, 304, and what holds while the database is away."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

import deepspace
from deepspace import versions
from deepspace.provenance import Provenance, Tier
from tests.support import stored
from tests.support.visitor import database_away

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
KEYS = ("voyager.trajectory", "voyager.events")
NOON = "2026-06-01T12:00:10Z"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def etag(*, live: bool = False, path: str = "/x", products: tuple[str, ...] = KEYS, **asked: str) -> str:
    versions.forget()
    return versions.etag_of(RequestFactory().get(path, asked), products, live=live)


def ask(*, if_none_match: str = "", live: bool = False, status: int = 200) -> tuple[HttpResponse, list[str]]:
    """Ask a decorated view; returns its answer and what it was asked for."""
    called: list[str] = []

    @versions.public(products=KEYS, live=live)
    def view(request):
        called.append(request.path)
        return HttpResponse("body", status=status)

    headers = {"if-none-match": if_none_match} if if_none_match else {}
    return view(RequestFactory().get("/x", headers=headers)), called


def test_the_etag_stays_while_nothing_changes(clock):
    stored.site()
    before = etag()
    clock.shift(timedelta(minutes=30))
    assert etag() == before


def test_the_etag_changes_with_the_data(clock):
    stored.site()
    before = etag()
    stored.batch(rows_created=0, rows_updated=1)
    assert etag() != before


def test_a_refresh_that_changed_no_row_makes_the_data_younger(clock):
    stored.site()
    before = etag()
    stored.batch(rows_created=0, ago=timedelta(minutes=1))
    assert etag() != before


def test_the_etag_changes_with_the_tier(clock):
    stored.site()
    before = etag()
    stored.failure()
    assert etag() != before


def test_the_etag_changes_with_age_alone(clock):
    stored.site()
    before = etag()
    clock.shift(timedelta(days=2))
    versions.forget()
    assert versions.tier_of(KEYS) is Tier.CACHED
    assert etag() != before


def test_the_etag_changes_with_the_release(clock, monkeypatch):
    before = etag()
    monkeypatch.setattr(deepspace, "__version__", "99.0.0")
    assert etag() != before


def test_a_page_that_shows_now_changes_with_the_minute_and_not_with_the_second(clock):
    before = etag(live=True)
    clock.shift(timedelta(seconds=20))
    assert etag(live=True) == before
    clock.shift(timedelta(seconds=40))
    assert etag(live=True) != before


def test_addresses_and_parameters_have_etags_of_their_own(clock):
    assert len({etag(), etag(path="/y"), etag(days="3"), etag(days="4")}) == 4


def test_products_that_are_not_shown_do_not_matter(clock):
    before = etag(products=("voyager.trajectory",))
    stored.batch("voyager.events")
    assert etag(products=("voyager.trajectory",)) == before


def test_a_page_about_every_product_changes_with_any_ingest(clock):
    def every() -> str:
        versions.forget()
        return versions.etag_of(RequestFactory().get("/x"), (), live=False, every_product=True)

    before = every()
    stored.failure("voyager.events")
    assert every() != before


def test_an_answer_has_etag_tier_and_lifetime(clock):
    response, called = ask()
    assert called == ["/x"]
    assert response["ETag"].startswith('"')
    assert response["Cache-Control"] == "public, max-age=60, stale-if-error=86400"
    assert response["X-Data-Tier"] == "empty"
    assert response["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"other", W/{}'])
def test_a_known_etag_is_answered_without_calling_the_view(clock, form):
    known = ask()[0]["ETag"]
    response, called = ask(if_none_match=form.format(known))
    assert (response.status_code, response.content, called) == (304, b"", [])
    assert response["ETag"] == known
    assert response["Cache-Control"]


def test_another_etag_is_answered_in_full(clock):
    assert ask(if_none_match='"other"')[0].status_code == 200


def test_a_star_matches_whatever_exists_and_only_that(clock):
    assert ask(if_none_match="*")[0].status_code == 304
    assert ask(if_none_match="*", status=404)[0].status_code == 404


@pytest.mark.parametrize("status", [404, 422, 500])
def test_an_error_has_no_etag_and_may_not_be_kept(clock, status):
    response, _ = ask(status=status)
    assert "ETag" not in response
    assert "Cache-Control" not in response
    assert not hasattr(response, "may_be_front_cached")


def test_the_data_version_is_held_for_a_second_and_not_longer(settings, django_assert_num_queries):
    settings.DATA_VERSION_HELD_S = 0.2
    before = versions.pulse()
    stored.batch()
    with django_assert_num_queries(0):
        assert versions.pulse() == before
    time.sleep(0.25)
    with django_assert_num_queries(2):  # ingests, and what is curated
        assert versions.pulse() != before


def test_the_setting_is_a_second():
    from deepspace import settings as project

    assert project.DATA_VERSION_HELD_S <= 1.0


def test_a_standing_is_read_once_per_pulse(django_assert_num_queries):
    stored.site()
    versions.token(KEYS)
    with django_assert_num_queries(0):
        versions.token(KEYS)
        versions.tier_of(KEYS)


def _a_second_later() -> None:
    versions._held.read_at -= 2.0


def test_what_was_known_holds_while_the_database_is_away():
    stored.site()
    token, pulse, tier = versions.token(KEYS), versions.pulse(), versions.tier_of(KEYS)
    with database_away():
        _a_second_later()
        assert (versions.token(KEYS), versions.tier_of(KEYS)) == (token, tier)
        assert versions.pulse().partition("@")[0] == pulse.partition("@")[0]
        assert versions.database_is_away()


def test_a_process_that_knows_nothing_yet_answers_for_the_models():
    stored.site()
    with database_away():
        assert versions.tier_of(("voyager.trajectory",)) is Tier.SYNTHETIC
        assert versions.tier_of(KEYS) is Tier.EMPTY
        unknown = versions.token(KEYS)
    _a_second_later()
    assert versions.tier_of(KEYS) is Tier.REAL
    assert versions.token(KEYS) != unknown


def test_what_is_unknown_is_never_taken_for_an_empty_database():
    empty = versions.token(KEYS)
    versions.forget()
    with database_away():
        assert versions.token(KEYS) != empty


def test_while_the_database_is_away_it_is_asked_once_a_second():
    asked: list[str] = []

    def refuse(execute, sql, params, many, context):
        asked.append(sql)
        from django.db import OperationalError

        raise OperationalError("gone")

    from django.db import connection

    with connection.execute_wrapper(refuse):
        for _ in range(5):
            versions.token(KEYS)
    assert len(asked) == 1


def test_what_is_made_while_the_database_is_away_is_kept_by_nobody():
    with database_away():
        response, _ = ask()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    assert not hasattr(response, "may_be_front_cached")


def test_a_reader_who_has_the_page_is_told_so_while_the_database_is_away():
    known = ask()[0]["ETag"]
    with database_away():
        _a_second_later()
        assert ask(if_none_match=known)[0].status_code == 304


def tokens() -> tuple[str, str]:
    versions.forget()
    return versions.rows_token(KEYS), versions.picture_token(KEYS)


def test_a_refresh_that_finds_nothing_new_or_fails_redraws_nothing(clock):
    stored.site()
    before = tokens()
    clock.shift(timedelta(minutes=10))
    stored.batch(rows_created=0)
    assert tokens() == before
    stored.failure()
    assert versions.tier_of(KEYS) is Tier.REAL  # still held
    assert tokens() == before
    assert versions.tier_of(KEYS) is Tier.CACHED


def test_new_rows_and_a_tier_that_is_printed_change_the_pictures(clock):
    stored.site()
    rows, picture = tokens()
    stored.batch(rows_created=0, rows_updated=1)
    assert tokens()[0] != rows
    assert tokens()[1] != picture
    rows, picture = tokens()
    clock.shift(timedelta(days=40))
    assert tokens()[0] == rows
    assert tokens()[1] != picture  # "stale" stands in the pixels


def test_a_kept_provenance_is_brought_up_to_date(clock):
    stored.site()
    kept = Provenance("voyager.trajectory", Tier.REAL, "jpl_horizons", retrieved_at=None, note="kept")
    versions.forget()
    assert versions.current(kept).retrieved_at is not None
    stored.failure()
    versions.forget()
    assert versions.current(kept).tier is Tier.CACHED
    assert versions.current(kept).note == "kept"


def test_what_a_model_says_of_itself_stays(clock):
    stored.site()
    modelled = Provenance("voyager.trajectory", Tier.SYNTHETIC, "synthetic")
    assert versions.current(modelled) is modelled


def test_an_answer_that_its_view_calls_no_store_stays_so_and_is_kept_nowhere():
    """A later one may say more though no version has changed: what is checked in the background, for one."""

    @versions.public(products=KEYS)
    def view(request):
        return HttpResponse("not checked yet", headers={"Cache-Control": "no-store"})

    answer = view(RequestFactory().get("/x"))
    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer
    assert not hasattr(answer, "may_be_front_cached")
