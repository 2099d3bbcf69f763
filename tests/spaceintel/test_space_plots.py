"""The pictures of space weather: what they draw, say and export, with many rows, with few, and with none."""

import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from deepspace import memo, versions
from deepspace.plotting import registry, render
from deepspace.plotting.labels import renderer_of
from deepspace.plotting.table import csv_bytes
from deepspace.plotting.timeaxis import days
from spaceintel.parameters import SpaceParameters
from spaceintel.plots.naming import told_once
from spaceintel.states import KpClimatology
from tests.support import weather as space
from tests.support.weather import DAY, HOUR, INTERVAL, MINUTE

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
        "space-kp": "NOAA foresees at most 9o (G5)",
        "space-kp-window": "the highest observed Kp is 9o (G5)",
        "space-xray": "the X-ray flux of the Sun peaks at class ",
        "space-solar-wind": "The most southward Bz is −2.0 nT.",
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


@pytest.fixture
def decades(monkeypatch):
    """Decades of Kp are stored."""
    found = KpClimatology(
        kp=np.round(np.arange(28) / 3, 3),
        share=np.geomspace(1.0, 2.3e-4, 28),
        count=275_000,
        since=space.now() - 34_000 * DAY,
        until=space.now(),
    )
    monkeypatch.setattr("spaceintel.services.climatology", lambda: found)


def overlapping(figure):
    renderer = renderer_of(figure)
    figure.draw(renderer)
    boxes = [(one.get_text(), one.get_window_extent(renderer)) for one in shown_texts(figure)]
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if a.overlaps(b) and min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


def cut(figure):
    renderer = renderer_of(figure)
    figure.draw(renderer)
    width, height = figure.get_size_inches() * figure.dpi
    boxes = {one.get_text(): one.get_window_extent(renderer) for one in shown_texts(figure)}
    return [text for text, a in boxes.items() if a.x0 < 0 or a.y0 < 0 or a.x1 > width or a.y1 > height]


def titles(figure):
    return " ".join(one.get_text() for one in figure.texts)


@pytest.mark.parametrize("name", ["space-kp", "space-kp-window"])
def test_shares_of_the_climatology_have_room_and_no_year_is_promised(stormy, decades, name):
    plot, _, figure = drawn(name)
    assert any("since" in one.get_text() for one in shown_texts(figure))
    assert not cut(figure)
    assert not overlapping(figure)
    assert "1932" not in plot.caption


def test_names_of_both_sources_of_kp_fit_below_the_title():
    now = space.now()
    space.kp(space.interval(now, 20), [3.0] * 20)
    space.kp(space.interval(now), [3.0] * 8, kind="predicted")
    space.kp(space.interval(now, 55), [3.0] * 20, source="gfz")
    _, data, figure = drawn("space-kp")
    assert {"gfz", "noaa_swpc"} <= set(data.series.source.tolist())
    assert not cut(figure)


@pytest.mark.parametrize("back", [0, 1, 2])
def test_the_name_of_a_level_stands_beside_the_line_of_now(back):
    now = space.now()
    if back:
        space.kp(space.interval(now, 20), [2.0] * (20 - back) + [5.333] + [2.0] * (back - 1))
    else:  # of the interval under way no value is observed yet
        space.kp(space.interval(now, 20), [2.0] * 20)
        space.kp(space.interval(now), [5.333], kind="predicted", upstream_status="estimated")
    _, data, figure = drawn("space-kp")
    (line,) = (one for one in figure.axes[0].lines if len(set(one.get_xdata())) == 1)
    x = figure.axes[0].transData.transform((line.get_xdata()[0], 0.0))[0]
    (name,) = (
        one for one in shown_texts(figure) if one.get_text() == "G1" and one.get_fontweight() == "bold"
    )
    box = name.get_window_extent(renderer_of(figure))
    assert x <= box.x0 or box.x1 <= x
    assert line.get_xdata()[0] == pytest.approx(float(days(data.now)))


def test_values_of_kp_are_told_in_thirds_with_a_true_minus():
    space.kp(space.interval(space.now(), 1), [5.667])
    for name in ("space-kp", "space-kp-window"):
        plot, data, _ = drawn(name)
        assert "6− (G2)" in plot.alt(data)


