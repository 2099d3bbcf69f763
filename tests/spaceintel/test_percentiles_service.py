"""How unusual a value is, among what is stored."""

import time
from datetime import UTC, datetime

import numpy as np
import pytest

from spaceintel import services
from spaceintel.services import percentiles
from spaceintel.services.percentiles import Sample
from spaceintel.services.rarity import ordinal
from tests.support import weather as space

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
OLD = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("metric", services.METRICS)
def test_an_empty_sample_has_no_percentile(metric):
    found = services.percentile(metric, 1.0)
    assert (found.percent, found.position.count, found.since) == (None, 0, None)
    assert found.text.startswith("not known")


def test_ties_count_half_and_the_ends_are_the_ends():
    space.kp(OLD, [1.0, 2.0, 2.0, 3.0], source="gfz")
    assert services.percentile("kp", 2.0).percent == 50.0
    assert services.percentile("kp", 0.0).percent == 0.0
    assert services.percentile("kp", 9.0).percent == 100.0
    assert services.percentile("kp", 3.0).text == "the largest of 4 three-hour values since 2001"
    assert services.percentile("kp", 1.0).text == "the smallest of 4 three-hour values since 2001"


def test_a_value_beyond_all_is_not_called_one_of_them():
    space.kp(OLD, [1.0, 2.0, 2.0, 3.0], source="gfz")
    assert services.percentile("kp", 9.0).text == "larger than all 4 three-hour values since 2001"
    assert services.percentile("kp", 0.0).text == "smaller than all 4 three-hour values since 2001"


def test_of_ties_none_is_the_largest():
    space.kp(OLD, [1.0, 1.0, 2.0, *[9.0] * 3], source="gfz")
    found = services.percentile("kp", 9.0)
    assert found.text == "equals the largest of 6 three-hour values since 2001, one of 3 such"
    assert found.percent == pytest.approx(75.0)
    assert (
        services.percentile("kp", 1.0).text
        == "equals the smallest of 6 three-hour values since 2001, one of 2 such"
    )


def test_where_all_are_equal_none_stands_out():
    space.kp(OLD, [2.0] * 5, source="gfz")
    found = services.percentile("kp", 2.0)
    assert (found.text, found.percent) == ("the same as all 5 three-hour values since 2001", 50.0)


def test_thirds_are_the_same_however_they_are_rounded():
    space.kp(OLD, [4.667, 4.667, 5.0], source="gfz")
    assert services.percentile("kp", 4.67).position.equal == 2


def test_gfzs_history_is_the_sample_and_noaas_values_are_not_counted_twice():
    space.kp(OLD, [1.0, 2.0], source="gfz")
    space.kp(OLD, [1.0, 2.0, 3.0], source="noaa_swpc")
    assert services.percentile("kp", 1.0).position.count == 2


def test_without_history_noaas_values_are_the_sample():
    space.kp(OLD, [1.0, 2.0, 3.0], source="noaa_swpc")
    assert services.percentile("kp", 1.0).position.count == 3


def test_predictions_and_estimates_are_no_sample():
    space.kp(OLD, [9.0], kind="predicted")
    space.kp(OLD, [9.0], kind="estimated")
    assert services.percentile("kp", 9.0).position.count == 0


def test_flares_of_one_list_are_counted():
    for day in (1, 2, 3):
        space.flare(OLD.replace(day=day), day * 1e-5, f"M{day}.0")
    space.flare(OLD, 9e-4, "X9.0", kind="XRA")
    found = services.percentile("flare_peak_flux", 2e-5)
    assert (found.position.count, found.percent) == (3, 50.0)


def test_the_closest_of_all_is_called_so():
    for number in (1, 2):
        space.approach(OLD, 0.01 * number, f"2001 A{number}")
    assert services.percentile("approach_distance", 0.01).text == "the closest of 2 approaches since 2001"
    assert services.percentile("approach_distance", 0.02).text == "the farthest of 2 approaches since 2001"
    assert services.percentile("approach_distance", 0.005).text == "closer than all 2 approaches since 2001"


def test_one_value_alone_is_said_to_be_alone():
    space.kp(OLD, [1.0], source="gfz")
    assert services.percentile("kp", 1.0).text == "the only one of its kind: 1 three-hour value is stored"
    assert services.percentile("kp", 2.0).text == "larger than the only three-hour value that is stored"
    assert services.percentile("kp", 0.0).text == "smaller than the only three-hour value that is stored"


