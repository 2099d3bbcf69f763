"""Frames, time scales, interpolation and distances against published values and authorities."""

from __future__ import annotations

import math
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, NamedTuple

import erfa
import numpy as np
import pytest
import requests
from astropy import units as u
from astropy.coordinates import (
    HCRS,
    ICRS,
    CartesianRepresentation,
    Galactic,
    HeliocentricEclipticIAU76,
    SkyCoord,
)
from astropy.time import Time
from astropy.utils import iers

from deepspace.constants import AU_KM, SECONDS_PER_DAY
from voyager import science
from voyager.constants import (
    EPHEMERIS_JUMP_JD_TDB,
    GM_SUN_AU3_D2,
    HORIZONS_1977_09_06_AU,
    HORIZONS_2026_09_06_AU,
    JUPITER_CLOSEST_APPROACH_JD_TDB,
    LIGHT_DAY_AU,
    LIGHT_TIME_S_PER_AU,
    SATURN_CLOSEST_APPROACH_JD_TDB,
)
from voyager.science.arrays import DatetimeArray, FloatArray
from voyager.science.interpolation import EPHEMERIS_JUMP_TDB_S
from voyager.science.twobody import stumpff

if TYPE_CHECKING:
    from tests.support.mirror import Mirror

ARCSEC_DEG = 1.0 / 3600.0
HOUR_S = 3600.0
# rounded: the flybys below only have to bend as sharply as the real ones
GM_JUPITER_KM3_S2 = 1.26687e8
GM_SATURN_KM3_S2 = 3.79312e7

# Horizons, Voyager 1 at 1977-09-06 00:00 TDB from the Sun, ICRF equator (upstreams.md, section 2)
STATE_1977_ICRF = (
    (0.9679318511236246, -0.2588893475204245, -0.1120557638477288),
    (0.006683337106329786, 0.02004085450608791, 0.00914862878624711),
)
# Horizons, Voyager 1 at 2026-07-05 00:00 TDB from the geocentre, ecliptic J2000, km and km/s
GEOCENTRIC_2026_KM = (-4.829079412725183e9, -2.021678227497343e10, 1.473470970664544e10)
GEOCENTRIC_2026_KM_S = (-30.64960153, -20.01186740, 9.834450914)


class States(NamedTuple):
    """Rows of a Horizons vector table."""

    tdb: DatetimeArray
    times_s: FloatArray
    position: FloatArray
    velocity: FloatArray


def horizons_states(base_url: str, start: str, stop: str, step: str, target: str = "-31") -> States:
    """Heliocentric ecliptic states from the mirror of Horizons, au and au/d."""
    settings = {
        "COMMAND": target,
        "OBJ_DATA": "NO",
        "MAKE_EPHEM": "YES",
        "EPHEM_TYPE": "VECTORS",
        "CENTER": "500@10",
        "START_TIME": start,
        "STOP_TIME": stop,
        "STEP_SIZE": step,
        "REF_PLANE": "ECLIPTIC",
        "OUT_UNITS": "AU-D",
        "CSV_FORMAT": "YES",
        "VEC_TABLE": "2",
    }
    query = {"format": "text"} | {key: f"'{value}'" for key, value in settings.items()}
    with requests.Session() as session:
        session.trust_env = False  # a proxy in the environment is not for loopback
        answer = session.get(f"{base_url}/ssd.jpl.nasa.gov/api/horizons.api", params=query, timeout=60)
    answer.raise_for_status()
    lines = answer.text.split("$$SOE")[1].split("$$EOE")[0].strip().splitlines()
    cells = [line.split(",") for line in lines]
    numbers = np.array([[float(cell) for cell in row[2:8]] for row in cells])
    tdb = np.array([_calendar(row[1]) for row in cells], dtype="datetime64[us]")
    return States(tdb, science.tdb_to_tdb_seconds(tdb), numbers[:, :3], numbers[:, 3:])


def _calendar(text: str) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    year, month, rest = text.replace("A.D.", "").strip().split("-")
    day, clock = rest.split()
    return f"{year}-{months.index(month) + 1:02d}-{day}T{clock}"


def separation_deg(first: FloatArray, second: FloatArray) -> FloatArray:
    """Angle between unit vectors of (longitude, latitude) pairs in degrees, good for tiny angles."""
    (a, b), (c, d) = np.radians(first), np.radians(second)
    haversine = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return np.degrees(2 * np.arcsin(np.sqrt(haversine)))


def sky_grid() -> FloatArray:
    """Unit vectors over the whole sky, the poles nearly included."""
    longitude, latitude = np.meshgrid(
        np.radians(np.arange(0.0, 360.0, 15.0)), np.radians(np.arange(-89.5, 90.0, 12.0))
    )
    cos = np.cos(latitude)
    return np.stack([cos * np.cos(longitude), cos * np.sin(longitude), np.sin(latitude)], axis=-1)


