"""A reader sees that the data behind a finding have changed exactly when they have."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.http import QueryDict

from deepspace import versions
from deepspace.management.commands import ingest
from deepspace.models import IngestionLog
from deepspace.plotting import registry as plots
from insights import pinning, services, workflow
from insights.canonical import canonical
from insights.models import DataReference
from insights.rows import Digest, rows_in
from insights.windows import plot_parameters
from tests.support import stored
from voyager.models import Event, MagneticField

KEY, EVENTS = "voyager.magnetic_field_48s", "voyager.events"
FIRST = datetime(2012, 8, 1, 0, 0, 48, tzinfo=UTC)
START, END = datetime(2012, 8, 1, tzinfo=UTC), datetime(2012, 8, 3, tzinfo=UTC)


def row(at: datetime, b_nt: float = 0.4, log: IngestionLog | None = None, **values) -> MagneticField:
    log = log or stored.batch(KEY, source="nasa_spdf")
    plain = {"cadence_s": 48, "b_kind": "magnitude", "source": "nasa_spdf", "ingested_at": log.ingested_at}
    return MagneticField.objects.create(timestamp_utc=at, b_nt=b_nt, ingestion=log, **(plain | values))


@pytest.fixture
def field(db):
    """Rows inside of the window, and on either side of its borders: the start is outside, the end inside."""
    log = stored.batch(KEY, source="nasa_spdf")
    for at in (START, FIRST, START + timedelta(hours=1), END, END + timedelta(seconds=48)):
        row(at, log=log)
    return log


@pytest.fixture
def reference(field, make) -> DataReference:
    """A pinned reference of a published finding."""
    one = make(
        "Pinned", status="published", data=[{"product": KEY, "window_start": START, "window_end": END}]
    )
    reference = one.data_references.get()
    workflow.pin(reference)
    reference.save()
    return reference


def state(reference: DataReference) -> str:
    """As a process that has just started sees it."""
    versions.forget()
    pinning.forget()
    return services.evidence_of(reference, with_panel=False).state.value


def changed_batch(**values) -> IngestionLog:
    return stored.batch(KEY, source="nasa_spdf", ago=timedelta(0), **values)


def test_a_pin_holds_the_rows_after_the_start_up_to_the_end(reference):
    assert (reference.rows_pinned, len(reference.rows_sha256)) == (3, 64)
    assert reference.ingestion_id == IngestionLog.objects.get().pk
    assert state(reference) == "unchanged"


@pytest.mark.parametrize("value", [0.5, 0.4000000000000001, -0.4])
def test_a_changed_value_is_a_change_to_the_last_bit(reference, value):
    MagneticField.objects.filter(timestamp_utc=FIRST).update(b_nt=value)
    changed_batch()
    assert state(reference) == "changed"


def test_a_row_more_and_a_row_less_are_changes(reference):
    extra = row(START + timedelta(hours=2))
    assert state(reference) == "changed"
    extra.delete()
    changed_batch()
    assert state(reference) == "unchanged"  # as it was again
    MagneticField.objects.filter(timestamp_utc=END).delete()
    changed_batch()
    assert state(reference) == "changed"


def test_what_the_platform_computes_from_other_columns_is_no_part_of_it(reference):
    """Its last digits are those of a machine: `verify` allows them 1e-12 too."""
    MagneticField.objects.update(distance_au=122.0 + 1e-13)
    changed_batch()
    assert state(reference) == "unchanged"


def test_a_column_that_was_empty_and_is_filled_is_a_change(reference):
    MagneticField.objects.filter(timestamp_utc=FIRST).update(br_nt=0.0)
    changed_batch()
    assert state(reference) == "changed"


@pytest.mark.parametrize("at", [START - timedelta(seconds=48), START, END + timedelta(seconds=48)])
def test_rows_outside_of_the_window_are_none(reference, at):
    MagneticField.objects.exclude(timestamp_utc__gt=START, timestamp_utc__lte=END).delete()
    row(at, b_nt=9.9)
    changed_batch(rows_removed=2)
    assert state(reference) == "unchanged"


def test_rows_of_another_product_in_the_same_table_are_none(reference):
    row(START + timedelta(hours=3), cadence_s=3_600)
    changed_batch()
    assert state(reference) == "unchanged"


def test_a_refresh_that_finds_nothing_is_none(reference):
    changed_batch(rows_created=0, rows_unchanged=3)
    assert state(reference) == "unchanged"


def test_who_wrote_the_rows_and_when_is_no_part_of_it(reference):
    newer = changed_batch(rows_updated=3, kind=IngestionLog.Kind.REPLAY)
    MagneticField.objects.update(ingestion=newer, ingested_at=datetime.now(UTC))
    assert state(reference) == "unchanged"


def test_rows_written_anew_under_other_numbers_are_the_same(reference):
    values = list(MagneticField.objects.order_by("-id").values())
    MagneticField.objects.all().delete()
    for one in values:
        MagneticField.objects.create(**(one | {"id": one["id"] + 1_000}))
    changed_batch()
    assert state(reference) == "unchanged"


def test_zero_has_no_sign():
    """SQLite gives -0.0 back as 0.0, PostgreSQL as it is."""
    assert canonical(-0.0) == canonical(0.0) == 0
    assert canonical(1000.0) == 1000
    assert canonical({"b": -0.0, "a": [1.5]}) == {"b": 0, "a": [1.5]}


def test_the_digest_is_the_same_on_every_database(db):
    row(FIRST, b_nt=0.1 + 0.2, br_nt=-0.0, bt_nt=1e-7, bn_nt=-0.4, distance_au=122.0)
    found = pinning.compute(KEY, START, END)
    # Of one piece of JSON, written down here: SQLite and PostgreSQL must both give it.
    line = (
        '[{"b_kind":"magnitude","b_nt":0.30000000000000004,"bn_nt":-0.4,"br_nt":0,"bt_nt":1e-07,"cadence_s":48,'
        '"timestamp_utc":"2012-08-01T00:00:48.000000Z"}]'
    )
    assert (found.sha256, found.rows) == (hashlib.sha256(line.encode()).hexdigest(), 1)


def test_an_empty_window_has_no_digest_and_is_not_called_unchanged(db, make):
    one = make("Early", status="published", data=[{"product": KEY, "window_start": START, "window_end": END}])
    reference = one.data_references.get()
    workflow.pin(reference)
    reference.save()
    assert state(reference) == "unpinned"
    row(FIRST)
    assert state(reference) == "unpinned"


def test_a_reader_is_told_that_there_was_nothing_to_pin(db, make, visitor):
    window = {"product": KEY, "window_start": START, "window_end": END}
    reference = make("Early", status="published", data=[window]).data_references.get()
    workflow.pin(reference)
    reference.save()
    assert (reference.rows_sha256, reference.rows_pinned) == ("", 0)
    text = visitor.get("/insights/early").content.decode()
    assert "There were no rows of this window on this site when this was written" in text
    assert "It holds none now either." in text
    assert "SHA-256" not in text
    row(FIRST)
    versions.forget()
    assert "Now it holds 1." in visitor.get("/insights/early").content.decode()
    found = visitor.get("/api/insights").json()["insights"][0]["data_references"][0]
    assert (found["state"], found["rows_sha256"], found["rows_now"]) == ("unpinned", None, 1)


def test_a_window_without_rows_is_not_drawn_with_those_of_another_one(field, make, visitor):
    """The plot itself would show the nearest earlier rows: right on its own page, wrong beside a finding."""
    empty = {"product": KEY, "plot": "magnetometer", "window_start": START + timedelta(days=300)}
    make("Empty", status="published", data=[{**empty, "window_end": START + timedelta(days=310)}])
    make("Full", status="published", data=[{**empty, "window_start": START, "window_end": END}])
    drawn = 'class="panel__picture"'
    assert drawn in visitor.get("/insights/full").content.decode()
    assert drawn not in visitor.get("/insights/empty").content.decode()


def test_data_that_are_gone_are_a_change(reference):
    MagneticField.objects.all().delete()
    changed_batch(rows_created=0, rows_removed=3)
    assert state(reference) == "changed"


def test_a_product_that_is_gone_is_told_for_good(reference, visitor):
    DataReference.objects.update(product="voyager.no_such")
    answers = [visitor.get(path) for path in ("/insights/pinned", "/api/insights")]
    for answer in answers:
        assert "max-age" in answer["Cache-Control"]
        again = visitor.get(answer.wsgi_request.path, headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
    page, listed = answers
    assert "this site no longer has the product" in page.content.decode()
    found = listed.json()["insights"][0]["data_references"][0]
    assert (found["state"], found["rows_now"]) == ("product_gone", None)
    assert found["provenance"]["tier"] == "empty"


def test_a_database_that_is_away_leaves_it_unknown_for_now(reference):
    from tests.support.visitor import database_away

    versions.forget()
    pinning.forget()
    with database_away():
        found = services.evidence_of(reference, with_panel=False)
    assert found.state.value == "unknown"
    assert found.is_provisional


def test_publishing_pins_what_could_not_be_pinned_before(field, make, curator, reviewer):
    one = make(
        "Late",
        author=curator,
        status="review",
        data=[{"product": KEY, "window_start": START, "window_end": END}],
    )
    workflow.take(workflow.STEPS["publish"], reviewer, one.pk)
    assert one.data_references.get().rows_pinned == 3


def test_it_is_computed_once_per_data_version(reference, django_assert_num_queries):
    state(reference)
    with django_assert_num_queries(0):
        assert services.evidence_of(reference, with_panel=False).state.value == "unchanged"
    pinning.forget()  # as another process, which finds it in the shared cache
    with django_assert_num_queries(0):
        assert services.evidence_of(reference, with_panel=False).state.value == "unchanged"


def test_two_readers_at_once_cause_one_computation(monkeypatch):
    read = []

    def slowly(*window):
        read.append(window)
        time.sleep(0.2)
        return Digest("a" * 64, 3)

    monkeypatch.setattr(pinning, "_name", lambda *_: "f" * 64)
    monkeypatch.setattr(pinning, "_shared", lambda _: None)
    monkeypatch.setattr(pinning, "rows_in", lambda *_: QuietRows())
    monkeypatch.setattr(pinning, "read", slowly)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: pinning.digest(KEY, START, END), range(4)))
    assert found == [Digest("a" * 64, 3)] * 4
    assert len(read) == 1


class QuietRows:
    """Three rows, of which nothing but their number is asked."""

    def order_by(self):
        return self

    def __getitem__(self, _):
        return self

    def count(self):
        return 3


def test_a_window_too_large_for_one_answer_is_left_to_the_next_ingest(reference, visitor, monkeypatch):
    monkeypatch.setattr(pinning.Allowance.__init__, "__defaults__", (2,))
    _changed_elsewhere()
    answer = visitor.get("/insights/pinned")
    assert "Not checked yet" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer
    listed = visitor.get("/api/insights")
    one = listed.json()["insights"][0]["data_references"][0]
    assert (one["state"], one["rows_now"], listed["Cache-Control"]) == ("unchecked", None, "no-store")
    assert one["provenance"]["source"] == "nasa_spdf"

    ingest._prerender([])

    answer = visitor.get("/insights/pinned")
    assert "rows of this window are exactly those" in answer.content.decode()
    assert "max-age" in answer["Cache-Control"]
    assert visitor.get("/api/insights").json()["insights"][0]["data_references"][0]["state"] == "unchanged"


def test_the_allowance_is_of_the_whole_answer(reference, make):
    data = [
        {"product": KEY, "window_start": START + timedelta(seconds=number), "window_end": END}
        for number in range(3)
    ]
    for one in make("Three", status="published", data=data).data_references.all():
        workflow.pin(one)
        one.save()
    _changed_elsewhere()
    pinning.forget()
    allowance = pinning.Allowance(7)
    references = DataReference.objects.filter(insight__slug="three")
    states = [services.evidence_of(one, with_panel=False, allowance=allowance).state for one in references]
    assert states == ["unchanged", "unchanged", "unchecked"]
    assert allowance.rows == 1


def test_what_is_checked_ahead_is_what_readers_see_and_only_once(reference, make):
    hidden = make("Hidden", data=[{"product": KEY, "window_start": FIRST, "window_end": END}])
    one = hidden.data_references.get()
    workflow.pin(one)
    one.save()
    _changed_elsewhere()
    assert pinning.check_ahead(seconds=-1.0) == 0  # no time: left to the next ingest
    assert pinning.check_ahead() == 1
    assert pinning.check_ahead() == 0


def test_a_product_that_is_gone_does_not_keep_others_from_being_checked(reference, make):
    gone = {"product": "gone.product", "window_start": START, "window_end": END, "rows_sha256": "0" * 64}
    make("Gone", status="published", data=[gone])
    _changed_elsewhere()
    assert pinning.check_ahead() == 1


def test_a_pin_is_of_the_rows_of_now_whatever_is_kept(reference):
    MagneticField.objects.filter(timestamp_utc=FIRST).update(b_nt=0.9)  # and no log row that says so
    before = reference.rows_sha256
    workflow.pin(reference)
    assert reference.rows_sha256 != before


def _changed_elsewhere() -> None:
    """Rows of the product have changed somewhere: every digest of it is to be computed anew."""
    row(END + timedelta(days=30))
    versions.forget()
    pinning.forget()


def test_the_same_bytes_again_and_a_replay_are_no_change(db, make):
    call_command("ingest", EVENTS)
    window = {"product": EVENTS, "window_start": datetime(1977, 1, 1, tzinfo=UTC), "window_end": END}
    reference = make("Events", status="published", data=[window]).data_references.get()
    workflow.pin(reference)
    reference.save()
    assert reference.rows_pinned > 5
    call_command("ingest", EVENTS)
    assert state(reference) == "unchanged"
    Event.objects.all().delete()
    call_command("ingest", EVENTS, "--replay")
    assert state(reference) == "unchanged"
    Event.objects.filter(pk=Event.objects.earliest("event_date").pk).delete()
    stored.batch(EVENTS, ago=timedelta(0), rows_removed=1)
    assert state(reference) == "changed"


def test_the_page_tells_the_reader(reference, visitor):
    text = visitor.get("/insights/pinned").content.decode()
    assert "rows of this window are exactly those" in text
    assert reference.rows_sha256 in text
    MagneticField.objects.filter(timestamp_utc=FIRST).update(b_nt=0.9)
    changed_batch()
    versions.forget()
    text = visitor.get("/insights/pinned").content.decode()
    assert "The data behind this have changed since." in text
    assert visitor.get("/api/insights").json()["insights"][0]["data_references"][0]["state"] == "changed"


def test_the_api_gives_the_provenance_of_each_window(reference, visitor):
    body = visitor.get("/api/insights").json()
    assert (body["data_source"], body["total"]) == ("curated", 1)
    found = body["insights"][0]["data_references"][0]
    assert (found["product"], found["rows_pinned"], found["rows_now"]) == (KEY, 3, 3)
    assert found["provenance"]["source"] == "nasa_spdf"
    assert found["provenance"]["ingestion"] is None  # the made-up batch names no payload


def test_the_plot_shows_exactly_the_window():
    plot = plots.plot("magnetometer")
    parameters = plot_parameters(plot, START, END, {})
    assert parameters == plot.parameters.read(QueryDict("days=2&end=2012-08-03T00:00:00Z"))
    spectra = plots.plot("plasma-spectrogram")
    further = plot_parameters(spectra, START, END, {"freq_min": 1000})
    assert further == spectra.parameters.read(QueryDict("hours=48&end=2012-08-03T00:00:00Z&freq_min=1000"))


def test_a_changed_table_on_the_other_side_of_a_date_border(db):
    """Products whose time is a date: the day of the border belongs to the window."""
    stored.events()
    day = datetime(2026, 11, 18, tzinfo=UTC)
    assert rows_in(EVENTS, day, day + timedelta(hours=1)).count() == 1
    assert Event.objects.count() == 2
