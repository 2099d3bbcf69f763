"""The lists of all nine tables open, search and filter, and change nothing."""

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import User

from deepspace.readonly_admin import ReadOnlyAdmin
from spaceintel import models
from spaceintel.models import NearEarthObject
from tests.support import weather
from tests.support.weather import DAY, HOUR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
TABLES = {name.lower(): getattr(models, name) for name in models.__all__}


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root", password="x"))
    return client


@pytest.fixture
def rows():
    """One row in each table."""
    now = weather.now()
    weather.kp(weather.interval(now, 1), [5.0])
    weather.xray(now - HOUR, [1e-6])
    weather.wind(now - HOUR, 1)
    weather.flare(now - DAY, 1e-4, "X1.0", note="<b>bold</b>")
    weather.alert(now - HOUR, headline="<b>bold</b>")
    weather.scales(now - HOUR)
    weather.approach(now, 1e-3)
    weather.sentry(now, "2024 YR4", 1)
    log = weather.batch("neos")
    NearEarthObject.objects.create(
        neo_id="1",
        close_approach_date=now.date(),
        timestamp_utc=now,
        designation="2026 AB1",
        name="<b>bold</b>",
        is_potentially_hazardous=False,
        is_sentry_object=False,
        relative_velocity_km_s=10.0,
        miss_distance_au=0.01,
        miss_distance_km=1.5e6,
        miss_distance_ld=3.9,
        orbiting_body="Earth",
        source="nasa_neows",
        ingested_at=log.ingested_at,
        ingestion=log,
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_read_only_list(name):
    assert isinstance(django_admin.site._registry[TABLES[name]], ReadOnlyAdmin)


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_listed_and_shown_with_their_text_inert(admin, rows, name):
    page = admin.get(f"/admin/spaceintel/{name}/")
    assert page.status_code == 200
    assert page.context["cl"].result_count == 1
    one = TABLES[name].objects.get()
    detail = admin.get(f"/admin/spaceintel/{name}/{one.pk}/change/")
    assert detail.status_code == 200
    assert b"<b>bold</b>" not in page.content + detail.content
    assert admin.post(f"/admin/spaceintel/{name}/{one.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", TABLES)
def test_searching_breaks_nothing(admin, rows, name):
    for text in ("2026", "%00", "'\";--"):
        assert admin.get(f"/admin/spaceintel/{name}/", {"q": text}).status_code == 200


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("planetaryk", "kind__exact=observed"),
        ("planetaryk", "source=noaa_swpc"),
        ("xrayflux", "band__exact=0.1-0.8nm"),
        ("solarevent", "event_type__exact=FLR"),
        ("solarevent", "q=X1"),
        ("alert", "kind__exact=warning"),
        ("scales", "day_offset=0"),
        ("nearearthobject", "is_sentry_object__exact=0"),
        ("closeapproach", "q=2026 AB1"),
        ("sentryobject", "torino_max=1"),
    ],
)
def test_filters_find_rows(admin, rows, name, query):
    page = admin.get(f"/admin/spaceintel/{name}/?{query}")
    assert page.status_code == 200
    assert page.context["cl"].result_count == 1
