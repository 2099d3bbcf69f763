"""Reading settings from the environment, strictly: a wrong value names itself and stops the start."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MIN_SECRET_LENGTH = 50


class Environment:
    """The process environment over an optional ``.env`` file; ``X_FILE`` names a file that holds ``X``."""

    def __init__(self, env_file: Path) -> None:
        self._env = environ.FileAwareEnv()
        if env_file.is_file():
            environ.FileAwareEnv.read_env(str(env_file))

    def text(self, name: str, *, default: str) -> str:
        """A plain text value."""
        return str(self._env.str(name, default=default)).strip()

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
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise ImproperlyConfigured(f"{name} must look like https://example.org, not {value!r}")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ImproperlyConfigured(
                f"{name} must be https:// for a public host; http:// is for loopback only"
            )
        return value

    def hosts(self, name: str, *, site_url: str, debug: bool) -> list[str]:
        """Host names that are answered; by default the site's own, and loopback where that is loopback."""
        hosts = self.words(name)
        own = urlsplit(site_url).hostname or ""
        if own in _LOOPBACK or debug:
            hosts += [host for host in ("127.0.0.1", "localhost", "[::1]") if host not in hosts]
        return hosts or [own]

    def networks(self, name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """Networks of reverse proxies whose forwarding headers are believed."""
        try:
            return [ipaddress.ip_network(word) for word in self.words(name)]
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must list IP addresses or networks: {error}") from error

    def directory(self, name: str, *, default: Path) -> Path:
        """An absolute directory path (made when first used)."""
        return Path(self.text(name, default=str(default))).expanduser().resolve()

    def mirror_url(self, name: str) -> str:
        """An institutional mirror's address, or nothing."""
        value = self.text(name, default="").rstrip("/")
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ImproperlyConfigured(f"{name} must be an http(s) address, not {value!r}")
        return value

    def backup_url(self, *, default: str) -> str:
        """BACKUP_URL, or the older S3_BACKUP_BUCKET, which means ``s3://`` that bucket."""
        bucket = self.text("S3_BACKUP_BUCKET", default="")
        value = self.text("BACKUP_URL", default=f"s3://{bucket}" if bucket else default)
        if urlsplit(value).scheme not in {"file", "s3"}:
            raise ImproperlyConfigured(f"BACKUP_URL must start with file: or s3://, not {value!r}")
        return value

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        """Django's settings of the one database: sqlite:///PATH or postgres://…"""
        value = self.text(name, default=default)
        try:
            database: dict[str, Any] = self._env.db_url_config(value)
        except (environ.ImproperlyConfigured, ValueError) as error:
            raise ImproperlyConfigured(f"{name} is not a database address: {error}") from error
        engines = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
        if database.get("ENGINE") not in engines:
            raise ImproperlyConfigured(f"{name} must start with sqlite:/// or postgres://")
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


def var_path(name: str) -> Path:
    """A directory below VAR_DIR, made on first use."""
    from django.conf import settings

    path = Path(settings.VAR_DIR) / name
    path.mkdir(parents=True, exist_ok=True)
    return path
