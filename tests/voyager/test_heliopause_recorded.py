"""The heliopause in the recorded 48 s data: the field jumps at 2012.65, and the page marks the day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.core.management import call_command

from voyager.constants import HELIOPAUSE_CROSSING_UTC
from voyager.models import MagneticField
from voyager.parameters import FieldParameters
from voyager.services.magnetometer import magnetometer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CROSSING = datetime.fromisoformat(HELIOPAUSE_CROSSING_UTC).replace(tzinfo=UTC)


@pytest.fixture
def recorded(through_mirror):
    call_command("ingest", "voyager.events")
    call_command("ingest", "voyager.magnetic_field_48s", "--since", "2012-01-01", "--until", "2012-12-31")


def mean_nt(first_day: int, last_day: int) -> float:
    """Mean strength of the days counted from the crossing, the last one excluded."""
    inside = MagneticField.objects.filter(
        cadence_s=48,
        timestamp_utc__gte=CROSSING + timedelta(days=first_day),
        timestamp_utc__lt=CROSSING + timedelta(days=last_day),
    )
    return float(np.mean(list(inside.values_list("b_nt", flat=True))))


@pytest.mark.usefixtures("recorded")
def test_the_field_jumps_at_2012_65():
    new_year = datetime(2012, 1, 1, tzinfo=UTC)
    assert (CROSSING - new_year) / timedelta(days=366) + 2012 == pytest.approx(2012.65, abs=0.005)
    before, after = mean_nt(-3, 0), mean_nt(1, 11)
    assert before == pytest.approx(0.29, abs=0.02)
    assert after == pytest.approx(0.436, abs=0.01)
    assert after / before == pytest.approx(1.5, abs=0.1)
    days_after = [mean_nt(day, day + 1) for day in range(30)]
    days_before = [mean_nt(day, day + 1) for day in range(-30, 0)]
    assert np.std(days_after) < 0.01  # quiet, in interstellar space
    assert np.std(days_before) > 0.05  # the heliosheath's edge, where boundaries come and go


@pytest.mark.usefixtures("recorded")
def test_the_page_and_its_picture_mark_the_crossing(visitor):
    (mark,) = magnetometer(FieldParameters(days=60, end=CROSSING + timedelta(days=30))).marks
    assert (mark.name, mark.at.date()) == ("Heliopause", CROSSING.date())
    window = "?days=60&end=2012-09-24"
    alts = re.findall(r'alt="([^"]*)"', visitor.get(f"/magnetometer{window}").content.decode())
    assert any("Heliopause" in alt for alt in alts)
    drawing = visitor.get(f"/plots/magnetometer.svg{window}").content.decode()
    assert "Heliopause" in drawing
    elsewhere = visitor.get("/magnetometer?days=60&end=2012-08-01").content.decode()
    assert not any("Heliopause" in alt for alt in re.findall(r'alt="([^"]*)"', elsewhere)[:1])
