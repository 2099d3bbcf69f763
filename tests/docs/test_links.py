"""Links between the documents resolve, what they name exists, and nothing of one machine is in them."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, documents, named_files, prose, read

LINK_RE = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MACHINE_RE = re.compile(r"/(?:home|root|Users|work|tmp|srv)/|\b[A-Z]:\\")
IDS = [str(path.relative_to(ROOT)) for path in documents()]


def anchors(path: Path) -> set[str]:
    """Fragments of a document's headings, as hosting sites make them."""
    headings = re.findall(r"^#+ (.+)$", prose(path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", documents(), ids=IDS)
def test_internal_links_resolve(path):
    for link in LINK_RE.findall(prose(path.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, fragment = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target), link


@pytest.mark.parametrize("path", documents(), ids=IDS)
def test_files_that_are_named_exist(path):
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:deepspace|voyager|templates|deploy|docs|tools)/[\w./-]+\.\w+)`", text))
    assert not [name for name in named - set(named_files(text)) if not (ROOT / name).exists()]


@pytest.mark.parametrize("path", documents(), ids=IDS)
def test_no_path_of_one_machine_is_in_a_document(path):
    assert not MACHINE_RE.findall(path.read_text(encoding="utf-8"))


def test_documents_that_the_code_names_exist():
    named = set()
    for folder in ("deepspace", "voyager", "tools", "deploy"):
        for path in (ROOT / folder).rglob("*.py"):
            named |= set(re.findall(r"\bdocs/[\w./-]+\.md\b", path.read_text(encoding="utf-8")))
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_document_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        links = LINK_RE.findall(prose(path.read_text(encoding="utf-8")))
        targets = {(path.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link}
        waiting += [one for one in targets - reached if one.suffix == ".md" and one.exists()]
    assert not set(documents()) - reached


def test_the_readme_names_two_commands_that_the_makefile_has():
    block = re.search(r"```sh\n(.*?)```", read("README.md"), re.DOTALL)
    assert block is not None
    commands = [line.partition("#")[0].strip() for line in block[1].splitlines()]
    assert commands == ["make run", "make test"]
    makefile = read("Makefile")
    assert all(re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE) for command in commands)
