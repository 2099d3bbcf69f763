"""What a finding rests on, as rows of a file."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from django.core.exceptions import ValidationError

from insights import workflow
from insights.models import DataReference, Reference, ResearchInsight

REFERENCE: Final = ("kind", "identifier", "title")
DATA: Final = ("product", "window_start", "window_end", "plot", "parameters", "caption")
_KEYS: Final = {
    Reference: ("kind", "identifier"),
    DataReference: ("product", "window_start", "window_end", "plot"),
}


def as_rows(rows: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows as plain values, in their order."""

    def plain(value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value

    return [{name: plain(getattr(one, name)) for name in names} for one in rows]


def wanted(
    model: type[Reference | DataReference],
    insight: ResearchInsight,
    rows: list[dict[str, Any]],
    names: tuple[str, ...],
) -> list[Any]:
    """Rows as the file says, checked as the form checks them; nothing is saved.

    Raises
    ------
    ValidationError
        One makes no sense, or is there twice.
    """
    found: list[Any] = []
    for place, row in enumerate(rows):
        one = model(insight=insight, position=place, **{name: row[name] for name in names if name in row})
        one.clean_fields(exclude={"insight"})
        _in_utc(one)
        one.clean()
        if any(_key(one) == _key(other) for other in found):
            raise ValidationError(f"“{one}” is there twice.")
        found.append(one)
    return found


def replace(
    manager: Any, insight: ResearchInsight, rows: list[dict[str, Any]], names: tuple[str, ...]
) -> bool:
    """Make the rows those of the file; those that show the same keep their place in the table, and their pins.

    Returns whether anything was to be changed.
    """
    stored = list(manager.all())
    rows_wanted = wanted(manager.model, insight, rows, names)
    if as_rows(stored, names) == as_rows(rows_wanted, names):
        return False
    kept = {_key(one): one for one in stored}
    for key in kept.keys() - {_key(one) for one in rows_wanted}:
        kept[key].delete()
    for new in rows_wanted:
        one = kept.get(_key(new), new)
        for name in ("position", *names):
            setattr(one, name, getattr(new, name))
        if manager.model is DataReference and one is new:
            workflow.pin(one)
        one.save()
    return True


def _in_utc(one: Any) -> None:
    """An instant without a zone is UTC, here as everywhere; one of another zone is the same instant in UTC."""
    for name in ("window_start", "window_end"):
        value = getattr(one, name, None)
        if value is not None:
            setattr(one, name, value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


def _key(one: Any) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in _KEYS[type(one)])
