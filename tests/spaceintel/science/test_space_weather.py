"""Kp in thirds, flare classes and NOAA's scales, against what GFZ and NOAA publish."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spaceintel.science.space_weather import (
    ap_of_kp,
    flare_class,
    flare_flux_w_m2,
    format_kp,
    geomagnetic_scale,
    kp_of_thirds,
    kp_text,
    kp_thirds,
    nearest_third,
    nearest_thirds,
    parse_kp,
    radiation_storm_scale,
    radio_blackout_scale,
    scale_label,
    scale_word,
)

# Matzka et al. 2021, the 28 values of Kp; decimals as GFZ's files print them
LETTERS = "0o 0+ 1- 1o 1+ 2- 2o 2+ 3- 3o 3+ 4- 4o 4+ 5- 5o 5+ 6- 6o 6+ 7- 7o 7+ 8- 8o 8+ 9- 9o".split()
DECIMALS = [
    0,
    0.333,
    0.667,
    1,
    1.333,
    1.667,
    2,
    2.333,
    2.667,
    3,
    3.333,
    3.667,
    4,
    4.333,
    4.667,
    5,
    5.333,
    5.667,
]
DECIMALS += [6, 6.333, 6.667, 7, 7.333, 7.667, 8, 8.333, 8.667, 9]


def test_the_28_letters_and_the_28_decimals_are_each_others_inverse():
    assert [parse_kp(letters) for letters in LETTERS] == DECIMALS
    assert [format_kp(decimal) for decimal in DECIMALS] == LETTERS
    assert [kp_thirds(decimal) for decimal in DECIMALS] == list(range(28))
    assert [kp_of_thirds(thirds) for thirds in range(28)] == DECIMALS


@pytest.mark.parametrize(
    ("kp", "text"), [(5.67, "6−"), (5.667, "6−"), (6.0, "6o"), (9.0, "9o"), (4.33, "4+"), (4.5, "4.5")]
)
def test_for_readers_thirds_have_a_true_minus_and_what_is_no_third_has_a_decimal(kp, text):
    assert kp_text(kp) == text


@pytest.mark.parametrize(
    ("letters", "kp"),
    [("5P", 5.333), ("4M", 3.667), ("3Z", 3.0), ("0P", 0.333), ("1M", 0.667), (" 9Z ", 9.0)],
)
def test_the_letters_of_swpc_are_understood(letters, kp):
    assert parse_kp(letters) == kp


@pytest.mark.parametrize("text", ["", "5", "0-", "0M", "9+", "9P", "10o", "-1", "5.33", "5p", "5--", "٣o"])
def test_what_is_not_a_kp_in_letters_is_refused(text):
    with pytest.raises(ValueError, match="is not a value of Kp"):
        parse_kp(text)


@pytest.mark.parametrize(
    ("printed", "kp"), [(4.67, 4.667), (0.33, 0.333), (5.0, 5.0), (6.6667, 6.667), (8.995, 9.0)]
)
def test_decimals_stand_for_the_nearest_third(printed, kp):
    assert nearest_third(printed) == kp


@pytest.mark.parametrize("kp", [4.5, 4.68, -0.33, 9.33, math.nan, math.inf, -math.inf])
def test_decimals_that_are_no_thirds_are_refused(kp):
    with pytest.raises(ValueError, match="third"):
        kp_thirds(kp)


def test_many_decimals_at_once_give_the_same_thirds_and_nan_where_there_is_none():
    np.testing.assert_array_equal(nearest_thirds(DECIMALS), DECIMALS)
    given = [4.67, 8.995, -0.001, 4.5, -0.33, 9.33, math.nan, math.inf]
    np.testing.assert_array_equal(nearest_thirds(given), [4.667, 9.0, 0.0, *[math.nan] * 5])


def test_ap_is_that_of_the_published_table():
    kp = [
        0,
        0.333,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        8.667,
        9,
    ]  # Matzka et al. 2021, and GFZ's file for 2024-05-10 and -11
    np.testing.assert_array_equal(ap_of_kp(kp), [0, 2, 4, 7, 15, 27, 48, 80, 132, 207, 300, 400])
    np.testing.assert_array_equal(ap_of_kp([math.nan, 4.5, 9.5]), [math.nan] * 3)
    assert (np.diff(ap_of_kp(DECIMALS)) > 0).all()


@pytest.mark.parametrize(
    ("letters", "level"),
    [
        ("0o", 0),
        ("4+", 0),
        ("5-", 1),  # NOAA's table: Kp = 5 is G1, and 5- rounds to it
        ("5+", 1),
        ("6-", 2),
        ("7-", 3),
        ("8-", 4),
        ("8+", 4),
        ("9-", 4),  # NOAA's table: G4 is "Kp = 8, including a 9-"; so it was on 2024-10-10
        ("9o", 5),  # 2024-05-10, 2003-10-29, 1989-03-13
    ],
)
def test_g_levels_are_noaas(letters, level):
    assert geomagnetic_scale(parse_kp(letters)) == level


@pytest.mark.parametrize(
    ("kp", "level"),
    [(4.67, 1), (4.66, 1), (4.65, 0), (4.33, 0), (5.67, 2), (6.67, 3), (7.67, 4), (8.67, 4), (8.9, 4)],
)
def test_g_levels_bear_decimals_of_two_digits(kp, level):
    assert geomagnetic_scale(kp) == level


@pytest.mark.parametrize("kp", [math.nan, -0.1, 9.1, math.inf])
def test_an_unknown_kp_is_not_level_zero(kp):
    with pytest.raises(ValueError, match="not a value of Kp"):
        geomagnetic_scale(kp)


@pytest.mark.parametrize(
    ("letters", "flux"),
    [
        ("A1.0", 1e-8),
        ("B7.6", 7.6e-7),
        ("C4.7", 4.7e-6),
        ("M1", 1e-5),
        ("M1.5", 1.5e-5),
        ("X1", 1e-4),
        ("X12", 1.2e-3),
    ],
)
def test_a_class_is_its_decade_times_its_number(letters, flux):
    assert flare_flux_w_m2(letters) == flux  # exactly: parsed as one decimal number


@pytest.mark.parametrize(
    "text", ["", "M", "5.0", "D1.0", "M-1", "Mnan", "X1e3", "C1.2 flare", "M1.5\n<script>"]
)
def test_what_is_not_a_flare_class_is_refused(text):
    with pytest.raises(ValueError, match="is not a flare class"):
        flare_flux_w_m2(text)


@pytest.mark.parametrize(
    ("flux", "letters"),
    [
        (4.7267981244658586e-06, "C4.7"),  # SWPC's flare list, 2022-09-26
        (9.425932603335241e-07, "B9.4"),  # 2026-07-11
        (1.1360365306245512e-06, "C1.1"),  # 2026-09-06
        (9.96e-06, "C9.9"),  # cut: it never reached M1
        (9.99999974737875e-06, "M1.0"),  # 1e-5 in single precision
        (1.2e-3, "X12.0"),
        (2.8e-3, "X28.0"),  # 2003-11-04
        (5e-9, "A0.5"),
    ],
)
def test_a_flux_has_the_class_that_swpc_prints(flux, letters):
    assert flare_class(flux) == letters


def test_every_class_comes_back_from_its_flux():
    classes = [f"{letter}{tenths / 10}" for letter in "ABCMX" for tenths in range(10, 100)]
    assert [flare_class(flare_flux_w_m2(one)) for one in classes] == classes


@pytest.mark.parametrize("flux", [0.0, -1e-6, math.nan, math.inf])
def test_what_is_not_a_flux_has_neither_class_nor_level(flux):
    with pytest.raises(ValueError, match="is not a flux"):
        flare_class(flux)
    with pytest.raises(ValueError, match="is not a flux"):
        radio_blackout_scale(flux)


@pytest.mark.parametrize(
    ("letters", "level"),
    [
        ("C9.9", 0),
        ("M1", 1),
        ("M4.9", 1),
        ("M5", 2),
        ("X1", 3),
        ("X8.7", 3),
        ("X10", 4),
        ("X17", 4),
        ("X20", 5),
        ("X28", 5),
    ],
)
def test_r_levels_are_noaas(letters, level):
    assert radio_blackout_scale(flare_flux_w_m2(letters)) == level


def test_a_printed_class_and_its_r_level_never_disagree():
    for flux in (9.96e-6, 9.9999e-6, 4.999e-5, 9.99e-5, 9.999e-4, 1.9999e-3, 9.99999974737875e-06):
        assert radio_blackout_scale(flare_flux_w_m2(flare_class(flux))) == radio_blackout_scale(flux)


@pytest.mark.parametrize(
    ("flux_pfu", "level"),
    [
        (0.0, 0),
        (9.9, 0),
        (10.0, 1),
        (100.0, 2),
        (1e3, 3),
        (1e4, 4),
        (29_500.0, 4),
        (1e5, 5),
    ],  # 29,500: 2003-10-29
)
def test_s_levels_are_noaas(flux_pfu, level):
    assert radiation_storm_scale(flux_pfu) == level


@pytest.mark.parametrize("flux_pfu", [-1.0, math.nan, math.inf])
def test_an_unknown_proton_flux_is_not_level_zero(flux_pfu):
    with pytest.raises(ValueError, match="not a particle flux"):
        radiation_storm_scale(flux_pfu)


def test_levels_have_noaas_words():
    assert [scale_word(level) for level in range(6)] == [
        "none",
        "minor",
        "moderate",
        "strong",
        "severe",
        "extreme",
    ]
    assert scale_label("G", 5) == "G5 (extreme)"
    assert scale_label("R", 0) == "none"


def test_levels_and_scales_that_noaa_does_not_have_are_refused():
    for level in (-1, 6):
        with pytest.raises(ValueError, match="is not a level"):
            scale_word(level)
    with pytest.raises(ValueError, match="is not one of NOAA's scales"):
        scale_label("K", 1)
