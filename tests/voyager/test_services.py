"""What the Voyager pages and endpoints show: on each rung, at each end, and against the recorded Horizons."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import numpy as np
import pytest
from django.core.management import call_command

from deepspace import versions
from deepspace.constants import AU_KM
from deepspace.models import Payload
from deepspace.provenance import Tier
from deepspace.upstream import horizons
from tests.support import stored
from tests.support.visitor import database_away
from voyager import science, services
from voyager.constants import EPHEMERIS_JUMP_JD_TDB
from voyager.models import Trajectory

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
TDB_MINUS_UTC = timedelta(seconds=69.184)  # since 2017
MS = timedelta(milliseconds=1)


def first_and_last() -> tuple[datetime, datetime]:
    times = Trajectory.objects.order_by("timestamp_utc").values_list("timestamp_utc", flat=True)
    return times[0], times[len(times) - 1]


# --- rungs ----------------------------------------------------------------------------------------------------


def test_without_rows_everything_is_the_model_and_says_so():
    data = services.trajectory()
    assert data.provenance.tier is data.now.provenance.tier is Tier.SYNTHETIC
    assert data.provenance.source == data.now.provenance.source == "synthetic"
    assert "model" in data.provenance.note.lower()
    assert set(data.quality) == {"model"}
    assert data.now.quality == "model"
    assert data.events_provenance.tier is Tier.EMPTY
    assert data.events_provenance.source == "none"
    assert data.milestones == ()


@pytest.mark.parametrize(
    ("ago", "fails", "tier"),
    [
        (timedelta(minutes=5), False, Tier.REAL),
        (timedelta(minutes=5), True, Tier.CACHED),
        (timedelta(days=2), False, Tier.CACHED),
        (timedelta(days=8), True, Tier.STALE),
    ],
)
def test_stored_rows_are_shown_whatever_their_age(ago, fails, tier):
    stored.site(ago=ago)
    if fails:
        stored.failure()
    data = services.trajectory()
    assert data.provenance.tier is data.now.provenance.tier is tier
    assert data.provenance.source == "jpl_horizons"
    assert "model" not in set(data.quality)
    assert len(data.milestones) == 2


def test_rows_are_read_once_per_data_version(django_assert_num_queries):
    stored.site()
    services.trajectory()
    with django_assert_num_queries(0):
        services.trajectory()
        services.position(datetime(2020, 1, 1, tzinfo=UTC))


def test_new_rows_are_shown_at_once():
    stored.site()
    before = len(services.states()[0].utc)
    stored.states(stored.days("2028-02-01", "2028-03-01"), log=stored.batch())
    versions.forget()
    assert len(services.states()[0].utc) > before


# --- instants -------------------------------------------------------------------------------------------------


def test_now_is_the_whole_minute():
    at = services.position().at_utc
    assert (at.second, at.microsecond) == (0, 0)
    assert timedelta(0) <= datetime.now(UTC) - at < timedelta(minutes=2)


@pytest.mark.parametrize("off", [-MS, -0.4 * MS, 0 * MS, 0.4 * MS, MS])
@pytest.mark.parametrize("index", [0, 1, -2, -1])
def test_within_a_millisecond_of_a_stored_epoch_the_state_is_the_stored_one(index, off):
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    row = list(Trajectory.objects.order_by("timestamp_utc"))[index]
    state = services.position(row.timestamp_utc + off)
    assert state.position_au == (row.x_au, row.y_au, row.z_au)
    assert state.velocity_au_d == (row.vx_au_d, row.vy_au_d, row.vz_au_d)
    assert state.earth_position_au == (row.earth_x_au, row.earth_y_au, row.earth_z_au)
    assert state.provenance.tier is Tier.REAL


def test_two_milliseconds_away_it_is_interpolated():
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    row = Trajectory.objects.order_by("timestamp_utc")[1]
    state = services.position(row.timestamp_utc + 2 * MS)
    assert state.position_au != (row.x_au, row.y_au, row.z_au)
    assert abs(state.position_au[0] - row.x_au) < 1e-9


def test_before_the_first_state_it_is_the_model_with_its_label():
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    state = services.position(first_and_last()[0] - 2 * MS)
    assert (state.provenance.tier, state.provenance.source, state.quality) == (
        Tier.SYNTHETIC,
        "synthetic",
        "model",
    )
    assert state.provenance.note.startswith("No real state is stored at or before this instant.")


def test_after_the_last_state_it_is_that_state_with_a_note():
    stored.states(stored.days("2026-01-01", "2026-03-01"))
    last = first_and_last()[1]
    state = services.position(last + timedelta(days=400))
    assert state.at_utc == last
    assert state.position_au == services.position(last).position_au
    assert "ends before the instant asked" in state.provenance.note
    assert state.provenance.tier is Tier.REAL
    assert services.position(last).provenance.note == ""


def test_without_rows_the_model_answers_for_any_instant():
    at = datetime(2090, 1, 1, tzinfo=UTC)
    state = services.position(at)
    assert state.at_utc == at
    assert state.distance_au > services.position(datetime(2089, 1, 1, tzinfo=UTC)).distance_au


@pytest.mark.parametrize(("year", "quality", "is_said"), [(1979, "design", True), (1985, "refit", False)])
def test_before_1981_it_is_a_mission_design_trajectory(year, quality, is_said):
    stored.site()
    state = services.position(datetime(year, 6, 1, tzinfo=UTC))
    assert state.quality == quality
    assert ("mission-design trajectory" in state.provenance.note) is is_said


def test_the_whole_path_says_that_its_beginning_is_a_design():
    stored.site()
    assert "mission-design trajectory" in services.trajectory().provenance.note


def test_nothing_is_interpolated_across_the_jump():
    """65,180 km between 23:59 and midnight: hand-made states, both at rest but for the jump."""
    jump_s = (EPHEMERIS_JUMP_JD_TDB - 2_451_545.0) * 86_400
    utc = science.tdb_seconds_to_utc(jump_s + np.array([-86_400.0, -60.0, 0.0, 86_400.0]))
    stored.states(utc, quality="design")
    x_au = [9.0, 9.0, 9.0 + 65_180 / AU_KM, 9.0 + 65_180 / AU_KM]
    for row, x in zip(Trajectory.objects.order_by("timestamp_utc"), x_au, strict=True):
        row.x_au, row.y_au, row.z_au, row.vx_au_d, row.vy_au_d, row.vz_au_d = x, 0.0, 0.0, 0.0, 0.0, 0.0
        row.quality = "design" if x == 9.0 else "refit"
        row.save()
    jump = Trajectory.objects.order_by("timestamp_utc")[2].timestamp_utc
    seconds = [-40_000, -61, -59, -30, -1, 1, 60, 40_000]
    states = [services.position(jump + timedelta(seconds=s)) for s in seconds]
    assert [state.position_au[0] for state in states] == [9.0] * 5 + [x_au[-1]] * 3
    assert [state.quality for state in states] == ["design"] * 5 + ["refit"] * 3
    assert services.position(jump).quality == "refit"


def test_heliocentric_and_geocentric_are_of_the_same_state():
    stored.site()
    state = services.position(datetime(2026, 6, 1, 7, 8, 9, tzinfo=UTC))
    sun, earth = np.array(state.position_au), np.array(state.earth_position_au)
    assert state.distance_au == pytest.approx(np.linalg.norm(sun), rel=1e-14)
    assert state.earth_distance_au == pytest.approx(np.linalg.norm(sun - earth), rel=1e-14)
    assert state.light_time_s == pytest.approx(state.earth_distance_au * AU_KM / 299_792.458, rel=1e-14)
    assert abs(state.distance_au - state.earth_distance_au) > 0.1


# --- the database away ----------------------------------------------------------------------------------------


def test_a_process_that_has_the_states_goes_on_showing_them():
    stored.site()
    before = services.trajectory()
    versions._held.read_at -= 2.0
    with database_away():
        assert services.trajectory().provenance == before.provenance


def test_a_process_that_has_none_shows_the_model_and_says_why():
    stored.site()
    with database_away():
        data = services.trajectory()
    for provenance in (data.provenance, data.now.provenance):
        assert provenance.tier is Tier.SYNTHETIC
        assert "database does not answer" in provenance.note
    assert "database does not answer" in data.events_provenance.note
    versions._held.read_at -= 2.0
    assert services.trajectory().provenance.tier is Tier.REAL


# --- the recorded Horizons -------------------------------------------------------------------------------------


@pytest.fixture
def ingest(db, through_mirror):
    """Fill the table from the recordings."""

    def run(since: str, until: str = "") -> None:
        window = [f"--since={since}", *([f"--until={until}"] if until else [])]
        call_command("ingest", "voyager.trajectory", *window, verbosity=0)
        versions.forget()

    return run


def _read(address: str) -> bytes:
    """A body from the mirror, which like Horizons answers 503 while it still ends another exchange."""
    for _ in range(20):
        try:
            with urlopen(address, timeout=20) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(0.1)
    raise AssertionError("the mirror stayed busy")


def recorded(through_mirror) -> dict[str, list[horizons.VectorTable]]:
    """The mirror's own answers to the questions of the ingest, asked past the platform: by target."""
    tables: dict[str, list[horizons.VectorTable]] = {"-31": [], "399": []}
    for url in Payload.objects.order_by("pk").values_list("url", flat=True):
        table = horizons.parse_vectors(_read(url.replace("https://", f"{through_mirror.url}/", 1)))
        tables[table.target_id].append(table)
    return tables