def test_days_without_flux_show_the_flares_that_are_known_of_them():
    now = space.now()
    log = space.batch("solar_events", days=90)
    space.flare(now - 60 * DAY, 2.7e-5, "M2.7", log=log)
    space.xray(now - DAY, [1e-6] * 100)
    plot, data, figure = drawn("space-xray", 7, now - 57 * DAY)
    texts = [one.get_text() for one in shown_texts(figure)]
    assert "M2.7" in texts
    assert "flare" in texts
    said = plot.alt(data)
    assert "Unknown: nothing of these 7 days" in said
    assert "Unknown since" not in said
    assert "The strongest flare listed is M2.7" in said
    assert not overlapping(figure)


@pytest.mark.parametrize(("name", "curves"), [("space-xray", 1), ("space-solar-wind", 4)])
def test_a_single_minute_in_a_month_is_seen(name, curves):
    now = space.now()
    space.xray(now - 9 * DAY, [3e-6])
    space.wind(now - 9 * DAY, 1)
    _, _, figure = drawn(name, 30)
    dots = [one for axes in figure.axes for one in axes.lines if one.get_marker() == "o"]
    assert [len(one.get_xdata()) for one in dots] == [1] * curves


def test_what_was_not_retrieved_is_hatched_and_in_the_key():
    now = space.now()
    log = space.batch("solar_events", days=10)
    space.flare(now - 3 * DAY, 1e-5, "M1.0", log=log)
    _, _, figure = drawn("space-events", 60)
    hatched = [patch for axes in figure.axes for patch in axes.patches if patch.get_hatch()]
    assert len(hatched) == 3
    (legend,) = figure.legends
    assert legend.get_texts()[-1].get_text() == "not retrieved"
    space.empty("solar_events", days=90)
    space.empty("goes_flares", days=90)
    versions.forget()
    memo.forget()
    _, _, known = drawn("space-events", 60)
    assert not [patch for axes in known.axes for patch in axes.patches if patch.get_hatch()]


def test_a_name_is_never_of_a_flare_that_a_higher_one_hides():
    now = space.now()
    log = space.batch("solar_events")
    # the second is within a name's width of the first, the third of the second only
    for hours, flux, name in ((0, 2.7e-5, "M2.7"), (-3.7, 1.5e-5, "M1.5"), (-4.5, 1.1e-5, "M1.1")):
        space.flare(now - 3 * DAY + hours * HOUR, flux, name, log=log)
    _, _, figure = drawn("space-events")
    texts = {one.get_text() for one in shown_texts(figure)}
    assert "M2.7" in texts
    assert "M1.1" not in texts


def test_the_largest_values_on_record_fit_the_pictures(decades):
    now = space.now()
    space.kp(space.interval(now, 10), [9.0] * 10)
    space.kp(space.interval(now), [9.0] * 8, kind="predicted")
    space.xray(now - DAY, [4.5e-3] * 500)
    space.wind(now - DAY, 500, speed_km_s=2_000.0, density_cm3=100.0, bt_nt=120.0, bz_gsm_nt=-110.0)
    log = space.batch("solar_events")
    space.flare(now - DAY, 4.5e-3, "X45.0", log=log)
    space.event("CME", now - DAY, log=log, speed_km_s=3_500.0, arrival_at=now + 4 * DAY)
    space.event("GST", now - DAY, log=log, kp_max=9.0)
    for name in NAMES:
        plot, data, figure = drawn(name)
        assert not cut(figure), name
        assert not overlapping(figure), name
        assert "X45.0" in plot.alt(data) or name not in {"space-xray", "space-events"}


@pytest.mark.parametrize("name", ["space-xray", "space-solar-wind", "space-events", "space-kp-window"])
def test_earlier_days_than_those_asked_for_are_said_to_be(name):
    old = space.now() - 300 * DAY
    log = space.batch("solar_events", ago=299 * DAY, days=20)
    space.flare(old, 1e-5, "M1.0", log=log)
    space.kp(space.interval(old), [3.0] * 20)
    space.xray(old, [1e-6] * 100)
    space.wind(old, 100)
    _, _, figure = drawn(name)
    assert "(nearest days known)" in titles(figure)
    assert not cut(figure)