def test_an_infinite_value_is_beyond_all():
    space.kp(OLD, [1.0, 2.0], source="gfz")
    assert services.percentile("cme_speed", float("inf")).percent is None
    assert services.percentile("kp", float("inf")).percent == 100.0


def test_a_new_row_is_in_the_sample():
    from tests.support.visitor import forget_everything

    space.kp(OLD, [1.0], source="gfz")
    assert services.percentile("kp", 1.0).position.count == 1
    space.kp(OLD.replace(year=2002), [2.0], source="gfz")
    forget_everything()
    assert services.percentile("kp", 1.0).position.count == 2


def test_a_metric_that_there_is_not():
    with pytest.raises(KeyError):
        services.percentile("sunspots", 1.0)


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        services.percentile("cme_speed", float("nan"))


@pytest.mark.parametrize(
    ("percent", "text"),
    [(99.2, "99.2th"), (50.0, "50.0th"), (99.96, "99.960th"), (0.02, "0.020th"), (99.99999, "99.9999th")],
)
def test_percentiles_are_never_rounded_to_the_ends(percent, text):
    assert ordinal(percent) == text


def test_climatology_needs_a_cycle_of_the_sun_without_large_gaps(monkeypatch):
    assert services.climatology() is None
    span = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC))
    whole = round((span[1] - span[0]).total_seconds() / 10_800) + 1
    values = np.sort(np.round(np.arange(whole) % 28 / 3, 3))
    monkeypatch.setattr(percentiles, "_kp", lambda: Sample(values, *span))
    found = services.climatology()
    assert found is not None
    assert found.share[0] == 1.0
    assert found.share[27] == pytest.approx(1 / 28, rel=1e-3)
    assert (np.diff(found.share) < 0).all()
    monkeypatch.setattr(percentiles, "_kp", lambda: Sample(values[::2], *span))
    assert services.climatology() is None


def test_a_question_among_270_000_values_is_two_bisections(monkeypatch):
    values = np.sort(np.random.default_rng(1).gamma(2.0, 1.0, 270_000))
    monkeypatch.setattr(percentiles, "_kp", lambda: Sample(values, OLD, OLD))
    began = time.perf_counter()
    for _ in range(100):
        services.percentile("kp", 3.0)
    assert (time.perf_counter() - began) / 100 < 0.005


def test_a_sample_with_large_gaps_is_stored_between_two_years_not_since_the_first():
    space.kp(OLD, [1.0, 2.0, 2.0, 3.0], source="gfz")
    space.kp(OLD.replace(year=2024), [4.0, 4.0], source="gfz")
    assert services.percentile("kp", 3.0).text.endswith(
        " percentile of 6 three-hour values stored between 2001 and 2024"
    )


def test_nine_tenths_of_a_span_are_enough_for_since():
    space.kp(OLD, [1.0] * 5, source="gfz")
    space.kp(OLD + 6 * space.INTERVAL, [1.0] * 4, source="gfz")  # nine of ten
    assert services.percentile("kp", 1.0).text == "the same as all 9 three-hour values since 2001"


def test_eight_of_ten_are_not():
    space.kp(OLD, [1.0] * 5, source="gfz")
    space.kp(OLD + 7 * space.INTERVAL, [1.0] * 3, source="gfz")
    assert services.percentile("kp", 1.0).text == "the same as all 8 three-hour values stored of 2001"


@pytest.mark.parametrize(
    ("metric", "store"),
    [
        ("flare_peak_flux", lambda at: space.flare(at, 1e-5, "M1.0")),
        ("approach_distance", lambda at: space.approach(at, 0.01)),
    ],
)
def test_of_lists_the_time_that_was_asked_for_counts(metric, store):
    now = space.now()
    store(now - 3000 * space.DAY)
    store(now - 2 * space.DAY)
    assert " stored between " in services.percentile(metric, 1.0).text


def test_a_list_that_was_asked_for_all_along_is_one_since():
    now = space.now()
    log = space.batch("solar_events", days=3001)
    space.flare(now - 3000 * space.DAY, 1e-5, "M1.0", log=log)
    space.flare(now - 2 * space.DAY, 2e-5, "M2.0", log=log)
    assert " flares since " in services.percentile("flare_peak_flux", 1.0).text
