"""Sentry's own sizes and Palermo values, from its list as recorded, against the formulas here."""

from __future__ import annotations

from typing import Final

import pytest
from django.core.management import call_command

from spaceintel.models import SentryObject
from spaceintel.science.near_earth import diameter_km, impact_velocity_km_s, kinetic_energy_mt, palermo

pytestmark = pytest.mark.django_db
SENTRYS_ALBEDO: Final = 0.154
RECORDED_YEAR: Final = 2026.0
DEX: Final = 0.15  # sizes and years are printed rounded


@pytest.fixture
def objects(through_mirror) -> list[SentryObject]:
    call_command("ingest", "spaceintel.sentry", verbosity=0)
    return list(SentryObject.objects.exclude(infinity_velocity_km_s=None).exclude(absolute_magnitude_h=None))


def test_sizes_are_those_of_the_brightness(objects):
    by_brightness = [
        one.diameter_km / float(diameter_km(one.absolute_magnitude_h, SENTRYS_ALBEDO))
        for one in objects
        if one.diameter_km
    ]
    assert len(by_brightness) > 200
    assert by_brightness == pytest.approx([1.0] * len(by_brightness), abs=0.05)  # two digits are printed


def test_palermo_values_lie_between_those_of_the_first_and_the_last_possible_year(objects):
    known = [one for one in objects if one.year_from and one.year_until and one.impact_probability]
    assert len(known) > 200
    for one in known:
        size = diameter_km(one.absolute_magnitude_h, SENTRYS_ALBEDO)
        energy = kinetic_energy_mt(size, impact_velocity_km_s(one.infinity_velocity_km_s))
        soonest, latest = (
            float(palermo(one.impact_probability, energy, max(year - RECORDED_YEAR, 0.5)))
            for year in (one.year_from, one.year_until + 1)
        )
        assert latest - DEX <= one.palermo_cumulative <= soonest + DEX, one.designation
