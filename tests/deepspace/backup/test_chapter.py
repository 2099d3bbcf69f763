"""Each command of "Backup and restore" in docs/operations.md is run, in order, and prints what the page says."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, code_blocks, read, section
from tests.support.instance import Instance
from tests.support.s3 import BUCKET, S3Server, moto

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]
PAGE = "docs/operations.md"
CHAPTER = "## Backup and restore"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with moto() as running:
        yield running


def steps(heading: str) -> list[tuple[list[str], str]]:
    lines = [
        line
        for block in code_blocks(section(section(read(PAGE), CHAPTER), heading), "sh")
        for line in block.splitlines()
    ]
    split = [re.fullmatch(r"manage\.py (.+?)  # (.+)", line) for line in lines]
    assert all(split), lines
    return [(found[1].split(), found[2]) for found in split if found]


def test_the_chapter_can_be_followed(filled: Path, tmp_path: Path, server: S3Server):
    shutil.copytree(filled, tmp_path / "site")
    site = Instance(tmp_path / "site")
    site.env |= server.env() | {"BACKUP_URL": f"s3://{BUCKET}/site"}
    (tmp_path / "mnt").mkdir()
    headings = re.findall(r"^(### .+)$", section(read(PAGE), CHAPTER), re.MULTILINE)
    done = 0
    for heading in headings:
        if heading == "### The disk is lost":
            shutil.rmtree(site.directory)
            site.directory.mkdir()
        for arguments, promised in steps(heading):
            words = [word.replace("/mnt/", f"{tmp_path}/mnt/") for word in arguments]
            printed = site.manage(*words).stdout
            assert promised in " ".join(printed.split()), (
                f"manage.py {' '.join(arguments)} printed: {printed}"
            )
            done += 1
    assert done >= 12
    assert (tmp_path / "mnt" / "look.sqlite3").is_file()


def test_the_messages_of_the_chapter_are_those_of_the_code():
    code = "".join(
        path.read_text() for path in (ROOT / "deepspace").rglob("*.py") if "migrations" not in path.parts
    )
    joined = re.sub(r'"\s*f?"', "", code)
    table = section(section(read(PAGE), CHAPTER), "### What the messages mean")
    quoted = [
        part.strip() for cell in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for part in cell.split(",")
    ]
    assert len(quoted) > 10
    for one in quoted:
        for part in one.strip("`").split("…"):
            assert part.strip() in joined, one


def test_the_lifecycle_is_as_the_page_says():
    rules = json.loads((ROOT / "deploy/aws/lifecycle.json").read_text())["Rules"]
    text = " ".join(section(read(PAGE), CHAPTER).split())
    by_age = {rule["ID"]: rule["Expiration"]["Days"] for rule in rules if "Days" in rule["Expiration"]}
    assert by_age == {"deepspace-superseded": 1}
    assert (
        "None of ours goes by age: what a newer backup has marked as superseded is deleted after 1 day"
        in text
    )
    forgotten = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"] for rule in rules if rule["ID"] not in by_age
    ]
    assert forgotten == [90, 90]
    assert "what was deleted or replaced goes for ever after 90 more; archived bodies stay" in text
    assert "90 days after the deletion" in (ROOT / "deepspace/backup/check.py").read_text()
