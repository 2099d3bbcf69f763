"""Draft -> in review -> published -> retracted: who may do what, and what is done.

Nobody publishes what they wrote; a superuser may, because a site may have one person only. Nothing that is published
disappears: it is corrected in public, or retracted and stays readable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q

from insights import pinning
from insights.models import ContentVersion, DataReference, ResearchInsight, Status
from insights.models.insight import PUBLIC
from insights.records import note

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    Account = User | AnonymousUser


class Refused(Exception):
    """A step that this account may not take, or that the finding is not ready for; the text is for its user."""


def has(user: Account, codename: str) -> bool:
    """Whether an account has a permission of this app."""
    return user.has_perm(f"insights.{codename}")


def is_own(user: Account, insight: ResearchInsight) -> bool:
    """Whether the account wrote it."""
    return insight.author_id is not None and insight.author_id == user.pk


def can_see(user: Account, insight: ResearchInsight) -> bool:
    """Whether the account sees it in the admin: the public, its own, and for reviewers what was submitted."""
    if user.is_superuser or insight.is_public:
        return True
    return is_own(user, insight) or (insight.status == Status.REVIEW and has(user, "publish_researchinsight"))


def visible_to(user: Account, path: str = "") -> Q:
    """The condition of :func:`can_see`, for a query; ``path`` leads from its table to the finding (``insights__``)."""
    if user.is_superuser:
        return Q()
    seen = Q((f"{path}status__in", PUBLIC))
    if user.pk is not None:
        seen |= Q((f"{path}author", user.pk))
    if has(user, "publish_researchinsight"):
        seen |= Q((f"{path}status", Status.REVIEW))
    return seen


def can_edit(user: Account, insight: ResearchInsight) -> bool:
    """Whether the account may change its text now.

    An author changes a draft. What is in review or published is changed by a reviewer who did not write it: a text
    that somebody else has approved, or that readers cite, does not change behind their backs.
    """
    if user.is_superuser:
        return True
    if not has(user, "change_researchinsight"):
        return False
    if insight.status == Status.DRAFT:
        return is_own(user, insight)
    is_reviewer = has(user, "publish_researchinsight") and not is_own(user, insight)
    return is_reviewer and insight.status in {Status.REVIEW, Status.PUBLISHED}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way."""

    name: str  # in addresses
    verb: str  # on buttons
    done: str  # "… was submitted for review"
    permission: str
    origin: Status
    target: Status
    explains: str  # what will happen, on the page that asks
    needs_reason: bool = False

    def check(self, user: Account, insight: ResearchInsight) -> None:
        """Raise Refused when the account may not take the step, or the finding does not stand where it begins."""
        if not has(user, self.permission):
            raise Refused(f"You may not {self.verb.lower()}.")
        if insight.status != self.origin:
            raise Refused(
                f"“{insight.title}” is {insight.get_status_display().lower()}: "
                f"this step is for what is {self.origin.label.lower()}."
            )
        if user.is_superuser:
            return
        if self.name in {"submit", "withdraw"} and not is_own(user, insight):
            raise Refused(f"“{insight.title}” is not yours.")
        if self.name in {"publish", "return"} and is_own(user, insight):
            raise Refused(f"You wrote “{insight.title}”: somebody else reviews it.")

    def is_open(self, user: Account, insight: ResearchInsight) -> bool:
        """Whether the account may take the step now."""
        try:
            self.check(user, insight)
        except Refused:
            return False
        return True


STEPS: Final = {
    one.name: one
    for one in (
        Step(
            "submit",
            "Submit for review",
            "submitted for review",
            "submit_researchinsight",
            Status.DRAFT,
            Status.REVIEW,
            "A reviewer will see it, and you cannot change it until it is sent back.",
        ),
        Step(
            "withdraw",
            "Take back",
            "taken back as a draft",
            "submit_researchinsight",
            Status.REVIEW,
            Status.DRAFT,
            "It becomes a draft again, and you can change it.",
        ),
        Step(
            "return",
            "Send back",
            "sent back to its author",
            "publish_researchinsight",
            Status.REVIEW,
            Status.DRAFT,
            "It becomes a draft again, and its author can change it.",
        ),
        Step(
            "publish",
            "Publish",
            "published",
            "publish_researchinsight",
            Status.REVIEW,
            Status.PUBLISHED,
            "Everybody can read it, in the list, the feed and the API. Its address is fixed from then on.",
        ),
        Step(
            "retract",
            "Retract",
            "retracted",
            "retract_researchinsight",
            Status.PUBLISHED,
            Status.RETRACTED,
            "It stays at its address and says that it was retracted, and why. This cannot be undone here.",
            needs_reason=True,
        ),
    )
}


def take(
    step: Step, user: Account, pk: int, *, version: int | None = None, reason: str = ""
) -> ResearchInsight:
    """Take a step; nobody else writes meanwhile, so that two people cannot take it at once.

    Raises
    ------
    Refused
        It may not be taken, or the finding is not what the person looked at (``version``).
    """
    with transaction.atomic():
        ContentVersion.take_turn()
        insight = ResearchInsight.objects.get(pk=pk)
        if version is not None and insight.version != version:
            raise Refused(
                f"“{insight.title}” has been changed since you looked at it. Look again before you {step.verb.lower()}."
            )
        step.check(user, insight)
        if step.needs_reason and not reason.strip():
            raise Refused("Say why: readers see the reason.")
        _EFFECTS.get(step.name, _nothing)(insight, user, reason.strip())
        insight.status = step.target
        note(insight, step.done[:1].upper() + step.done[1:], user)
        insight.save()
    return insight


def _nothing(insight: ResearchInsight, user: Any, reason: str) -> None:
    """The state alone changes."""


def _publish(insight: ResearchInsight, user: Any, reason: str) -> None:
    insight.reviewer = user
    insight.published_at = insight.published_at or datetime.now(UTC)
    for one in insight.data_references.filter(rows_sha256=""):
        pin(one)
        one.save()


def _retract(insight: ResearchInsight, user: Any, reason: str) -> None:
    insight.retraction_reason, insight.retracted_at = reason, datetime.now(UTC)


_EFFECTS: Final[dict[str, Callable[[ResearchInsight, Any, str], None]]] = {
    "publish": _publish,
    "retract": _retract,
}


def pin(reference: DataReference) -> None:
    """Pin a data reference to the rows that are stored now (to be saved by the caller)."""
    from deepspace.fallback import standing

    found = pinning.compute(reference.product, reference.window_start, reference.window_end)
    reference.rows_sha256, reference.rows_pinned = found.sha256, found.rows
    reference.ingestion_id = standing(reference.product).data_version or None
    reference.pinned_at = datetime.now(UTC)