class TestFrames:
    def test_the_1977_state_rotates_from_the_equator_to_the_recorded_ecliptic_position(self) -> None:
        position = science.icrs_to_ecliptic(STATE_1977_ICRF[0])
        np.testing.assert_allclose(position, HORIZONS_1977_09_06_AU, rtol=0, atol=1e-14)

    def test_rotating_there_and_back_changes_nothing(self) -> None:
        grid = sky_grid()
        np.testing.assert_allclose(science.icrs_to_ecliptic(science.ecliptic_to_icrs(grid)), grid, atol=1e-15)

    def test_equatorial_coordinates_agree_with_astropy(self) -> None:
        xyz = sky_grid().reshape(-1, 3) * 170.0
        epoch = Time("J2000", scale="tdb")
        frame = HeliocentricEclipticIAU76(CartesianRepresentation(xyz.T * u.au), obstime=epoch)
        expected = frame.transform_to(HCRS(obstime=epoch)).spherical
        actual = np.array(science.equatorial_coordinates(xyz))
        difference = separation_deg(actual, np.array([expected.lon.deg, expected.lat.deg]))
        assert difference.max() < 1e-8

    def test_galactic_coordinates_agree_with_the_hipparcos_rotation_of_erfa(self) -> None:
        icrs = sky_grid().reshape(-1, 3)
        longitude, latitude = science.spherical(icrs)
        expected = np.degrees(np.array(erfa.icrs2g(np.radians(longitude), np.radians(latitude))))
        actual = np.array(science.spherical(science.icrs_to_galactic(icrs)))
        assert separation_deg(actual, expected).max() < 1e-8

    def test_galactic_coordinates_agree_with_astropy_up_to_its_fk5_tie(self) -> None:
        ecliptic = sky_grid().reshape(-1, 3)
        ra, dec = science.equatorial_coordinates(ecliptic)
        expected = SkyCoord(ra * u.deg, dec * u.deg, frame=ICRS()).transform_to(Galactic())
        actual = np.array(science.galactic_coordinates(ecliptic))
        assert separation_deg(actual, np.array([expected.l.deg, expected.b.deg])).max() < 0.025 * ARCSEC_DEG

    def test_axes_stay_orthonormal(self) -> None:
        axes = science.icrs_to_galactic(np.eye(3))
        np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-15)
        assert np.linalg.det(axes) == pytest.approx(1.0, abs=1e-15)

    def test_voyager_is_where_it_was_published_to_be_in_the_galactic_frame(self) -> None:
        longitude, latitude = science.galactic_coordinates(HORIZONS_2026_09_06_AU)
        assert longitude == pytest.approx(33.45, abs=0.02)
        assert latitude == pytest.approx(26.66, abs=0.02)

    def test_ecliptic_vectors_read_as_equatorial_would_be_23_degrees_off(self) -> None:
        wrong = science.spherical(science.icrs_to_galactic(HORIZONS_2026_09_06_AU))
        right = science.galactic_coordinates(HORIZONS_2026_09_06_AU)
        assert separation_deg(np.array(wrong), np.array(right)) == pytest.approx(23.0, abs=1.0)

    @pytest.mark.parametrize(
        ("xyz", "longitude_deg", "latitude_deg"),
        [
            ((1.0, 0.0, 0.0), 0.0, 0.0),
            ((0.0, -2.0, 0.0), 270.0, 0.0),
            ((0.0, 0.0, -3.0), 0.0, -90.0),
            ((1.0, -1e-300, 0.0), 0.0, 0.0),
            ((-1.0, 0.0, 1.0), 180.0, 45.0),
        ],
    )
    def test_spherical_coordinates_at_the_edges(
        self, xyz: tuple[float, float, float], longitude_deg: float, latitude_deg: float
    ) -> None:
        longitude, latitude = science.spherical(xyz)
        assert 0.0 <= longitude < 360.0
        assert longitude == pytest.approx(longitude_deg)
        assert latitude == pytest.approx(latitude_deg)

    @pytest.mark.parametrize("xyz", [(0.0, 0.0, 0.0), (math.nan, 0.0, 1.0), (math.inf, 0.0, 0.0)])
    def test_a_vector_without_direction_is_refused(self, xyz: tuple[float, float, float]) -> None:
        with pytest.raises(ValueError, match="direction"):
            science.spherical(xyz)


