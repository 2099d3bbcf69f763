"""Which apps contribute pages, plots and endpoints: those of this repository, whatever a library has."""

import sysconfig
from pathlib import Path
from types import SimpleNamespace

from django.apps import apps

from deepspace import domains


def test_the_rooms_are_those_of_the_repository_in_order():
    found = list(domains.rooms("urls"))
    assert found[0] == "deepspace.urls"
    assert {"voyager.urls", "spaceintel.urls", "insights.urls"} <= set(found)


def test_a_library_adds_nothing(monkeypatch):
    place = Path(sysconfig.get_path("purelib")) / "voyager"
    monkeypatch.setattr(apps, "get_app_configs", lambda: [SimpleNamespace(name="voyager", path=str(place))])
    assert list(domains.rooms("urls")) == []


def test_an_app_without_such_a_room_is_passed_over():
    assert list(domains.rooms("no_such_room")) == []


def test_the_admin_without_its_slash_leads_there(visitor):
    assert visitor.get("/admin").headers["Location"] == "/admin/"
