"""How fresh each product is, for the pages that list all of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import Error as DatabaseFailure

from deepspace import fallback
from deepspace.ingestion import registry
from deepspace.ingestion.product import Product

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProductStanding:
    """A product with its standing; without one when the database does not answer."""

    product: Product
    standing: fallback.Standing | None


def known_standings() -> list[ProductStanding]:
    """Every product, in the order of the registry."""
    try:
        found = {one.product: one for one in fallback.standings()}
    except DatabaseFailure:
        _log.exception("no standings: the database does not answer")
        found = {}
    return [ProductStanding(product, found.get(product.key)) for product in registry.products()]
