"""Which findings hold the words that somebody looks for; the same on SQLite and PostgreSQL.

Each word must stand somewhere in title, summary, description or tags, also as a part of a longer word. Capitals do not
matter, accents do. The two ways to write an accented letter in Unicode are one. Signs mean themselves: there are no
wildcards.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from django.db.models import Q

from insights.models import ResearchInsight, Tag

_MOST_WORDS: Final = 10


def matching(asked: str) -> Iterator[Q]:
    """One condition for each word."""
    words = dict.fromkeys(asked.split())  # each once, in order
    for word in list(words)[:_MOST_WORDS]:
        held = Q()
        for form in _forms(word):
            held |= Q(
                search_text__contains=form
            )  # which is stored without capitals: what LIKE makes of them is no matter
        yield held | Q(pk__in=_tagged(word))


def _forms(word: str) -> set[str]:
    """The word without capitals, with its accents in the letters and beside them."""
    return {unicodedata.normalize(form, word.casefold()) for form in ("NFC", "NFD")} | {word.casefold()}


def _tagged(word: str) -> object:
    """Findings with a tag that holds the word. Tags are few, and databases fold capitals each in its own way."""
    wanted = unicodedata.normalize("NFC", word.casefold())
    named = Tag.objects.values_list("pk", "name")
    tags = [pk for pk, name in named if wanted in unicodedata.normalize("NFC", name.casefold())]
    return ResearchInsight.tags.through.objects.filter(tag__in=tags).values("researchinsight_id")
