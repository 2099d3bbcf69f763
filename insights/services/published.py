"""Published findings, filtered, searched and read one by one; drafts never pass here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from deepspace import versions
from deepspace.ingestion.registry import products
from deepspace.provenance import Provenance, Tier
from insights.constants import DATA_NAME
from insights.models import DataReference, ResearchInsight, Status, Tag
from insights.models.insight import PUBLIC
from insights.parameters import FilterParameters
from insights.pinning import Allowance
from insights.revisions import Revision, revisions
from insights.services.evidence import Evidence, evidence_of
from insights.services.search import matching

_HEAVY = ("description", "description_html", "search_text")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list."""

    insights: list[ResearchInsight]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PublicInsight:
    """A finding with what it rests on."""

    insight: ResearchInsight
    evidence: list[Evidence]
    revisions: list[Revision]

    @property
    def is_provisional(self) -> bool:
        """Whether the next answer may say more of the data, without anything having changed."""
        return any(one.is_provisional for one in self.evidence)


def public_insights() -> QuerySet[ResearchInsight]:
    """Everything that everybody may read: retracted findings stay, and say so."""
    return ResearchInsight.objects.filter(status__in=PUBLIC).select_related("author", "reviewer")


def find(asked: FilterParameters, page: int, per_page: int) -> Found:
    """A page of findings, newest first."""
    rows = _filtered(asked)
    total = rows.count()
    pages = max(1, -(-total // per_page))
    ordered = rows.order_by("-published_at", "-id").defer(*_HEAVY)
    with_all = ordered.prefetch_related("tags", "references", "data_references")
    return Found(list(with_all[(page - 1) * per_page : page * per_page]), total, page, pages)


def dated(asked: FilterParameters) -> list[tuple[date, str, str, str]]:
    """Day, title, project and category of the findings that are of a day, oldest first."""
    rows = (
        _filtered(asked)
        .filter(observed_on__isnull=False, status=Status.PUBLISHED)
        .order_by("observed_on", "id")
    )
    found = rows.values_list("observed_on", "title", "project", "category")
    return [(day, title, project, category) for day, title, project, category in found if day is not None]


def _filtered(asked: FilterParameters) -> QuerySet[ResearchInsight]:
    rows = public_insights()
    if asked.project:
        rows = rows.filter(project=asked.project)
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.tag:
        rows = rows.filter(
            pk__in=ResearchInsight.tags.through.objects.filter(tag__slug=asked.tag).values(
                "researchinsight_id"
            )
        )
    for condition in matching(asked.q):
        rows = rows.filter(condition)
    return rows


def read(slug: str) -> PublicInsight | None:
    """A public finding; None for a draft and for what does not exist, so that nobody can tell the two apart."""
    insight = (
        public_insights().prefetch_related("tags", "references", "data_references").filter(slug=slug).first()
    )
    if insight is None:
        return None
    allowance = Allowance()
    evidence = [evidence_of(one, allowance=allowance) for one in insight.data_references.all()]
    return PublicInsight(insight, evidence, revisions(insight))


def products_of(slug: str) -> tuple[str, ...] | None:
    """Keys of the products that a public finding rests on; None where there is no such finding."""
    row = ResearchInsight.objects.filter(status__in=PUBLIC, slug=slug).values_list("pk", flat=True).first()
    if row is None:
        return None
    keys = (
        DataReference.objects.filter(insight_id=row)
        .order_by("product")
        .values_list("product", flat=True)
        .distinct()
    )
    known = {one.key for one in products()}
    return tuple(key for key in keys if key in known)


def newest(count: int) -> list[ResearchInsight]:
    """The findings changed last, with their texts: for the feed."""
    return list(
        public_insights().prefetch_related("tags", "references").order_by("-updated_at", "-id")[:count]
    )


def permalinks() -> list[tuple[str, datetime]]:
    """Path and time of the last change of every public finding."""
    rows = ResearchInsight.objects.filter(status__in=PUBLIC).order_by("-published_at", "-id")
    return [(f"/insights/{slug}", at) for slug, at in rows.values_list("slug", "updated_at")]


def shown_tags(most: int = 40) -> Sequence[Tag]:
    """Tags of public findings, the most used first."""
    used = Count("insights", filter=Q(insights__status__in=PUBLIC))
    return list(Tag.objects.annotate(used=used).filter(used__gt=0).order_by("-used", "name")[:most])


def provenance() -> Provenance:
    """Of a list of findings: curated here, as of the last change."""
    rows = ResearchInsight.objects.filter(status__in=PUBLIC)
    last, total = rows.aggregate(last=Max("updated_at"), total=Count("id")).values()
    if versions.database_is_away() or not total:
        return Provenance(DATA_NAME, Tier.EMPTY, "none", note="No finding has been published yet.")
    note = "Written and reviewed by people; each finding names its own sources."
    return Provenance(DATA_NAME, Tier.REAL, "curated", retrieved_at=last, note=note)
