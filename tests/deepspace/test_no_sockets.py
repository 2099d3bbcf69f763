"""The web reads: no page, plot or endpoint opens a socket or loads what could."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from deepspace.pages.endpoints import endpoints
from deepspace.pages.registry import pages
from deepspace.plotting import registry
from tests.support import stored, whole_site

OTHERS = [
    "/data/voyager.trajectory",
    "/robots.txt",
    "/sitemap.xml",
    "/llms.txt",
    "/api/openapi.json",
    "/nope",
]
ADDRESSES = [
    *(page.path for page in pages()),
    *(endpoint.path for endpoint in endpoints()),
    *(f"/plots/{plot.name}.csv" for plot in registry.plots()),  # the pages have drawn them all
    *OTHERS,
]


@pytest.fixture(params=["empty", "after a failed refresh"])
def site(request, visitor):
    if request.param != "empty":
        whole_site.fill()
        stored.failure(error_class="Unreachable")
    return visitor


@pytest.mark.sqlite_only  # PostgreSQL is itself behind a socket
@pytest.mark.usefixtures("socket_disabled")
def test_no_address_opens_a_socket(site):
    for address in ADDRESSES:
        expected = 404 if address == "/nope" else 200
        assert site.get(address).status_code == expected, address


LOOK = """
import json, sys
from deepspace.wsgi import application
def loaded(): return sorted(name for name in HEAVY if name in sys.modules)
HEAVY = ["astroquery", "scipy", "boto3", "botocore", "requests", "urllib3"]
at_start = loaded()
from django.test import Client
answers = {path: Client(headers={'host': '127.0.0.1'}).get(path).status_code for path in %r}
print(json.dumps({"start": at_start, "end": loaded(), "answers": answers}))
"""


@pytest.mark.sqlite_only
def test_the_web_process_never_loads_what_could_ask_an_upstream(instance):
    instance.manage("migrate", "--verbosity", "0")
    addresses = [address for address in ADDRESSES if not address.startswith("/plots/")]
    addresses += ["/plots/trajectory-distance.png", "/readyz", "/metrics"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK % addresses],
        env={**instance.env, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = json.loads(done.stdout)
    assert found["start"] == found["end"] == []
    assert {path for path, status in found["answers"].items() if status != 200} == {"/nope"}
