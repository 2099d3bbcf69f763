"""A reader of the public site, and a database that is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.db import OperationalError, connection
from django.test import Client

from deepspace import frontcache, memo, versions
from deepspace.plotting import store as plots


class Visitor(Client):
    """Sends no cookie header at all, as a first visit does; Django's client sends an empty one."""

    def _base_environ(self, **request: Any) -> dict[str, Any]:
        environ: dict[str, Any] = super()._base_environ(**request)  # type: ignore[misc]
        if not environ["HTTP_COOKIE"]:
            del environ["HTTP_COOKIE"]
        return environ


def forget_everything() -> None:
    """As after the start of a process."""
    versions.forget()
    frontcache.store.clear()
    plots.memory.clear()
    memo.forget()


@contextmanager
def database_away() -> Iterator[None]:
    """No statement gets through to the database."""

    def refuse(*_: object) -> NoReturn:
        raise OperationalError("the connection is gone")

    with connection.execute_wrapper(refuse):
        yield
