"""The starter findings of ``insights/data/seeds.toml``: made once, and never written over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from insights import workflow
from insights.models import DataReference, Reference, ResearchInsight, Status, Tag
from insights.records import note

AUTHOR: Final = "seed"  # an account that nobody can log in to
BYLINE: Final = "Deep Space Research Platform"
_PLAIN: Final = ("slug", "title", "project", "category", "confidence", "summary", "observed_on", "pages")


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one finding of the file."""

    slug: str
    what: str  # "made", "kept", "pinned"
    notes: tuple[str, ...] = ()


def entries() -> list[dict[str, Any]]:
    """The file."""
    text = files("insights").joinpath("data/seeds.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["insight"]
    return found


def plant() -> Iterator[Made]:
    """Make what is not there yet; pin what could not be pinned when it was made, because there were no data.

    Raises
    ------
    ValidationError
        An entry of the file is wrong; it is not made, those before it are.
    """
    for entry in entries():
        existing = ResearchInsight.objects.filter(slug=entry["slug"]).first()
        yield _keep(existing) if existing is not None else _make(entry)


def _keep(insight: ResearchInsight) -> Made:
    """The text stays as it is, whoever wrote it last."""
    late = [one for one in insight.data_references.filter(rows_sha256="") if _pinned(one)]
    return Made(insight.slug, "pinned" if late else "kept")


def _pinned(one: DataReference) -> bool:
    workflow.pin(one)
    if one.rows_sha256:
        one.save()
    return bool(one.rows_sha256)


@transaction.atomic
def _make(entry: dict[str, Any]) -> Made:
    author, is_new = User.objects.get_or_create(username=AUTHOR, defaults={"is_active": False})
    if is_new:
        author.set_unusable_password()
        author.save()
    insight = ResearchInsight(
        **{name: entry[name] for name in _PLAIN if name in entry},
        description=entry["description"].strip() + "\n",
        byline=BYLINE,
        author=author,
    )
    insight.full_clean()
    insight.save()
    insight.tags.set([_tag(name) for name in entry.get("tags", ())])
    for place, row in enumerate(entry["references"]):
        one = Reference(insight=insight, position=place, **row)
        one.full_clean()
        one.save()
    said = [_data(insight, place, row) for place, row in enumerate(entry.get("data", ()))]
    insight.status = Status.PUBLISHED
    insight.published_at = datetime.now(UTC)  # last: its revisions begin here
    note(insight, "Seeded")
    insight.save()
    return Made(insight.slug, "made", tuple(one for one in said if one))


def _tag(name: str) -> Tag:
    tag = Tag(name=name)
    tag.clean_fields()
    return Tag.objects.get_or_create(slug=tag.slug, defaults={"name": name})[0]


def _data(insight: ResearchInsight, place: int, row: dict[str, Any]) -> str:
    """Add a data reference; says so when there is nothing to refer to on this site."""
    row = dict(row)
    one = DataReference(
        insight=insight, position=place, window_start=row.pop("start"), window_end=row.pop("end"), **row
    )
    try:
        one.full_clean()
    except ValidationError as error:
        if "product" in error.message_dict:
            return f"{one.product} is not a product of this site: left out"
        raise
    workflow.pin(one)
    one.save()
    return (
        ""
        if one.rows_sha256
        else f"no rows of {one.product} in its window yet: run the command again after an ingest"
    )
