"""docs/operations.md names every setting that is read from the environment, and no other."""

import ast
import re
from pathlib import Path

from tests.docs.documents import ROOT, first_cells, read, section, words_in_code

NAME_RE = re.compile(r"[A-Z][A-Z0-9_]+")
SETTINGS = [ROOT / "deepspace" / "settings.py", ROOT / "deepspace" / "configuration.py"]
# Where a program reads a variable by itself.
PROGRAMS = [
    ROOT / "deepspace" / "upstream",
    ROOT / "deploy",
    ROOT / "tools" / "run.py",
    ROOT / "tools" / "port.py",
]


def calls(path: Path) -> list[tuple[str, str]]:
    """Calls ``something.method("NAME", …)``: what they are called on, and the name."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and NAME_RE.fullmatch(str(first.value)):
                found.append((ast.unparse(node.func), str(first.value)))
    return found


def read_by_settings() -> set[str]:
    return {
        name
        for path in SETTINGS
        for called, name in calls(path)
        if called.partition(".")[0] in {"env", "self"}
    }


def read_by_programs() -> set[str]:
    paths = [one for path in PROGRAMS for one in (path.rglob("*.py") if path.is_dir() else [path])]
    return {name for path in paths for called, name in calls(path) if called.startswith("os.environ.")}


def documented() -> tuple[set[str], set[str]]:
    text = section(read("docs/operations.md"), "## Settings")
    settings, others = text.split("Beside these")
    return (
        {cell.strip("`") for cell in first_cells(settings)},
        {name for cell in first_cells(others) for name in words_in_code(cell)},
    )


def test_the_reader_of_the_settings_is_understood():
    assert {"SECRET_KEY", "DATABASE_URL", "S3_BACKUP_BUCKET"} <= read_by_settings()


def test_every_setting_is_documented_and_every_documented_setting_exists():
    assert documented()[0] == read_by_settings()


def test_every_variable_that_a_program_reads_is_documented():
    settings, others = documented()
    assert read_by_programs() <= settings | others


def test_the_suite_sets_every_setting_itself():
    own = set(
        re.findall(r"\b([A-Z][A-Z0-9_]+)\b", (ROOT / "tests" / "settings.py").read_text(encoding="utf-8"))
    )
    assert read_by_settings() <= own
