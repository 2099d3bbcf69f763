import stat

import pytest

from tools import envfile


def test_a_new_env_file_holds_what_a_site_on_loopback_needs(tmp_path):
    path = tmp_path / ".env"

    assert envfile.write(path, 8001)

    values = envfile.read(path)
    assert len(values.pop("SECRET_KEY")) >= 50
    assert values == {
        "DEBUG": "false",
        "SITE_URL": "http://127.0.0.1:8001",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }


def test_only_its_owner_may_read_the_secret(tmp_path):
    path = tmp_path / ".env"
    envfile.write(path, 8000)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_env_file_has_a_secret_of_its_own(tmp_path):
    for name in ("one", "two"):
        envfile.write(tmp_path / name, 8000)
    assert envfile.read(tmp_path / "one")["SECRET_KEY"] != envfile.read(tmp_path / "two")["SECRET_KEY"]


def test_an_env_file_that_is_there_stays_as_it_is(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine\n")

    assert not envfile.write(path, 8000)

    assert path.read_text() == "SECRET_KEY=mine\n"


def test_reading_skips_comments_and_takes_quotes_off(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# SITE_URL=http://no\nSITE_URL = 'https://example.org'\nnonsense\n")
    assert envfile.read(path) == {"SITE_URL": "https://example.org"}


def test_no_env_file_reads_as_empty(tmp_path):
    assert envfile.read(tmp_path / ".env") == {}


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ("", "http://127.0.0.1:8001"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001"),
        ("http://localhost:8000/", "http://127.0.0.1:8001"),
        ("https://example.org", "https://example.org"),
        ("http://127.0.0.1.example.org", "http://127.0.0.1.example.org"),
    ],
)
def test_a_loopback_address_follows_the_port_and_a_public_one_does_not(configured, expected):
    assert envfile.site_url(configured, 8001) == expected