def test_sentences_that_statements_share_are_said_once():
    told = told_once(["2 flares. Unknown since noon.", "No storm. Unknown since noon.", ""])
    assert told == "2 flares. No storm. Unknown since noon."


def test_an_arrival_beyond_the_axis_is_not_drawn_in_the_margin():
    now = space.now()
    log = space.batch("solar_events")
    space.event("CME", now - DAY, log=log, speed_km_s=300.0, arrival_at=now + 6 * DAY)
    _, _, figure = drawn("space-events")
    marks = [one for one in figure.axes[1].lines if one.get_marker() == "D"]
    assert all(len(one.get_xdata()) == 0 for one in marks)


def test_bars_of_the_interval_under_way_end_at_their_interval():
    now = space.now()
    space.kp(space.interval(now), [4.0], kind="predicted")
    _, _, figure = drawn("space-kp")
    (bars,) = figure.axes[0].collections
    left, right = bars.get_paths()[0].vertices[:2, 0]
    assert 0.8 * INTERVAL / DAY < right - left <= INTERVAL / DAY


def test_the_picture_of_the_wind_tells_the_age_of_old_plasma_beside_a_fresh_field():
    now = space.now()
    space.wind(now - 5 * HOUR, 1)
    space.wind(now - 30 * MINUTE, 30, speed_km_s=None, density_cm3=None)
    plot, data, figure = drawn("space-solar-wind")
    old, fresh = (f"{at:%Y-%m-%d %H:%M} UTC" for at in (now - 5 * HOUR, now - MINUTE))
    names = [one.get_text() for one in shown_texts(figure) if "(" in one.get_text()]
    assert [f"nothing newer than {old}" in one for one in names if one.startswith(("speed", "dens"))] == [
        True
    ] * 2
    assert not any("nothing newer" in one for one in names if one.startswith(("field", "Bz")))
    assert not cut(figure)
    assert f"density 5.0 per cm³ at {old}; field strength 6.0 nT, Bz −2.0 nT at {fresh}" in plot.alt(data)


def test_a_window_of_four_days_has_32_intervals():
    end = space.interval(space.now()).replace(hour=0) - 100 * DAY
    space.kp(end - 5 * DAY, [3.0] * 50, source="gfz")
    _, data, _ = drawn("space-kp-window", 4, end)
    assert len(data.kp) == 32


def test_the_least_x_rays_that_noaa_gives_are_drawn():
    least = 9.99999971718e-10  # 1e-9 in single precision
    space.xray(space.now() - 9 * MINUTE, [3e-7] * 9)
    space.xray(space.now() - 9 * MINUTE, [least] * 8 + [0.0], band="0.05-0.4nm")
    plot, data, _ = drawn("space-xray", 1)
    assert data.xray.short.low.tolist() == [least] * 8
    columns = plot.columns(data)
    assert (columns["flux_min_w_m2"][columns["band"] == "0.05-0.4nm"] == least).all()


def test_no_name_of_a_level_lies_on_a_bar_beside_it():
    end = space.interval(space.now()).replace(hour=0) - 100 * DAY
    storm = [
        5.0,
        8.0,
        7.667,
        8.667,
        8.667,
        9.0,
        9.0,
        8.667,
        7.667,
        8.667,
        9.0,
        9.0,
        8.0,
        8.0,
        8.0,
        7.0,
        6.667,
        5.333,
        5.0,
    ]
    space.kp(end - 4 * DAY, [2.0] * 13 + storm, source="gfz")
    _, data, figure = drawn("space-kp-window", 4, end)
    axes = figure.axes[0]
    boxes = [
        one.get_window_extent(renderer_of(figure))
        for one in shown_texts(figure)
        if one.get_text().startswith("G") and one.get_fontweight() == "bold"
    ]
    assert len(boxes) >= 3
    for start, value in zip(days(data.kp.utc).tolist(), data.kp.kp.tolist(), strict=True):
        (left, _), (right, top) = axes.transData.transform([(start, 0.0), (start + 0.125, value)])
        for box in boxes:
            assert box.y0 >= top - 0.5 or box.x1 <= left or box.x0 >= right, (start, value)
