"""What a finding rests on, edited below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from insights import services, workflow
from insights.admin.forms import DataReferenceForm, ReferenceForm
from insights.models import DataReference, Reference, ResearchInsight

if TYPE_CHECKING:
    StackedInline = admin.StackedInline[Any, Any]
else:
    StackedInline = admin.StackedInline


class Follows:
    """Rows below a finding may be changed by whoever may change the finding."""

    def _may(self, request: HttpRequest, insight: ResearchInsight | None) -> bool:
        user: Any = request.user
        if insight is None:
            return workflow.has(user, "add_researchinsight")
        return workflow.can_edit(user, insight)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the finding sees what it rests on."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """See the class."""
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """See the class."""
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """See the class."""
        return self._may(request, obj)


class ReferenceInline(Follows, StackedInline):
    """Publications."""

    model = Reference
    form = ReferenceForm
    extra = 0
    fields = (("position", "kind", "identifier"), "title")
    verbose_name_plural = "references"


class DataReferenceInline(Follows, StackedInline):
    """Windows of data."""

    model = DataReference
    form = DataReferenceForm
    extra = 0
    verbose_name_plural = "data references"
    fields = (
        "position",
        "product",
        "window_start",
        "window_end",
        "plot",
        "parameters",
        "caption",
        "pinned",
        "pin_again",
    )
    readonly_fields = ("pinned",)

    @admin.display(description="Pinned")
    def pinned(self, one: DataReference) -> str:
        """What the pin holds, and whether the rows are still those."""
        if one.pinned_at is None:
            return "when it is saved"
        state = services.evidence_of(one, with_panel=False).state.value
        return f"{one.rows_pinned} rows on {one.pinned_at:%Y-%m-%d %H:%M} UTC: {state}"
