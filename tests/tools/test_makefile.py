import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPES = (
    "run test test-unit test-sqlite test-browser test-postgres screenshots check fmt lock audit bench migrate "
    "superuser ingest verify clean help"
).split()
# Steps of other recipes.
INNER = {"port-free", "check-lint", "check-types", "check-walls", "check-templates", "check-django"}


@pytest.fixture(scope="module")
def listing() -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(
        ["make"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=30
    ).stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_make_alone_lists_the_recipe_with_its_meaning(listing, recipe):
    assert re.search(rf"^  make {recipe} +\w.*", listing, re.MULTILINE)


def test_no_recipe_is_hidden():
    text = (ROOT / "Makefile").read_text()
    phony = {name for line in re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE) for name in line.split()}
    assert phony - INNER == set(RECIPES)


def test_ci_runs_the_same_recipe_as_people():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert script.read_text().splitlines()[-1].startswith("make test")
