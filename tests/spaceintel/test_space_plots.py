"""The pictures of space weather: what they draw, say and export, with many rows, with few, and with none."""

import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from deepspace.plotting import registry, render
from deepspace.plotting.labels import renderer_of
from deepspace.plotting.table import csv_bytes
from spaceintel.parameters import SpaceParameters
from spaceintel.plots.base import length_name
from tests.support import weather as space
from tests.support.weather import DAY, HOUR, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
NAMES = ("space-kp", "space-kp-window", "space-xray", "space-solar-wind", "space-events")


@pytest.fixture
def stormy():
    """Some days with a storm, flares, ejections and a gap in each series."""
    now = space.now()
    kp = space.batch("kp")
    values = np.round(np.abs(np.sin(np.arange(56) / 5.0)) * 27) / 3
    space.kp(space.interval(now, 60), values[:30].tolist(), log=kp)
    space.kp(space.interval(now, 26), values[30:].tolist(), log=kp)
    space.kp(space.interval(now), [5.0, 6.0, 4.0, 9.0, *[2.0] * 20], kind="predicted", log=kp, noaa_scale="")
    rng = np.random.default_rng(5)
    for band, level in (("0.1-0.8nm", 1e-6), ("0.05-0.4nm", 3e-8)):
        flux = level * 10.0 ** np.abs(rng.normal(0, 0.3, 500))
        space.xray(now - 6 * DAY, flux.tolist(), band=band)
        space.xray(now - DAY, flux[:400].tolist(), band=band)
    space.wind(now - 2 * DAY, 200)
    space.wind(now - DAY, 400, spacecraft="ACE", bz_gsm_nt=9.0)
    log = space.batch("solar_events")
    for number, (peak, name) in enumerate(
        [(1e-5, "M1.0"), (2.1e-3, "X21.0"), (6e-5, "M6.0"), (3e-6, "C3.0")]
    ):
        space.flare(now - (5 - number) * DAY, peak, name, log=log)
    for number in range(12):
        arrival = now + 2 * DAY if number == 3 else None
        space.event(
            "CME", now - number * 11 * HOUR, log=log, speed_km_s=300.0 + 190 * number, arrival_at=arrival
        )
    space.event("CME", now - 3 * DAY, log=log, event_id="no speed")
    space.event("GST", now - 2 * DAY, log=log, kp_max=7.67)
    space.event("GST", now - 2 * DAY + HOUR, log=log, kp_max=None)


def drawn(name, days=7, end=None):
    plot = registry.plot(name)
    data = plot.data(SpaceParameters(days=days, end=end))
    return plot, data, render.compose(plot, data)


