"""`manage.py verify`: what it says, and how it exits."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from deepspace.ingestion.registry import products
from tests.support.horizons import HorizonsServer
from tests.voyager.test_events import ingest
from tests.voyager.test_products import DAYS_60, run
from voyager.models import Event, Trajectory


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def _stored(db):
    ingest()
    run(DAYS_60)


@pytest.mark.usefixtures("_stored")
def test_every_row_is_told_to_be_re_derived():
    said = verify().splitlines()
    rows = {line.split()[0]: [int(n) for n in line.split()[1:]] for line in said[2:-1]}
    assert list(rows) == [product.key for product in products()]
    assert rows["voyager.trajectory"] == [60, 60, 0, 0, 0]
    assert rows["voyager.events"] == [n := Event.objects.count(), n, 0, 0, 0]
    assert rows["voyager.plasma_wave"] == [0, 0, 0, 0, 0]
    assert said[-1] == f"verify: {60 + n} of {60 + n} rows re-derived, 0 differences"


@pytest.mark.usefixtures("_stored")
def test_one_product_is_verified_alone():
    assert verify("voyager.trajectory").endswith("verify: 60 of 60 rows re-derived, 0 differences\n")


@pytest.mark.usefixtures("_stored")
def test_a_long_run_says_where_it_is(capsys):
    verify("voyager")
    assert "verify: voyager.trajectory …" in capsys.readouterr().err


@pytest.mark.usefixtures("_stored")
def test_what_differs_is_named_and_fails():
    row = Trajectory.objects.order_by("timestamp_utc")[0]
    Trajectory.objects.filter(pk=row.pk).update(x_au=0.0)
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify", stdout=out)
    assert f"voyager.trajectory: {row.timestamp_utc.replace(tzinfo=None)}: x_au differs" in out.getvalue()
    assert out.getvalue().endswith("re-derived, 1 differences\n")


def test_an_unknown_product_is_a_bad_argument(db):
    with pytest.raises(CommandError, match=r"unknown product or app 'no\.such'") as refused:
        verify("no.such")
    assert refused.value.returncode == 2


def test_nothing_stored_is_nothing_wrong(db):
    assert verify().endswith("verify: 0 of 0 rows re-derived, 0 differences\n")


@pytest.mark.sqlite_only
def test_exit_codes(instance):
    instance.manage("migrate", "--verbosity", "0")
    with HorizonsServer() as server:
        days = ("--since", "2020-01-01", "--until", "2020-01-10")
        instance.manage("ingest", "voyager.trajectory", *days, env={"UPSTREAM_MIRROR": server.url})
    assert instance.manage("verify", check=False).returncode == 0
    assert instance.manage("verify", "no.such", check=False).returncode == 2
    (damaged, *_) = (path for path in instance.archive.rglob("*") if path.is_file())
    damaged.chmod(0o600)
    body = bytearray(damaged.read_bytes())
    body[100] ^= 1
    damaged.write_bytes(body)
    done = instance.manage("verify", check=False)
    assert done.returncode == 1
    assert "is damaged" in done.stdout
    assert "Traceback" not in done.stderr
