"""Every product there is: found by Django's autodiscovery of ``<app>.products``."""

from __future__ import annotations

from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules

from deepspace.ingestion.product import Product


@cache
def products() -> tuple[Product, ...]:
    """One instance of each declared product, ordered by key."""
    autodiscover_modules("products")
    concrete = _leaves(Product)  # type: ignore[type-abstract]
    found = sorted((cls() for cls in concrete), key=lambda one: one.key)
    keys = [one.key for one in found]
    for key in keys:
        if keys.count(key) > 1:
            raise ImproperlyConfigured(f"two products have the key {key!r}")
    return tuple(found)


def product(key: str) -> Product:
    """The product with a key.

    Raises
    ------
    KeyError
        There is none.
    """
    for one in products():
        if one.key == key:
            return one
    raise KeyError(key)


def select(names: list[str]) -> list[Product]:
    """Products named by key or by app label; all of them when no name is given.

    Raises
    ------
    KeyError
        A name is neither; the message lists what there is.
    """
    chosen: list[Product] = []
    for name in names:
        matching = [one for one in products() if name in {one.key, one.app_label}]
        if not matching:
            raise KeyError(
                f"unknown product or app {name!r}; there are: {', '.join(one.key for one in products())}"
            )
        chosen += [one for one in matching if one not in chosen]
    return chosen or list(products())


def _leaves(cls: type[Product]) -> list[type[Product]]:
    """Concrete products of installed apps (tests declare throw-away ones elsewhere)."""
    concrete: list[type[Product]] = []
    for sub in cls.__subclasses__():
        concrete += _leaves(sub)
        if "key" in vars(sub) and ".products" in sub.__module__:
            concrete.append(sub)
    return concrete
