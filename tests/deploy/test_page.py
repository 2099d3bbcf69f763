"""docs/deployment.md: what it names is there, what it runs exists, and it leaves no file of deploy/ out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.deploy.files import DEPLOY, NGINX, UNITS, settings
from tests.docs.documents import ROOT, code_blocks, first_cells, read, section, words_in_code

PAGE = "docs/deployment.md"


def text() -> str:
    return read(PAGE)


def shell_lines() -> list[str]:
    """Every command of the page."""
    return [line for block in code_blocks(text(), "sh") for line in block.splitlines() if line]


def managed() -> list[list[str]]:
    """Management commands with their arguments."""
    found = (re.search(r"deploy/manage (.+)$", line) for line in shell_lines())
    return [shlex.split(one[1]) for one in found if one]


def test_every_step_is_a_command():
    assert len(shell_lines()) > 50
    assert {"migrate", "collectstatic", "ingest", "createsuperuser", "backup", "restore", "verify"} <= {
        words[0] for words in managed()
    }


@pytest.mark.parametrize("words", managed(), ids=" ".join)
def test_each_management_command_exists_with_its_options(words: list[str]):
    known = get_commands()
    assert words[0] in known
    load_command_class(known[words[0]], words[0]).create_parser("manage", words[0]).parse_args(words[1:])


def test_each_unit_exists_and_each_unit_is_named():
    units = {path.name for path in UNITS.iterdir() if path.is_file()}
    named = set(re.findall(r"\bdsrp-[a-z-]+@?(?:\.(?:service|socket|timer))?", text()))
    complete = {name if "." in name else f"{name}.service" for name in named if not name.endswith("-")}
    assert complete <= units
    assert units <= complete


def test_each_file_of_the_project_exists():
    named = set(re.findall(r"(?<![\w/])((?:deploy|tests|docs)/[\w./-]*\w)", text()))
    named |= {f"deploy/{one}" for one in re.findall(r"(?:current|RELEASE|FORMER)/deploy/([\w./-]+)", text())}
    assert len(named) > 8
    assert not [name for name in named if not (ROOT / name).exists()]


def test_no_file_of_deploy_is_left_out():
    lines = "\n".join(shell_lines())
    for path in sorted(DEPLOY.rglob("*")):
        inside = path.relative_to(ROOT)
        # Copied as a directory, used where they lie, or named by another file of deploy/.
        if path.is_dir() or {"systemd", "pages", "aws", "__pycache__"} & set(inside.parts):
            continue
        assert str(inside) in lines or path.name == "gunicorn.conf.py", inside
    assert "cp -r deploy/systemd/. /etc/systemd/system/" in lines
    assert "alias /opt/deepspace/current/deploy/nginx/pages/;" in (NGINX / "deepspace.conf").read_text()


def test_each_place_on_the_machine_is_one_that_a_file_of_deploy_means():
    written = "\n".join(
        path.read_text(encoding="utf-8")
        for path in DEPLOY.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    named = {word for cell in first_cells(text()) for word in words_in_code(cell) if word.startswith("/")}
    named |= set(re.findall(r"/(?:run|var/www|var/lib)/[\w./-]*\w", text()))
    ours = {name for name in named if "RELEASE" not in name}
    assert len(ours) >= 8
    assert not [name for name in ours if name not in written]


def test_each_setting_is_documented():
    known = words_in_code(section(read("docs/operations.md"), "## Settings"))
    assert set(settings()) <= known
    assert {"SECRET_KEY", "TRUSTED_PROXIES", "VAR_DIR", "BACKUP_URL"} <= words_in_code(text()) & known


def test_the_exposure_and_the_limits_are_those_of_the_files():
    site = (NGINX / "deepspace.conf").read_text(encoding="utf-8")
    for directive in (
        "rate=20r/s",
        "burst=100",
        "rate=10r/m",
        "limit_conn deepspace_connections 100;",
        "client_max_body_size 16k;",
        "client_max_body_size 12m;",
        "client_header_timeout 5s;",
        "proxy_cache_valid 200 5s;",
        "inactive=24h",
    ):
        assert directive in site
    limits = section(text(), "## nginx")
    for word in (
        "20 per second, 100 at once",
        "10 per minute",
        "| 100 |",
        "16 kB",
        "12 MB",
        "| 5 s;",
        "24 h",
    ):
        assert word in limits


def test_the_page_is_reached_from_the_two_that_people_read():
    assert "docs/deployment.md" in read("README.md")
    assert "(deployment.md)" in read("docs/operations.md")


def test_the_service_is_given_what_the_page_puts_into_place():
    web = (UNITS / "dsrp-web.service").read_text(encoding="utf-8")
    manage = (DEPLOY / "manage").read_text(encoding="utf-8")
    for place in ("/etc/deepspace", "/var/cache/deepspace/matplotlib"):
        assert place in web
        assert place in manage
    assert Path("/etc/deepspace/site.env").name in text()