def shown_texts(figure):
    """Texts that are drawn: matplotlib keeps labels of ticks outside the limits as well, and does not draw those."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low <= tick.get_loc() <= high:
                    hidden |= {tick.label1, tick.label2}
    texts = (one for one in figure.findobj(Text) if one not in hidden)
    return [one for one in texts if one.get_visible() and one.get_text().strip()]


@pytest.mark.parametrize("days", [1, 7, 366])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off_or_lies_over_another(stormy, name, days):
    _, _, figure = drawn(name, days)
    renderer = renderer_of(figure)
    figure.draw(renderer)
    width, height = figure.get_size_inches() * figure.dpi
    boxes = [(one.get_text(), one.get_window_extent(renderer)) for one in shown_texts(figure)]
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
        assert apart, (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_data_give_the_same_bytes_and_small_ones(stormy, name):
    plot, data, figure = drawn(name)
    first = render.png(figure)
    assert first == render.png(render.compose(plot, data))
    assert len(first) < 60_000


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_site_gets_a_sentence_and_not_an_empty_panel(name):
    plot, data, figure = drawn(name)
    texts = " ".join(one.get_text().replace("\n", " ") for one in shown_texts(figure))
    assert "not been retrieved yet" in texts
    assert "nknown" in plot.alt(data)
    assert "No flare" not in plot.alt(data)
    assert all(len(column) == 0 for column in plot.columns(data).values())
    assert csv_bytes(plot.columns(data)).count(b"\r\n") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_one_length_and_can_be_exported(stormy, name):
    plot, data, _ = drawn(name, 30)
    columns = plot.columns(data)
    assert len({len(column) for column in columns.values()}) == 1
    assert len(columns["utc"])
    assert csv_bytes(columns)


@pytest.mark.parametrize("name", NAMES)
def test_the_alt_text_states_the_finding(stormy, name):
    plot, data, _ = drawn(name)
    expected = {
        "space-kp": "NOAA foresees at most 9.00 (G5)",
        "space-kp-window": "the highest observed Kp is 9.00",
        "space-xray": "the X-ray flux of the Sun peaks at class ",
        "space-solar-wind": "The most southward Bz is -2.0 nT.",
        "space-events": "The strongest flare is X21.0",
    }[name]
    assert expected in plot.alt(data)


def test_a_quiet_answered_feed_says_none_with_the_time_it_is_known_to():
    space.empty("solar_events")
    plot, data, figure = drawn("space-events", 30)
    assert "No flare in these 30 days." in plot.alt(data)
    assert "Known up to" in plot.alt(data)
    texts = " ".join(one.get_text().replace("\n", " ") for one in shown_texts(figure))
    assert "No geomagnetic storm in these 30 days." in texts


def test_levels_of_kp_are_told_in_text(stormy):
    _, _, figure = drawn("space-kp")
    texts = {one.get_text() for one in shown_texts(figure)}
    assert {"G5", "G1"} <= texts
    assert any(text.startswith("now, ") for text in texts)


def test_kp_as_a_table_tells_observed_from_predicted(stormy):
    plot, data, _ = drawn("space-kp")
    columns = plot.columns(data)
    assert columns["is_predicted"].sum() > 20
    assert set(columns["kind"][~columns["is_predicted"]]) == {"observed"}
    assert (np.diff(columns["utc"]) > np.timedelta64(0)).all()
    assert columns["g_scale"].max() == 5


def test_an_old_series_is_drawn_without_a_forecast_beside_it():
    old = space.now() - 300 * DAY
    space.kp(space.interval(old), [3.0] * 20)
    space.kp(space.interval(space.now()), [5.0] * 8, kind="predicted")
    plot, data, figure = drawn("space-kp")
    assert not plot.columns(data)["is_predicted"].any()
    assert any("nothing newer is known" in one.get_text() for one in shown_texts(figure))


def test_a_forecast_alone_is_drawn_and_said_to_be_alone():
    space.kp(space.interval(space.now()), [5.0] * 8, kind="predicted")
    plot, data, figure = drawn("space-kp")
    assert plot.columns(data)["is_predicted"].all()
    assert any("no observed value is known" in one.get_text() for one in shown_texts(figure))


def test_gaps_in_the_flux_stay_gaps(stormy):
    _, _, figure = drawn("space-xray")
    line = max((one for axes in figure.axes for one in axes.lines), key=lambda one: len(one.get_xdata()))
    assert np.isnan(line.get_xdata()).sum() == 1


def test_the_southward_field_is_shaded_only_where_it_is_southward():
    now = space.now()
    space.wind(now - 100 * MINUTE, 50, bz_gsm_nt=-5.0)
    space.wind(now - 50 * MINUTE, 50, bz_gsm_nt=5.0)
    _, _, figure = drawn("space-solar-wind", 1)
    shade = next(one for one in figure.axes[-1].collections if one.get_alpha() == 0.6)
    heights = shade.get_paths()[0].vertices[:, 1]
    assert heights.min() == -5.0
    assert heights.max() == 0.0


def test_an_arrival_to_come_widens_the_axis(stormy):
    _, data, figure = drawn("space-events")
    last = figure.axes[-1].get_xlim()[1]
    assert last == pytest.approx((data.now + 2 * DAY).timestamp() / 86_400, abs=0.01)


def test_lengths_of_columns_are_told_in_the_unit_that_reads_best():
    assert [length_name(one) for one in (60.0, 100.0, 1_400.0, 73_000.0, 200_000.0)] == [
        "60 s",
        "1.67 min",
        "23.3 min",
        "20.3 h",
        "2.31 d",
    ]
