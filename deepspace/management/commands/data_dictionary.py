"""Print the data dictionary, made from the models and the product registry."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models

from deepspace.ingestion.columns import natural_key
from deepspace.ingestion.product import Product
from deepspace.ingestion.registry import products
from deepspace.models import BackupLog, IngestionLog, Payload, UpstreamHost
from deepspace.pages.catalogue import columns
from deepspace.provenance import Measurement

DOCUMENT = Path("docs") / "data-dictionary.md"
KERNEL: tuple[type[models.Model], ...] = (Payload, IngestionLog, UpstreamHost, BackupLog)

# The unit is in the column's name; the longest ending that fits counts.
UNITS = {
    "_au": "au",
    "_au_d": "au/d",
    "_bytes": "byte",
    "_cm3": "cm⁻³",
    "_deg": "°",
    "_hz": "Hz",
    "_km": "km",
    "_km_s": "km/s",
    "_nt": "nT",
    "_s": "s",
    "_v_m": "V/m",
    "gal_latitude": "°",
    "gal_longitude": "°",
    "jd_tdb": "d, TDB",
}
HEAD = """# Data dictionary

Made by `manage.py data_dictionary` from the models and the product registry; a test compares the two.
Do not edit it: change the model, then run `manage.py data_dictionary > docs/data-dictionary.md`.

The names of tables and columns are a public interface: notebooks and SQL clients read them. Instants are UTC. An empty
cell under "null" means that the column always has a value. The unit is the one in the column's name.
"""


class Command(BaseCommand):
    """``manage.py data_dictionary``: exit 0; with ``--check`` 1 when the document is not up to date."""

    help = "Print the data dictionary (Markdown) from the models and the product registry."
    requires_system_checks = []  # it touches no database and serves nothing

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Command line."""
        parser.add_argument(
            "--check", action="store_true", help=f"compare with {DOCUMENT} and exit 1 on a difference"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the command."""
        text = dictionary()
        if not options["check"]:
            self.stdout.write(text, ending="")
            return
        path = Path(settings.BASE_DIR) / DOCUMENT
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            self.stderr.write(
                f"{DOCUMENT} is out of date: run `manage.py data_dictionary > {DOCUMENT}` and read what changed"
            )
            raise SystemExit(1)
        self.stdout.write(f"{DOCUMENT} is up to date")


def dictionary() -> str:
    """The whole document."""
    data = sorted(data_tables(), key=lambda model: model._meta.db_table)
    sections = [HEAD, "## Data tables\n"]
    sections += [_section(model) for model in data]
    sections += ["## Curated tables\n"]
    sections += [
        _section(model) for model in sorted(curated_tables(), key=lambda model: model._meta.db_table)
    ]
    sections += ["## Tables of the platform\n"]
    sections += [_section(model) for model in KERNEL]
    return "\n".join(sections)


def data_tables() -> list[type[Measurement]]:
    """Every table whose rows carry their provenance."""
    return [model for model in apps.get_models() if issubclass(model, Measurement)]


def curated_tables() -> list[type[models.Model]]:
    """Every table that people write, not ingests: such a model says ``is_curated``."""
    return [model for model in apps.get_models() if vars(model).get("is_curated", False)]


def _section(model: type[models.Model]) -> str:
    return "\n".join([f"### `{model._meta.db_table}`\n", *_about(model), "", *_rows(model), ""])


def _about(model: type[models.Model]) -> Iterator[str]:
    paragraphs = (model.__doc__ or "").strip().split("\n\n")
    yield "\n\n".join(" ".join(one.split()) for one in paragraphs)
    yield ""
    yield f"* Natural key: {_key(model)}"
    for product in _products(model):
        yield f"* Product: `{product.key}`, source `{product.source}`: {product.summary}"


def _key(model: type[models.Model]) -> str:
    is_unique = any(isinstance(one, models.UniqueConstraint) for one in model._meta.constraints)
    names = natural_key(model) if is_unique else (model._meta.pk.attname,)
    return ", ".join(f"`{name}`" for name in names)


def _products(model: type[models.Model]) -> list[Product]:
    return [product for product in products() if product.model is model]


def _rows(model: type[models.Model]) -> Iterator[str]:
    yield "| column | type | null | unit | meaning |"
    yield "|---|---|---|---|---|"
    for field, column in zip(model._meta.concrete_fields, columns(model), strict=True):
        null = "yes" if field.null else ""
        cells = (f"`{column.name}`", _type(field, column.type), null, unit(column.name), _meaning(field))
        yield f"| {' | '.join(cells)} |"


def unit(name: str) -> str:
    """Unit of a column, from the ending of its name; empty when it has none."""
    fitting = [ending for ending in UNITS if name.endswith(ending)]
    return UNITS[max(fitting, key=len)] if fitting else ""


def _type(field: models.Field[Any, Any], plain: str) -> str:
    if isinstance(field, models.ForeignKey):
        return f"reference to `{field.related_model._meta.db_table}`"
    return f"{plain}, at most {field.max_length}" if field.max_length else plain


def _meaning(field: models.Field[Any, Any]) -> str:
    """The column's help text (its name in words where there is none), and the values it may have."""
    name = (
        "Number of the row" if isinstance(field, models.AutoField) else str(field.verbose_name).capitalize()
    )
    values = ", ".join(f"`{value}`" for value, _ in field.flatchoices)
    text = str(field.help_text).strip().replace("|", "\\|") or f"{name}."
    return f"{text} One of {values}." if values else text