@pytest.mark.parametrize(
    ("since", "until", "epochs"),
    [
        ("2026-06-20", "2026-07-20", 29),
        ("1979-03-05", "1979-03-06", 23),  # hourly, next to Jupiter
        ("1980-12-28", "1981-01-03", 6),  # on both sides of the jump
    ],
)
def test_the_recorded_states_come_back_digit_for_digit(ingest, through_mirror, since, until, epochs):
    ingest(since, until)
    tables = recorded(through_mirror)
    compared = 0
    for voyager, earth in zip(tables["-31"], tables["399"], strict=True):
        for i, moment in enumerate(science.tdb_to_utc(voyager.tdb).tolist()):
            for off in (-MS, 0 * MS, MS):
                state = services.position(moment.replace(tzinfo=UTC) + off)
                assert state.position_au == tuple(voyager.position_au[i])
                assert state.velocity_au_d == tuple(voyager.velocity_au_d[i])
                assert state.earth_position_au == tuple(earth.position_au[i])
            compared += 1
    assert compared >= epochs


def test_published_figures_are_met(ingest):
    ingest("2025-12-20")
    live = services.position(
        datetime(2026, 7, 5, tzinfo=UTC) - TDB_MINUS_UTC
    )  # a stored live answer of Horizons
    assert live.earth_distance_au * AU_KM == pytest.approx(
        2.547842153013403e10, abs=10.0
    )  # km; Horizons refits
    assert live.light_time_s == pytest.approx(84986.86625, abs=1e-4)
    assert live.earth_range_rate_km_s == pytest.approx(27.37582, abs=1e-4)
    assert live.one_way_light_time == "23:36:27"
    january = services.position(datetime(2026, 1, 1, tzinfo=UTC))
    assert january.distance_au * AU_KM == pytest.approx(
        25_320_225_956, abs=1500
    )  # quoted without its time scale
    september = services.position(datetime(2026, 9, 25, tzinfo=UTC))
    assert september.speed_km_s == pytest.approx(16.92, abs=0.01)
    november = services.position(datetime(2026, 11, 15, tzinfo=UTC))
    assert november.gal_longitude_deg == pytest.approx(33.45, abs=0.01)
    assert november.gal_latitude_deg == pytest.approx(26.66, abs=0.01)


def test_the_light_day_is_where_nasa_says(ingest):
    ingest("2026-01-01")
    crossing = services.trajectory().light_day_at
    assert crossing is not None
    assert abs(crossing - datetime(2026, 11, 18, 10, 16, tzinfo=UTC)) < timedelta(minutes=1)
    state = services.position(crossing)
    assert state.light_time_s == pytest.approx(86_400, abs=0.01)
