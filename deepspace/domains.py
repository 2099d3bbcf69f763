"""The apps of this project: what an installed library has under the same name (``urls``, ``plots``) stays out."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps

_LIBRARIES = frozenset(Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib"))


def rooms(name: str) -> Iterator[str]:
    """Modules of one name, such as ``voyager.urls``, in the order of the installed apps."""
    for config in apps.get_app_configs():
        module = f"{config.name}.{name}"
        is_library = not _LIBRARIES.isdisjoint(Path(config.path).resolve().parents)
        if not is_library and find_spec(module) is not None:
            yield module
