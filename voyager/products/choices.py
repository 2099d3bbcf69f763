"""Which reader supplies which year: the reviewed file ``voyager/data/magnetometer.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deepspace.upstream.errors import SchemaDrift

FILE = Path(__file__).resolve().parents[1] / "data" / "magnetometer.toml"


@dataclass(frozen=True, slots=True)
class Choice:
    """Order of preference, and the readers of single years."""

    prefer: Sequence[str]
    years: Mapping[int, str]


def choice(product: str, readers: Sequence[str]) -> Choice:
    """What the file says for a product, whose readers are ``readers``.

    Raises
    ------
    SchemaDrift
        The file cannot be read, or names a reader that there is not.
    """
    try:
        section = tomllib.loads(FILE.read_text(encoding="utf-8"))[product]
        chosen = Choice(
            [str(reader) for reader in section["prefer"]],
            {int(year): str(reader) for year, reader in section.get("years", {}).items()},
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SchemaDrift(f"{FILE.name}: {product}: {error!r}") from error
    unknown = {*chosen.prefer, *chosen.years.values()} - set(readers)
    if unknown or not chosen.prefer:
        raise SchemaDrift(f"{FILE.name}: {product}: no reader {', '.join(sorted(unknown)) or 'at all'}")
    return chosen
