"""Settings are read once and strictly: a wrong value stops the start and names itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from deepspace.configuration import Environment, var_path

ROOT = Path(__file__).resolve().parents[2]
SECRET = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def read(monkeypatch, tmp_path):
    """An environment that holds nothing but what is given."""

    def environment(**values: str) -> Environment:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(environ.FileAwareEnv, "ENVIRON", FileAwareMapping())  # it remembers files
        return Environment(tmp_path / ".env")

    return environment


LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
READERS = {
    "DEBUG": lambda env: env.boolean("DEBUG", default=False),
    "SECRET_KEY": lambda env: env.secret_key(debug=False),
    "SITE_URL": lambda env: env.site_url("SITE_URL", default="http://127.0.0.1:8000"),
    "ALLOWED_HOSTS": lambda env: env.hosts("ALLOWED_HOSTS", site_url="https://example.org"),
    "CSRF_TRUSTED_ORIGINS": lambda env: env.origins("CSRF_TRUSTED_ORIGINS"),
    "TRUSTED_PROXIES": lambda env: env.networks("TRUSTED_PROXIES"),
    "VAR_DIR": lambda env: env.directory("VAR_DIR", default=Path("/var")),
    "UPSTREAM_MIRROR": lambda env: env.mirror_url("UPSTREAM_MIRROR"),
    "BACKUP_URL": lambda env: env.backup_url(default="file:///backups"),
    "S3_BACKUP_BUCKET": lambda env: env.backup_url(default="file:///backups"),
    "DATABASE_URL": lambda env: env.database("DATABASE_URL", default="sqlite:///x.sqlite3"),
    "CACHE_URL": lambda env: env.cache("CACHE_URL", default_directory=Path("/var/cache")),
    "CONTACT_EMAIL": lambda env: env.email("CONTACT_EMAIL"),
}
WRONG = {
    "DEBUG": ["maybe", "2", "True!"],
    "SECRET_KEY": ["", "short", "x" * 49],
    "SITE_URL": [
        *("example.org", "ftp://example.org", "http://example.org", "https://", "https://example.org/path"),
        *("https://example.org?x=1", "https://example.org#x", "https://example.org:port", "https://[::1"),
        *("https://user:pass@example.org", "http://127.0.0.1.example.org", "https://example.org:"),
    ],
    "ALLOWED_HOSTS": ["https://example.org", "example.org/path", "a b", "example.org:8000", "exa$mple.org"],
    "CSRF_TRUSTED_ORIGINS": ["example.org", "https://example.org/path", "https://"],
    "TRUSTED_PROXIES": ["proxy", "10.0.0.1/8", "300.0.0.1", "10.0.0.0/33"],
    "VAR_DIR": [__file__],
    "UPSTREAM_MIRROR": ["mirror", "ftp://mirror", "http://", "http://mirror:port"],
    "BACKUP_URL": [
        "/backups",
        "s3://",
        "http://example.org",
        "file:backups",
        "s3://Not_A_Bucket",
        "file://host/x",
        "s3://bucket/../other",
        "s3://bucket/a//b",
        "s3://bucket/a b",
        "s3://bucket/x?versionId=1",
        f"s3://bucket/{'x' * 200}",
    ],
    "S3_BACKUP_BUCKET": ["s3://bucket", "Bucket", "b", "a b"],
    "DATABASE_URL": [
        *(
            "garbage",
            "mysql://u@h/db",
            "postgres://u@h:port/db",
            "sqlite:///",
            "postgres://u@h",
            "postgres://",
        ),
        *("http://example.org/x", "://", "sqlite3.db"),
    ],
    "CACHE_URL": ["memory", "memcached://127.0.0.1", "redis", "http://x"],
    "CONTACT_EMAIL": ["nobody", "a@b c", "a@b\r\nX-Injected: 1", "@example.org", "a@"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_stops_the_start_and_names_itself(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        READERS[name](read(**{name: value}))


@pytest.mark.parametrize("name", READERS)
def test_what_is_not_set_has_a_default(read, name):
    if name == "SECRET_KEY":
        assert len(read().secret_key(debug=True)) >= 50
    else:
        READERS[name](read())


@pytest.mark.parametrize("name", READERS)
def test_what_is_set_to_nothing_is_as_if_it_were_not_set(read, name):
    if name in {
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "TRUSTED_PROXIES",
        "UPSTREAM_MIRROR",
        "CONTACT_EMAIL",
    }:
        assert READERS[name](read(**{name: " "})) == READERS[name](read())


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DEBUG", "On", True),
        ("DEBUG", "no", False),
        ("SITE_URL", "https://example.org/", "https://example.org"),
        ("SITE_URL", "http://localhost:8001", "http://localhost:8001"),
        ("SITE_URL", "http://[::1]:8001", "http://[::1]:8001"),
        ("ALLOWED_HOSTS", "a.org, .b.org ,[::1]", ["a.org", ".b.org", "[::1]", "127.0.0.1", "localhost"]),
        ("ALLOWED_HOSTS", "*", ["*", *LOOPBACK]),
        ("ALLOWED_HOSTS", "", ["example.org", *LOOPBACK]),
        ("CSRF_TRUSTED_ORIGINS", "https://a.org,https://*.b.org", ["https://a.org", "https://*.b.org"]),
        ("UPSTREAM_MIRROR", "http://127.0.0.1:9190/", "http://127.0.0.1:9190"),
        ("UPSTREAM_MIRROR", "https://mirror.org/space", "https://mirror.org/space"),
        ("BACKUP_URL", "s3://bucket/prefix", "s3://bucket/prefix"),
        ("BACKUP_URL", "s3://bucket/prefix/", "s3://bucket/prefix"),
        ("S3_BACKUP_BUCKET", "old-bucket", "s3://old-bucket"),
        ("CONTACT_EMAIL", "ops+space@example.org", "ops+space@example.org"),
    ],
)
def test_good_values_are_understood(read, name, value, found):
    assert READERS[name](read(**{name: value})) == found


def test_the_new_name_of_the_backup_wins(read):
    both = read(BACKUP_URL="file:///elsewhere", S3_BACKUP_BUCKET="old-bucket")
    assert both.backup_url(default="file:///x") == "file:///elsewhere"


def test_the_sites_own_host_and_loopback_are_answered(read):
    local = read().hosts("ALLOWED_HOSTS", site_url="http://127.0.0.1:8000")
    assert sorted(local) == sorted(LOOPBACK)
    assert read().hosts("ALLOWED_HOSTS", site_url="https://example.org") == ["example.org", *LOOPBACK]


def test_databases_are_understood(read, tmp_path):
    file = read(DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite3").database("DATABASE_URL", default="")
    assert (file["ENGINE"].rpartition(".")[2], file["NAME"]) == ("sqlite3", f"{tmp_path}/x.sqlite3")
    server = read(DATABASE_URL="postgres://u:p%40ss@h:5433/db?sslmode=require").database(
        "DATABASE_URL", default=""
    )
    assert [server[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "db",
        "u",
        "p@ss",
        "h",
        5433,
    ]
    assert server["OPTIONS"] == {"sslmode": "require"}
    assert read(DATABASE_URL="sqlite://:memory:").database("DATABASE_URL", default="")["NAME"] == ":memory:"


def test_caches_are_understood(read):
    reader = READERS["CACHE_URL"]
    assert reader(read())["LOCATION"] == "/var/cache"
    assert "FileBasedCache" in reader(read(CACHE_URL="file:///tmp/cache"))["BACKEND"]
    assert "redis" in reader(read(CACHE_URL="redis://127.0.0.1:6379/1"))["BACKEND"].lower()
    assert "locmem" in reader(read(CACHE_URL="locmem://"))["BACKEND"]


def test_a_secret_is_read_from_a_file(read, tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    assert read(SECRET_KEY_FILE=str(tmp_path / "key")).secret_key(debug=False) == SECRET


def test_a_secret_file_that_is_not_there_is_named(read, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="NASA_API_KEY_FILE"):
        read(NASA_API_KEY_FILE=str(tmp_path / "nope")).secret("NASA_API_KEY", default="DEMO_KEY")


def test_the_environment_wins_over_the_file(read, tmp_path):
    (tmp_path / ".env").write_text("CONTACT_EMAIL=file@example.org\nDEBUG=true\n")
    env = read(CONTACT_EMAIL="shell@example.org")
    assert env.email("CONTACT_EMAIL") == "shell@example.org"
    assert env.boolean("DEBUG", default=False)


def test_directories_are_made_when_they_are_used(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "new" / "var"
    assert var_path("locks").is_dir()


# --- the settings as a whole, in a process of their own --------------------------------------------------------

ASKED = [
    *("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
    *(
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SECURE_PROXY_SSL_HEADER",
        "DATABASES",
        "WAL_IS_SAFE",
        "DEBUG",
    ),
    *("SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_PATH", "SESSION_COOKIE_DOMAIN"),
]
SHOW = f"""
import json
from deepspace import settings
print(json.dumps({{name: getattr(settings, name, None) for name in {ASKED}}}))
"""


def start(tmp_path: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Load the settings; an empty value is one that the site's own .env cannot fill in."""
    every = {
        **dict.fromkeys(("DEBUG", "SITE_URL", "CACHE_URL", "UPSTREAM_MIRROR", "TRUSTED_PROXIES"), ""),
        "DEBUG": "false",
        "SITE_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": SECRET,
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
        "ALLOWED_HOSTS": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env={**every, **values},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_https_turns_on_redirect_hsts_and_secure_cookies(tmp_path):
    found = json.loads(start(tmp_path, SITE_URL="https://example.org", TRUSTED_PROXIES="10.0.0.0/8").stdout)
    assert (
        found["SECURE_SSL_REDIRECT"] is found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    )
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert found["SESSION_COOKIE_DOMAIN"] is None  # what __Host- promises
    assert found["SECURE_PROXY_SSL_HEADER"] == ["DEEPSPACE_FORWARDED_PROTO", "https"]


def test_loopback_is_plain_http(tmp_path):
    found = json.loads(start(tmp_path).stdout)
    assert found["SECURE_SSL_REDIRECT"] is False
    assert found["SECURE_HSTS_SECONDS"] == 0
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    options = found["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert ("journal_mode=WAL" in options["init_command"]) is found["WAL_IS_SAFE"]


def test_options_of_a_postgresql_address_are_kept(tmp_path):
    done = start(tmp_path, DATABASE_URL="postgres://u:p@127.0.0.1:9/db?sslmode=require")
    options = json.loads(done.stdout)["DATABASES"]["default"]["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["pool"]["max_size"] >= 1


@pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_URL", "DATABASE_URL"])
def test_the_start_ends_with_one_clear_line(tmp_path, name):
    done = start(tmp_path, **{name: "garbage"})
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]
