"""docs/operations.md lists each of our management commands with exactly its options and exit codes."""

import re

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from tests.docs.documents import ROOT, first_cells, read, section, words_in_code

PAGE = "docs/operations.md"
# Those of the apps in this repository; Django's and the libraries' have documentation of their own.
OURS = sorted(name for name, app in get_commands().items() if (ROOT / str(app).partition(".")[0]).is_dir())


def options(command: BaseCommand) -> set[str]:
    """Names of the arguments that the command adds to Django's own."""
    common = {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}
    parser = command.create_parser("manage.py", "any")
    return {
        action.option_strings[-1] if action.option_strings else action.dest
        for action in parser._actions
        if action.dest not in common
    }


def described(name: str) -> tuple[set[str], set[str]]:
    text = section(read(PAGE), f"### `manage.py {name}`")
    cells = list(first_cells(text))
    return (
        {word for cell in cells for word in words_in_code(cell)},
        {cell for cell in cells if cell.isdigit()},
    )


def test_the_commands_are_found():
    assert {"ingest", "verify", "data_dictionary"} <= set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_a_command_is_documented_with_its_options_and_exit_codes(name):
    documented, codes = described(name)
    assert documented == options(load_command_class(get_commands()[name], name))
    assert {"0", "1"} <= codes


def test_no_command_is_documented_that_does_not_exist():
    documented = re.findall(r"^### `manage\.py (\w+)`$", read(PAGE), re.MULTILINE)
    assert sorted(documented) == OURS


@pytest.mark.parametrize("name", ["README.md", PAGE, "docs/adding-a-product.md", "docs/performance.md"])
def test_each_manage_command_in_a_document_exists(name):
    used = set(re.findall(r"manage\.py ([a-z_]+)", read(name)))
    assert used <= set(get_commands())


def test_each_make_recipe_in_a_document_exists():
    makefile = read("Makefile")
    recipes = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        text = path.read_text(encoding="utf-8")
        used = set(re.findall(r"(?:^|`)(?:[A-Z]+=\S+ )?make ([a-z-]+)", text, re.MULTILINE))
        assert used <= recipes, path.name
