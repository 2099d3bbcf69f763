"""Two thousand made-up findings into the site's database, with tags, references and pinned windows of made-up rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import django
import numpy as np

from bench import invented
from bench.probes.fill import insert

FINDINGS: Final = 2_000
CURATOR: Final = "bench"  # a superuser, who sees all of them in the admin
_TAGS: Final = 60
_DAYS: Final = 60  # of field
_FIRST: Final = datetime(2012, 7, 26, tzinfo=UTC)
_WINDOW: Final = timedelta(days=2)
_KEY: Final = "voyager.magnetic_field_48s"
_TEXT: Final = "The field rose by $\\Delta B$ within a day, and **has stayed** strong since.[^1]\n\n" * 12
_NOTE: Final = "[^1]: Made up, as long as a real note.\n"


def plain(number: int) -> dict[str, Any]:
    """Fields of one finding; one in twenty is a draft, one in forty retracted."""
    from insights.models import Category, Project, Status

    day = _FIRST + timedelta(days=number)
    is_draft, is_retracted = number % 20 == 7, number % 40 == 3
    return {
        "title": f"Finding {number:04d}: what the heliosphere did on day {number}",
        "slug": f"finding-{number:04d}",
        "project": list(Project)[number % len(Project)],
        "category": list(Category)[number % len(Category)],
        "summary": f"On day {number} something was seen that had not been seen before. " * 3,
        "description": _TEXT + _NOTE,
        "byline": "A made-up author",
        "status": Status.DRAFT if is_draft else Status.RETRACTED if is_retracted else Status.PUBLISHED,
        "retraction_reason": "Made up." if is_retracted else "",
        "retracted_at": day if is_retracted else None,
        "published_at": None if is_draft else day,
        "observed_on": day.date() if number % 2 else None,
        "pages": ["/magnetometer"] if number % 10 == 0 else [],
    }


def fill() -> dict[str, int]:
    """Rows, findings, pins."""
    from django.contrib.auth.models import User
    from django.db import transaction

    from insights import workflow
    from insights.models import DataReference, Reference, ResearchInsight, Tag

    utc = invented.passes(str(_FIRST.date()), _DAYS, invented.DENSE_PASS_ROWS, 48_000)
    rows = insert(_KEY, invented.field_rows(np.sort(utc), 48, (0.02, 0.02)))
    User.objects.create_superuser(CURATOR)
    with transaction.atomic():
        tags = [Tag.objects.create(name=f"Tag {number}") for number in range(_TAGS)]
        for number in range(FINDINGS):
            one = ResearchInsight.objects.create(**plain(number))
            one.tags.set([tags[number % _TAGS], tags[(7 * number + 1) % _TAGS]])
            for place, doi in enumerate(("10.1126/science.1241681", "10.1126/science.1117684")):
                Reference.objects.create(
                    insight=one, position=place, kind="doi", identifier=doi, title="Made up"
                )
            if number % 2:
                start = _FIRST + timedelta(days=number % (_DAYS - 2))
                data = DataReference(
                    insight=one,
                    product=_KEY,
                    window_start=start,
                    window_end=start + _WINDOW,
                    plot="magnetometer",
                )
                workflow.pin(data)
                data.save()
    return {"findings": FINDINGS, "pinned windows": FINDINGS // 2, _KEY: rows}


def main() -> None:
    """Fill."""
    django.setup()
    print(json.dumps(fill()))


if __name__ == "__main__":
    main()
