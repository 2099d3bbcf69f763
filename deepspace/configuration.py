"""Reading settings from the environment, strictly: a wrong value names itself and stops the start."""

from __future__ import annotations

import ipaddress
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MIN_SECRET_LENGTH = 50
_HOST = re.compile(
    r"\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]"
)  # as Django's ALLOWED_HOSTS
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
_EMAIL = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+")  # goes into a header: no spaces, no line ends


class Environment:
    """The process environment over an optional ``.env`` file; ``X_FILE`` names a file that holds ``X``."""

    def __init__(self, env_file: Path) -> None:
        self._env = environ.FileAwareEnv()
        if env_file.is_file():
            environ.FileAwareEnv.read_env(str(env_file))

    def text(self, name: str, *, default: str) -> str:
        """A plain text value."""
        try:
            return str(self._env.str(name, default=default)).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from error

    secret = text

    def boolean(self, name: str, *, default: bool) -> bool:
        """True or false, in the usual spellings; anything else is an error (environ alone reads it as false)."""
        value = self.text(name, default=str(default)).lower()
        if value not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
            raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
        return value in {"true", "1", "yes", "on"}

    def words(self, name: str) -> list[str]:
        """A comma-separated list, empty by default."""
        return [word for word in (part.strip() for part in self.text(name, default="").split(",")) if word]

    def secret_key(self, *, debug: bool) -> str:
        """SECRET_KEY: required and long, except under DEBUG, where a random one lives as long as the process."""
        key = self.text("SECRET_KEY", default="")
        if not key and debug:
            return secrets.token_urlsafe(_MIN_SECRET_LENGTH)
        if len(key) < _MIN_SECRET_LENGTH:
            raise ImproperlyConfigured(
                f"SECRET_KEY must be set and have at least {_MIN_SECRET_LENGTH} characters;"
                " `make run` writes a .env with one"
            )
        return key

    def site_url(self, name: str, *, default: str) -> str:
        """Public address without a trailing slash: https, or http on a loopback host."""
        value = self.text(name, default=default).rstrip("/")
        host = _origin(value)
        if not host:
            raise ImproperlyConfigured(f"{name} must look like https://example.org, not {value!r}")
        if value.startswith("http:") and host not in _LOOPBACK:
            raise ImproperlyConfigured(
                f"{name} must be https:// for a public host; http:// is for loopback only"
            )
        return value

    def origins(self, name: str) -> list[str]:
        """Web origins, each with its scheme; ``*.`` stands for every subdomain."""
        origins = self.words(name)
        for origin in origins:
            if not _origin(origin.replace("://*.", "://", 1)):
                raise ImproperlyConfigured(
                    f"{name} must list origins like https://example.org, not {origin!r}"
                )
        return origins

    def hosts(self, name: str, *, site_url: str) -> list[str]:
        """Host names that are answered: the ones listed, else the site's own, and always loopback.

        Probes and scrapers on the machine itself ask by a loopback name; every address that is shown is made
        from SITE_URL, so that no host name of a request leads anywhere.
        """
        hosts = self.words(name)
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ImproperlyConfigured(f"{name} must list host names like example.org, not {host!r}")
        hosts = hosts or [urlsplit(site_url).hostname or ""]
        return hosts + [host for host in ("127.0.0.1", "localhost", "[::1]") if host not in hosts]

    def email(self, name: str) -> str:
        """A mail address, or nothing."""
        value = self.text(name, default="")
        if value and not _EMAIL.fullmatch(value):
            raise ImproperlyConfigured(f"{name} must be a mail address, not {value!r}")
        return value

    def networks(self, name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """Networks of reverse proxies whose forwarding headers are believed."""
        try:
            return [ipaddress.ip_network(word) for word in self.words(name)]
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must list IP addresses or networks: {error}") from error

    def directory(self, name: str, *, default: Path) -> Path:
        """An absolute directory path (made when first used)."""
        path = Path(self.text(name, default=str(default))).expanduser().resolve()
        if path.exists() and not path.is_dir():
            raise ImproperlyConfigured(f"{name} must be a directory, and {path} is not one")
        return path

    def mirror_url(self, name: str) -> str:
        """An institutional mirror's address, or nothing."""
        value = self.text(name, default="").rstrip("/")
        if value and not _http_host(value):
            raise ImproperlyConfigured(f"{name} must be an http(s) address, not {value!r}")
        return value

    def backup_url(self, *, default: str) -> str:
        """BACKUP_URL, or the older S3_BACKUP_BUCKET, which means ``s3://`` that bucket."""
        bucket = self.text("S3_BACKUP_BUCKET", default="")
        if bucket and not _BUCKET.fullmatch(bucket):
            raise ImproperlyConfigured(f"S3_BACKUP_BUCKET must be the name of a bucket, not {bucket!r}")
        value = self.text("BACKUP_URL", default=f"s3://{bucket}" if bucket else default)
        parts = urlsplit(value)
        is_s3 = parts.scheme == "s3" and bool(_BUCKET.fullmatch(parts.netloc))
        is_file = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
        if not is_s3 and not is_file:
            raise ImproperlyConfigured(
                f"BACKUP_URL must be file:///directory or s3://bucket/prefix, not {value!r}"
            )
        if (is_s3 and not _PREFIX.fullmatch(parts.path)) or parts.query or parts.fragment or len(value) > 200:
            raise ImproperlyConfigured(
                "BACKUP_URL must be short and plain: letters, digits, '.', '_', '-' and '/' after the bucket,"
                f" not {value!r}"
            )
        return value.rstrip("/") if is_s3 else value

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        """Django's settings of the one database: sqlite:///PATH or postgres://…"""
        value = self.text(name, default=default)
        if not value.startswith(("sqlite://", "postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"{name} must start with sqlite:/// or postgres://")
        try:
            database: dict[str, Any] = self._env.db_url_config(value)
        except (environ.ImproperlyConfigured, ValueError) as error:
            raise ImproperlyConfigured(f"{name} is not a database address: {error}") from error
        if not database["NAME"] or value == "sqlite:///":
            raise ImproperlyConfigured(
                f"{name} names no database: sqlite:///PATH or postgres://USER:PASSWORD@HOST/NAME"
            )
        if database["ENGINE"].endswith("sqlite3") and database["NAME"] != ":memory:":
            database["NAME"] = str(Path(database["NAME"]).resolve())
        return database

    def cache(self, name: str, *, default_directory: Path) -> dict[str, Any]:
        """Django's settings of the shared cache: files by default, ``redis://`` for several machines."""
        value = self.text(name, default="")
        if not value:
            backend = "django.core.cache.backends.filebased.FileBasedCache"
            return {"BACKEND": backend, "LOCATION": str(default_directory), "OPTIONS": {"MAX_ENTRIES": 5000}}
        if not value.startswith(("redis://", "rediss://", "file://", "locmem://")):
            raise ImproperlyConfigured(f"{name} must start with file://, redis:// or locmem://")
        cache: dict[str, Any] = self._env.cache_url_config(
            value.replace("file://", "filecache://", 1).replace("locmem://", "locmemcache://", 1)
        )
        return cache


def _http_host(address: str) -> str:
    """Host of a well-formed http(s) address; empty for anything else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # not a port, or a bracket too few
        return ""
    is_well_formed = parts.scheme in {"http", "https"} and port != 0 and not address.endswith(":")
    return parts.hostname or "" if is_well_formed else ""


def _origin(address: str) -> str:
    """Host of an address that is nothing but scheme, host and port; empty for anything else."""
    host = _http_host(address)
    return (
        host
        if host and address.partition("://")[2] == urlsplit(address).netloc and "@" not in address
        else ""
    )


def var_path(name: str) -> Path:
    """A directory below VAR_DIR, made on first use."""
    from django.conf import settings

    path = Path(settings.VAR_DIR) / name
    path.mkdir(parents=True, exist_ok=True)
    return path
