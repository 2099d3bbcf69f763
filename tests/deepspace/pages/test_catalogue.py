"""/data and /data/<product>."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from deepspace.ingestion.registry import products
from deepspace.models import IngestionLog
from deepspace.pages import catalogue
from voyager.models import Trajectory


def test_columns_are_those_of_the_table(db):
    from django.db import connection

    with connection.cursor() as cursor:
        stored = connection.introspection.get_table_description(cursor, "voyager1_trajectory")
    assert {column.name for column in catalogue.columns(Trajectory)} == {one.name for one in stored}


@pytest.mark.parametrize("product", products(), ids=lambda product: product.key)
def test_every_column_of_every_product_says_what_it_means(product):
    described = {column.name: column.meaning for column in catalogue.columns(product.model)}
    assert [name for name, meaning in described.items() if not meaning] == []


def test_the_catalogue_lists_every_product(client, db):
    page = client.get("/data").content.decode()
    for product in products():
        for text in (
            f'href="/data/{product.key}"',
            f'href="{product.info_url}"',
            product.model._meta.db_table,
        ):
            assert text in page


def test_a_product_shows_coverage_and_recent_ingests(client, ingested, log):
    log(status=IngestionLog.Status.FAILED, error_class="SchemaDrift", rows_created=0, completes_run=False)
    page = client.get("/data/voyager.trajectory").content.decode()
    assert "2025-01-01" in page
    assert "SchemaDrift" in page
    assert f">{ingested.pk}<" in page


def test_only_the_last_ten_ingests_are_shown(client, log):
    for _ in range(12):
        log()
    assert client.get("/data/voyager.trajectory").content.count(b"<td>success") == 10


def test_an_unknown_product_is_not_found(client, db):
    assert client.get("/data/voyager.nothing").status_code == 404
    assert client.get("/data/<script>").status_code == 404


def test_the_pages_stand_when_the_database_fails_under_them(client, db, monkeypatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("deepspace.fallback.standing", refuse)
    monkeypatch.setattr(IngestionLog.objects, "filter", refuse)
    for path in ("/data", "/data/voyager.trajectory"):
        assert client.get(path).status_code == 200