class TestTimeScales:
    @pytest.mark.parametrize(
        ("tdb", "utc", "tolerance_us"),
        [
            # TDB - UTC = 32.184 s + (TAI - UTC), and TDB - TT is below 2 ms
            ("1977-09-06T00:00:00", "1977-09-05T23:59:11.816", 2000),
            ("2000-01-01T12:00:00", "2000-01-01T11:58:55.816", 2000),
            ("2026-11-18T10:17:16.184", "2026-11-18T10:16:07", 2000),
        ],
    )
    def test_utc_differs_from_tdb_by_the_leap_seconds_of_the_day(
        self, tdb: str, utc: str, tolerance_us: int
    ) -> None:
        difference = science.tdb_to_utc(np.datetime64(tdb)) - np.datetime64(utc)
        assert abs(difference) <= np.timedelta64(tolerance_us, "us")

    def test_tdb_to_utc_agrees_with_astropy_to_the_microsecond(self) -> None:
        tdb = np.datetime64("1977-09-05T15:00", "us") + np.arange(0, 18_000, 37) * np.timedelta64(1, "D")
        expected = Time(tdb, scale="tdb").utc.datetime64.astype("datetime64[us]")
        difference = (science.tdb_to_utc(tdb) - expected) / np.timedelta64(1, "us")
        assert np.abs(difference).max() <= 1.0

    def test_round_trip_is_good_to_a_microsecond(self) -> None:
        generator = np.random.default_rng(31)
        span_us = generator.integers(0, 123 * 365 * 86_400_000_000, size=2000)
        tdb = np.datetime64("1977-01-01", "us") + span_us.astype("timedelta64[us]")
        back = science.utc_to_tdb_seconds(science.tdb_to_utc(tdb))
        assert np.abs(back - science.tdb_to_tdb_seconds(tdb)).max() <= 1.1e-6

    def test_utc_survives_the_way_through_tdb_seconds(self) -> None:
        utc = np.array(
            ["1980-12-31T23:58:08.816001", "2016-12-31T23:59:59.999999", "2026-07-05T00:00:00.123456"]
        )
        dates = utc.astype("datetime64[us]")
        back = science.tdb_seconds_to_utc(science.utc_to_tdb_seconds(dates))
        assert np.abs((back - dates) / np.timedelta64(1, "us")).max() <= 1.0

    def test_leap_seconds_separate_utc_dates(self) -> None:
        midnights = np.array(["2016-12-31", "2017-01-01", "2017-01-02"], dtype="datetime64[us]")
        np.testing.assert_allclose(
            np.diff(science.utc_to_tdb_seconds(midnights)), [86_401.0, 86_400.0], atol=1e-4
        )

    def test_an_instant_inside_a_leap_second_is_held_before_it(self) -> None:
        # TDB - UTC was 68.184 s until the leap second: this is 2016-12-31 23:59:60.5 UTC
        inside = np.datetime64("2017-01-01T00:01:08.684", "us")
        assert science.tdb_to_utc(inside) == np.datetime64("2016-12-31T23:59:59.999999", "us")

    def test_julian_dates_come_in_two_parts_that_keep_the_microsecond(self) -> None:
        jd1, jd2 = science.utc_to_jd_tdb(np.datetime64("2026-11-18T10:16:07.000001", "us"))
        expected = Time("2026-11-18T10:16:07.000001", scale="utc").tdb
        assert (jd1 - expected.jd1) + (jd2 - expected.jd2) == pytest.approx(0.0, abs=1e-15)
        assert abs(jd2) <= 0.5
        seconds = science.jd_tdb_to_tdb_seconds(jd1, jd2)
        assert seconds == pytest.approx(
            float(science.utc_to_tdb_seconds(np.datetime64("2026-11-18T10:16:07.000001")))
        )

    def test_j2000_is_the_origin_of_tdb_seconds(self) -> None:
        assert science.tdb_to_tdb_seconds(np.datetime64("2000-01-01T12:00:00")) == 0.0
        assert science.jd_tdb_to_tdb_seconds(2_451_546.0) == SECONDS_PER_DAY
        assert science.tdb_seconds_to_jd_tdb(-SECONDS_PER_DAY) == 2_451_544.0

    def test_the_ephemeris_jump_is_at_the_start_of_1981(self) -> None:
        assert Time("1981-01-01 00:00:00", scale="tdb").jd == EPHEMERIS_JUMP_JD_TDB
        assert science.tdb_to_tdb_seconds(np.datetime64("1981-01-01")) == EPHEMERIS_JUMP_TDB_S

    def test_shapes_are_kept(self) -> None:
        dates = np.full((2, 3), np.datetime64("2026-01-01", "us"))
        assert science.tdb_to_utc(dates).shape == (2, 3)
        assert science.tdb_to_utc(dates).dtype == np.dtype("datetime64[us]")
        assert science.utc_to_tdb_seconds(dates[0, 0]).shape == ()
        assert science.tdb_to_utc(dates[:0]).shape == (0, 3)

    def test_far_future_dates_do_not_warn(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            science.tdb_to_utc(np.datetime64("2099-12-31T00:00", "us"))
            science.utc_to_tdb_seconds(np.datetime64("2099-12-31T00:00", "us"))

    def test_a_conversion_leaves_no_trace_in_process_wide_settings(self) -> None:
        before = (iers.conf.auto_download, iers.conf.iers_leap_second_auto_url, list(warnings.filters))
        science.tdb_to_utc(np.datetime64("2099-12-31T00:00", "us"))
        assert before == (
            iers.conf.auto_download,
            iers.conf.iers_leap_second_auto_url,
            list(warnings.filters),
        )

    def test_not_a_time_is_refused(self) -> None:
        with pytest.raises(ValueError, match="NaT"):
            science.tdb_to_utc(np.array(["2026-01-01", "NaT"], dtype="datetime64[us]"))
        with pytest.raises(ValueError, match="NaT"):
            science.utc_to_tdb_seconds(np.datetime64("NaT"))
        with pytest.raises(ValueError, match="finite"):
            science.tdb_seconds_to_utc([0.0, math.inf])

    def test_importing_the_numerics_imports_neither_scipy_nor_astropy(self) -> None:
        heavy = "('scipy', 'astropy', 'astroquery', 'django', 'requests', 'erfa')"
        code = (
            f"import sys, voyager.science, voyager.synthetic; print([m for m in {heavy} if m in sys.modules])"
        )
        answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert answer.stdout.strip() == "[]"


def conic(times_d: FloatArray) -> tuple[FloatArray, FloatArray]:
    """An exact heliocentric conic at 1 to 2 au: the strongest bending outside the encounters."""
    return science.propagate([1.0, 0.0, 0.0], [0.0, 0.022, 0.001], times_d)


def jump_states() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Uniform motion that is 65,180 km further from 1981-01-01 00:00 TDB on."""
    minute = 60.0
    offsets = np.array([-2 * SECONDS_PER_DAY, -SECONDS_PER_DAY, -minute, 0.0, SECONDS_PER_DAY])
    velocity = np.tile([0.01, -0.002, 0.003], (offsets.size, 1))
    position = velocity * (offsets / SECONDS_PER_DAY)[:, np.newaxis] + [-9.7, -0.8, 0.7]
    position[3:] += [65_180.0 / AU_KM, 0.0, 0.0]
    velocity[3:] += [1e-5, 0.0, 0.0]
    return EPHEMERIS_JUMP_TDB_S + offsets, position, velocity


class TestInterpolation:
    def test_a_cubic_is_reproduced(self) -> None:
        times_d = np.array([0.0, 0.7, 2.0, 5.0])
        coefficients = np.array([[1.0, 2.0, 3.0], [0.1, -0.2, 0.3], [0.01, 0.02, -0.01], [1e-3, -2e-3, 3e-3]])

        def cubic(t: FloatArray) -> tuple[FloatArray, FloatArray]:
            t = t[:, np.newaxis]
            a, b, c, d = coefficients
            return a + t * (b + t * (c + t * d)), b + t * (2 * c + t * 3 * d)

        wanted_d = np.linspace(0.0, 5.0, 41)
        position, velocity = science.hermite_state(
            wanted_d * SECONDS_PER_DAY, times_d * SECONDS_PER_DAY, *cubic(times_d)
        )
        np.testing.assert_allclose(position, cubic(wanted_d)[0], rtol=1e-13)
        np.testing.assert_allclose(velocity, cubic(wanted_d)[1], rtol=0, atol=1e-13)

    def test_daily_states_keep_100_km_on_an_exact_conic(self) -> None:
        days = np.arange(0.0, 61.0)
        wanted = np.linspace(0.0, 60.0, 1441)
        position, velocity = science.hermite_state(
            wanted * SECONDS_PER_DAY, days * SECONDS_PER_DAY, *conic(days)
        )
        exact, exact_velocity = conic(wanted)
        assert science.norm(position - exact).max() * AU_KM < 100.0
        assert science.speed_km_s(velocity - exact_velocity).max() < 0.01

    @pytest.mark.parametrize(
        ("gm_km3_s2", "periapsis_km", "excess_km_s"),
        [(GM_JUPITER_KM3_S2, 348_435.0, 10.8), (GM_SATURN_KM3_S2, 184_030.0, 15.3)],
        ids=["jupiter", "saturn"],
    )
    def test_hourly_states_keep_100_km_on_the_hyperbola_of_a_flyby(
        self, gm_km3_s2: float, periapsis_km: float, excess_km_s: float
    ) -> None:
        gm = gm_km3_s2 / AU_KM**3 * SECONDS_PER_DAY**2
        speed = math.sqrt(excess_km_s**2 + 2 * gm_km3_s2 / periapsis_km) * SECONDS_PER_DAY / AU_KM

        def flyby(t_s: FloatArray) -> tuple[FloatArray, FloatArray]:
            return science.propagate(
                [periapsis_km / AU_KM, 0.0, 0.0], [0.0, speed, 0.0], t_s / SECONDS_PER_DAY, gm
            )

        for phase_s in (0.0, 900.0, 1800.0):  # where the hour falls relative to closest approach
            hours: FloatArray = np.arange(-120, 121, dtype=np.float64) * HOUR_S + phase_s
            wanted: FloatArray = hours[0] + np.arange(4801, dtype=np.float64) * (240 * HOUR_S / 4800)
            position, _velocity = science.hermite_state(wanted, hours, *flyby(hours))
            assert science.norm(position - flyby(wanted)[0]).max() * AU_KM < 25.0

    def test_a_stored_epoch_returns_the_stored_bits(self) -> None:
        days = np.arange(0.0, 10.0)
        positions, velocities = conic(days)
        for shift_s in (0.0, 9e-4, -9e-4):
            position, velocity = science.hermite_state(
                days * SECONDS_PER_DAY + shift_s, days * SECONDS_PER_DAY, positions, velocities
            )
            assert position.tobytes() == positions.tobytes()
            assert velocity.tobytes() == velocities.tobytes()

    def test_two_milliseconds_from_an_epoch_the_polynomial_speaks(self) -> None:
        days = np.arange(0.0, 3.0)
        positions, velocities = conic(days)
        position, _velocity = science.hermite_state(
            SECONDS_PER_DAY + 2e-3, days * SECONDS_PER_DAY, positions, velocities
        )
        moved_km = science.norm(position - positions[1]) * AU_KM
        assert moved_km == pytest.approx(2e-3 * science.speed_km_s(velocities[1]), rel=1e-2)

    def test_shapes_follow_the_instants(self) -> None:
        days = np.arange(0.0, 4.0)
        states = conic(days)
        times = days * SECONDS_PER_DAY
        assert science.hermite_state(1.5e5, times, *states)[0].shape == (3,)
        assert science.hermite_state(np.full((2, 4), 1.5e5), times, *states)[1].shape == (2, 4, 3)
        assert science.hermite_state([], times, *states)[0].shape == (0, 3)

    def test_a_single_stored_state_answers_for_its_own_epoch_only(self) -> None:
        position, _velocity = science.hermite_state(5.0, [5.0], [[1.0, 2.0, 3.0]], [[0.0, 0.0, 1.0]])
        np.testing.assert_array_equal(position, [1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="within"):
            science.hermite_state(6.0, [5.0], [[1.0, 2.0, 3.0]], [[0.0, 0.0, 1.0]])

    @pytest.mark.parametrize("t_s", [-0.1, 86_400.0 * 3 + 0.1, math.nan, math.inf])
    def test_nothing_is_extrapolated(self, t_s: float) -> None:
        days = np.arange(0.0, 4.0)
        with pytest.raises(ValueError, match="within the stored epochs"):
            science.hermite_state([1.0, t_s], days * SECONDS_PER_DAY, *conic(days))

    @pytest.mark.parametrize("times", [[0.0, 2.0, 1.0], [0.0, 1.0, 1.0], [0.0, math.nan, 1.0], []])
    def test_epochs_that_do_not_increase_are_refused(self, times: list[float]) -> None:
        states = np.zeros((len(times), 3))
        with pytest.raises(ValueError, match="increasing"):
            science.hermite_state(0.0, times, states, states)

    def test_states_that_do_not_belong_to_the_epochs_are_refused(self) -> None:
        with pytest.raises(ValueError, match="shape"):
            science.hermite_state(0.0, [0.0, 1.0], np.zeros((3, 3)), np.zeros((2, 3)))


class TestJump:
    @pytest.mark.parametrize("before_jump_s", [59.9, 30.0, 1.0, 0.002])
    def test_the_last_minute_of_1980_holds_the_last_value_of_the_older_part(
        self, before_jump_s: float
    ) -> None:
        times, positions, velocities = jump_states()
        position, velocity = science.hermite_state(times[3] - before_jump_s, times, positions, velocities)
        assert position.tobytes() == positions[2].tobytes()
        assert velocity.tobytes() == velocities[2].tobytes()

    def test_at_midnight_the_new_part_begins(self) -> None:
        times, positions, velocities = jump_states()
        position, velocity = science.hermite_state(EPHEMERIS_JUMP_TDB_S, times, positions, velocities)
        assert position.tobytes() == positions[3].tobytes()
        assert velocity.tobytes() == velocities[3].tobytes()

    def test_both_parts_are_interpolated_as_usual(self) -> None:
        times, positions, velocities = jump_states()
        wanted = np.array([times[1] + 7200.0, times[3] + 7200.0])
        position, _velocity = science.hermite_state(wanted, times, positions, velocities)
        moved = position - positions[[1, 3]]
        # uniform motion before; after the jump the two stored velocities and positions disagree a bit
        np.testing.assert_allclose(moved[0], velocities[1] / 12.0, rtol=1e-10)
        np.testing.assert_allclose(moved[1], velocities[3] / 12.0, rtol=1e-3)

    def test_an_epoch_rounded_to_the_microsecond_is_still_the_jump(self) -> None:
        times, positions, velocities = jump_states()
        rounded = times + 4e-7
        position, _velocity = science.hermite_state(rounded[3] - 30.0, rounded, positions, velocities)
        assert position.tobytes() == positions[2].tobytes()

    def test_without_rows_at_the_jump_each_part_still_keeps_to_itself(self) -> None:
        times, positions, velocities = (column[[0, 1, 4]] for column in jump_states())
        wanted = EPHEMERIS_JUMP_TDB_S + np.array([-HOUR_S, -0.01, 0.0, HOUR_S])
        position, _velocity = science.hermite_state(wanted, times, positions, velocities)
        np.testing.assert_array_equal(position, positions[[1, 1, 2, 2]])

    def test_a_body_without_a_jump_is_interpolated_through(self) -> None:
        times, _positions, velocities = jump_states()
        smooth = np.tile(velocities[0], (times.size, 1))
        line = smooth * ((times - times[0]) / SECONDS_PER_DAY)[:, np.newaxis]
        position, _velocity = science.hermite_state(times[3] - 30.0, times, line, smooth, jump_s=None)
        np.testing.assert_allclose(position, smooth[0] * (2.0 - 30.0 / SECONDS_PER_DAY), rtol=1e-12)


class TestDistances:
    def test_the_2026_state_gives_the_range_and_light_time_of_horizons(self) -> None:
        position_au = np.array(GEOCENTRIC_2026_KM) / AU_KM
        distance_au = science.norm(position_au)
        assert distance_au * AU_KM == pytest.approx(2.547842153013403e10, rel=1e-15)
        assert science.light_time_s(distance_au) == pytest.approx(84_986.86625, abs=1e-5)
        assert science.format_light_time(float(science.light_time_s(distance_au))) == "23:36:27"

    def test_speed_comes_back_in_km_s(self) -> None:
        velocity_au_d = np.array(GEOCENTRIC_2026_KM_S) * SECONDS_PER_DAY / AU_KM
        expected = math.sqrt(sum(v * v for v in GEOCENTRIC_2026_KM_S))
        assert science.speed_km_s(velocity_au_d) == pytest.approx(expected, rel=1e-14)

    def test_heliocentric_and_geocentric_distances_differ_by_the_triangle(self) -> None:
        voyager, earth = np.array([100.0, 0.0, 0.0]), np.array([0.6, 0.8, 0.0])
        assert science.heliocentric_distance_au(voyager) == 100.0
        assert science.geocentric_distance_au(voyager, earth) == pytest.approx(math.hypot(99.4, 0.8))

    def test_units_of_light_are_those_of_the_iau(self) -> None:
        light_time_s, light_day_km = LIGHT_TIME_S_PER_AU, LIGHT_DAY_AU * AU_KM
        assert light_time_s == pytest.approx(499.004783836, abs=1e-9)
        assert light_day_km == pytest.approx(25_902_068_371.2, abs=0.01)

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (0.0, "00:00:00"),
            (0.5, "00:00:01"),
            (59.4999, "00:00:59"),
            (59.5, "00:01:00"),
            (3599.9, "01:00:00"),
            (86_400.0, "24:00:00"),
            (400_000.0, "111:06:40"),
        ],
    )
    def test_light_time_is_written_in_hours_minutes_and_seconds(self, seconds: float, text: str) -> None:
        assert science.format_light_time(seconds) == text

    @pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
    def test_a_light_time_that_is_none_is_refused(self, seconds: float) -> None:
        with pytest.raises(ValueError, match="light time"):
            science.format_light_time(seconds)


def receding_states(speed_au_d: float = 0.0096, days: int = 1200) -> dict[str, FloatArray]:
    """A spacecraft leaving along +x from 170 au, and an Earth on a circle of one au."""
    t_d = np.arange(0.0, days, 1.0)
    zero = np.zeros_like(t_d)
    rate = math.tau / 365.25
    return {
        "times_s": t_d * SECONDS_PER_DAY,
        "voyager_xyz": np.stack([170.0 + speed_au_d * t_d, zero, zero + 90.0], axis=-1),
        "voyager_v": np.stack([zero + speed_au_d, zero, zero], axis=-1),
        "earth_xyz": np.stack([np.cos(rate * t_d), np.sin(rate * t_d), zero], axis=-1),
        "earth_v": rate * np.stack([-np.sin(rate * t_d), np.cos(rate * t_d), zero], axis=-1),
    }


def geocentric_distance(states: dict[str, FloatArray], t_s: float) -> float:
    voyager, _ = science.hermite_state(t_s, states["times_s"], states["voyager_xyz"], states["voyager_v"])
    earth, _ = science.hermite_state(t_s, states["times_s"], states["earth_xyz"], states["earth_v"])
    return float(science.geocentric_distance_au(voyager, earth))


class TestGeocentric:
    def test_the_distance_is_one_light_day_at_the_crossing_and_less_before(self) -> None:
        states = receding_states()
        scale = 170.0 / math.hypot(170.0, 90.0)
        states["voyager_xyz"] = states["voyager_xyz"] * [1.0, 1.0, scale * 0.3]
        crossing = science.light_day_crossing(**states)
        assert crossing is not None
        assert geocentric_distance(states, crossing) == pytest.approx(LIGHT_DAY_AU, abs=1e-12)
        earlier = np.linspace(0.0, crossing - 1.0, 500)
        assert all(geocentric_distance(states, t) < LIGHT_DAY_AU for t in earlier)

    def test_no_crossing_is_none(self) -> None:
        states = receding_states(days=10)
        near = states | {"voyager_xyz": states["voyager_xyz"] * 0.5}
        far = states | {"voyager_xyz": states["voyager_xyz"] * 2.0}
        assert science.light_day_crossing(**near) is None
        assert science.light_day_crossing(**far) is None

    def test_a_crossing_shorter_than_the_spacing_is_found_at_the_maximum(self) -> None:
        states = receding_states(days=730)
        maxima = science.geocentric_extrema(**states)
        peak = maxima.times_s[maxima.is_maximum][0]
        reach = maxima.distance_au[maxima.is_maximum][0]
        # shift along the line of sight until the maximum is 1 km beyond one light-day
        toward = science.hermite_state(peak, states["times_s"], states["voyager_xyz"], states["voyager_v"])[0]
        toward -= science.hermite_state(peak, states["times_s"], states["earth_xyz"], states["earth_v"])[0]
        shift = toward / reach * (LIGHT_DAY_AU + 1.0 / AU_KM - reach)
        shifted = states | {"voyager_xyz": states["voyager_xyz"] + shift}
        crossing = science.light_day_crossing(**shifted)
        assert crossing is not None
        assert 0.0 < peak - crossing < SECONDS_PER_DAY

    def test_extrema_alternate_and_are_flat(self) -> None:
        states = receding_states()
        extrema = science.geocentric_extrema(**states)
        assert len(extrema.times_s) >= 5
        assert np.all(extrema.is_maximum[1:] != extrema.is_maximum[:-1])
        for t, distance, is_maximum in zip(*extrema, strict=True):
            for aside in (-HOUR_S * 6, HOUR_S * 6):
                assert (geocentric_distance(states, t + aside) < distance) == is_maximum

    def test_a_distance_that_only_grows_has_no_extrema(self) -> None:
        states = receding_states(days=400)
        still = states | {"earth_xyz": states["earth_xyz"] * 0.0, "earth_v": states["earth_v"] * 0.0}
        assert science.geocentric_extrema(**still).times_s.size == 0


class TestTwoBody:
    @pytest.mark.parametrize(
        "speed", [0.012, 0.0172, 0.0243275, 0.03], ids=["bound", "circle", "parabola", "hyperbola"]
    )
    def test_energy_and_angular_momentum_are_kept(self, speed: float) -> None:
        start, velocity = np.array([1.0, 0.1, -0.2]), np.array([-0.1, 0.9, 0.3]) * speed
        times = np.array([-20_000.0, -700.0, -1.0, 0.0, 1e-6, 30.0, 400.0, 45_000.0])
        position, moved = science.propagate(start, velocity, times)
        energy = science.norm(moved) ** 2 / 2 - GM_SUN_AU3_D2 / science.norm(position)
        expected = velocity @ velocity / 2 - GM_SUN_AU3_D2 / np.linalg.norm(start)
        np.testing.assert_allclose(energy, expected, rtol=0, atol=1e-15)
        momentum = np.tile(np.cross(start, velocity), (times.size, 1))
        np.testing.assert_allclose(np.cross(position, moved), momentum, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(position[3], start, rtol=1e-15)

    def test_a_circle_closes_after_its_period(self) -> None:
        speed = math.sqrt(GM_SUN_AU3_D2)
        period = math.tau / speed
        position, _velocity = science.propagate(
            [1.0, 0.0, 0.0], [0.0, speed, 0.0], [period / 4, period, 10 * period]
        )
        np.testing.assert_allclose(position, [[0, 1, 0], [1, 0, 0], [1, 0, 0]], atol=1e-12)

    @pytest.mark.parametrize(
        "psi", [-60.0, -1.0000001, -0.9999999, -1e-9, 0.0, 1e-9, 0.9999999, 1.0000001, 30.0]
    )
    def test_stumpff_functions_hold_their_identity(self, psi: float) -> None:
        c2, c3 = stumpff(psi)
        c0, c1 = 1 - psi * c2, 1 - psi * c3
        assert c0**2 + psi * c1**2 == pytest.approx(1.0, rel=1e-9 if psi < -2 else 1e-13)

    def test_lambert_finds_the_conic_it_was_made_from(self) -> None:
        for speed in (0.0172, 0.0243275, 0.03):
            start, velocity = np.array([1.0, 0.1, -0.2]), np.array([-0.1, 0.9, 0.3]) * speed
            (end,), (arrival,) = science.propagate(start, velocity, np.array([90.0]))
            found, arrived = science.lambert(start, end, 90.0)
            np.testing.assert_allclose(found, velocity, rtol=0, atol=1e-14)
            np.testing.assert_allclose(arrived, arrival, rtol=0, atol=1e-14)

    def test_impossible_problems_are_refused(self) -> None:
        with pytest.raises(ValueError, match="line"):
            science.lambert([1.0, 0.0, 0.0], [-2.0, 0.0, 0.0], 100.0)
        with pytest.raises(ValueError, match="positive"):
            science.lambert([1.0, 0.0, 0.0], [0.0, 2.0, 0.0], 0.0)
        with pytest.raises(ValueError, match="finite"):
            science.propagate([0.0, 0.0, 0.0], [0.0, 1.0, 0.0], 1.0)
        with pytest.raises(ValueError, match="finite"):
            science.propagate([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, math.nan])


@pytest.mark.mirror
class TestAgainstHorizons:
    @pytest.mark.parametrize(
        ("start", "stop"),
        [
            ("1978-03-01", "1978-04-10"),
            ("1980-02-01", "1980-03-12"),
            ("1985-01-10", "1985-02-19"),
            ("2004-12-01", "2005-01-10"),
            ("2026-10-20", "2026-11-29"),
        ],
    )
    def test_daily_states_interpolate_below_100_km_in_cruise(
        self, mirror: Mirror, start: str, stop: str
    ) -> None:
        states = horizons_states(mirror.url, start, stop, "6 h")
        assert interpolation_error_km(states, every=4) < 100.0

    @pytest.mark.parametrize(
        "jd_tdb", [JUPITER_CLOSEST_APPROACH_JD_TDB, SATURN_CLOSEST_APPROACH_JD_TDB], ids=["jupiter", "saturn"]
    )
    def test_hourly_states_interpolate_below_100_km_at_the_encounters(
        self, mirror: Mirror, jd_tdb: float
    ) -> None:
        midnight = np.datetime64("2000-01-01", "D") + math.floor(jd_tdb - 2_451_544.5)
        states = horizons_states(mirror.url, str(midnight - 5), str(midnight + 6), "10 m")
        assert interpolation_error_km(states, every=6) < 100.0

    def test_the_light_day_crossing_is_when_nasa_says(self, mirror: Mirror) -> None:
        states = two_bodies(mirror.url, "2026-10-01", "2027-06-01")
        crossing = science.light_day_crossing(**states)
        assert crossing is not None
        nasa = np.datetime64("2026-11-18T10:16:07")
        assert abs(science.tdb_seconds_to_utc(crossing) - nasa) < np.timedelta64(15, "s")

    def test_the_distance_from_the_earth_falls_from_january_to_april(self, mirror: Mirror) -> None:
        states = two_bodies(mirror.url, "2026-10-01", "2027-06-01")
        extrema = science.geocentric_extrema(**states)
        published = np.array(["2027-01-21", "2027-04-24"], dtype="datetime64[us]")
        difference = science.tdb_seconds_to_utc(extrema.times_s) - published
        assert np.all(np.abs(difference) < np.timedelta64(1, "D"))
        assert extrema.is_maximum.tolist() == [True, False]
        np.testing.assert_allclose(extrema.distance_au, [173.594, 173.322], atol=1e-3)
        assert np.all(np.diff(science.heliocentric_distance_au(states["voyager_xyz"])) > 0.0)

    def test_the_galactic_position_in_november_2026(self, mirror: Mirror) -> None:
        states = horizons_states(mirror.url, "2026-11-18", "2026-11-19", "1 d")
        longitude, latitude = science.galactic_coordinates(states.position[0])
        assert longitude == pytest.approx(33.45, abs=0.005)
        assert latitude == pytest.approx(26.66, abs=0.005)
        ra, dec = science.equatorial_coordinates(states.position[0])
        assert ra == pytest.approx(258.974, abs=0.001)
        assert dec == pytest.approx(12.224, abs=0.001)

    def test_the_geocentric_range_of_july_2026(self, mirror: Mirror) -> None:
        voyager = horizons_states(mirror.url, "2026-07-05", "2026-07-06", "1 d")
        earth = horizons_states(mirror.url, "2026-07-05", "2026-07-06", "1 d", target="399")
        distance_km = science.geocentric_distance_au(voyager.position[0], earth.position[0]) * AU_KM
        assert distance_km == pytest.approx(2.547842153013403e10, abs=50.0)


def interpolation_error_km(states: States, every: int) -> float:
    """Largest distance between states interpolated from every n-th row and the rows between."""
    coarse = slice(None, None, every)
    last = (states.times_s.size - 1) // every * every
    position, _velocity = science.hermite_state(
        states.times_s[: last + 1], states.times_s[coarse], states.position[coarse], states.velocity[coarse]
    )
    return float(science.norm(position - states.position[: last + 1]).max()) * AU_KM


def two_bodies(base_url: str, start: str, stop: str) -> dict[str, FloatArray]:
    voyager = horizons_states(base_url, start, stop, "1 d")
    earth = horizons_states(base_url, start, stop, "1 d", target="399")
    return {
        "times_s": voyager.times_s,
        "voyager_xyz": voyager.position,
        "voyager_v": voyager.velocity,
        "earth_xyz": earth.position,
        "earth_v": earth.velocity,
    }
