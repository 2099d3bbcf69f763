"""Every direct dependency has its reason in decision 0002, and no reason is left of one that is gone."""

import re

import pytest

from tests.docs.documents import ROOT, first_cells, read, section

RECORD = "docs/decisions/0002-dependencies.md"


def direct(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith(("#", "-")))
    return {one[0].lower() for one in found if one}


def explained() -> dict[str, set[str]]:
    decision = section(read(RECORD), "## Decision")
    run, dev = decision.split("For development:")
    return {
        "requirements.in": {cell.strip("`") for cell in first_cells(run)},
        "requirements-dev.in": {cell.strip("`") for cell in first_cells(dev)},
    }


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_each_dependency_has_its_reason(name):
    assert direct(name)
    assert explained()[name] == direct(name)
