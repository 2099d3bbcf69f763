"""All plots, by name: the subclasses of ``Plot`` in the ``plots`` module or package of each installed app."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from deepspace.domains import rooms
from deepspace.plotting.plot import Plot


class DuplicatePlot(Exception):
    """Two plots claim one name, hence one address."""


@cache
def _by_name() -> dict[str, Plot[Any]]:
    packages = set(rooms("plots"))
    for package in packages:
        import_module(package)
    found: dict[str, Plot[Any]] = {}
    for kind in _subclasses(Plot):  # type: ignore[type-abstract]
        in_an_app = any(
            kind.__module__ == name or kind.__module__.startswith(f"{name}.") for name in packages
        )
        if not in_an_app or inspect.isabstract(kind):
            continue
        if kind.name in found:
            raise DuplicatePlot(f"{kind.name}: {kind.__module__} and {type(found[kind.name]).__module__}")
        found[kind.name] = kind()
    return found


def _subclasses(kind: type[Plot[Any]]) -> Iterator[type[Plot[Any]]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def plots() -> tuple[Plot[Any], ...]:
    """Every plot, in the order in which the apps declare them."""
    return tuple(_by_name().values())


def plot(name: str) -> Plot[Any]:
    """The plot of that name.

    Raises
    ------
    KeyError
        There is none.
    """
    return _by_name()[name]
