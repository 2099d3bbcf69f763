"""Who sees and changes which finding in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from insights import workflow
from insights.models import ResearchInsight, Status
from insights.models.insight import PUBLIC

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class Access(Base):
    """Rows and permissions of an account."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResearchInsight]:
        """Findings that the account may see; what others have not submitted does not exist for it."""
        rows: QuerySet[ResearchInsight] = super().get_queryset(request)
        if self._is_list(request):
            rows = rows.defer("description", "description_html", "search_text")
        user: Any = request.user
        if user.is_superuser:
            return rows
        seen = Q(status__in=PUBLIC) | Q(author=user)
        if workflow.has(user, "publish_researchinsight"):
            seen |= Q(status=Status.REVIEW)
        return rows.filter(seen)

    def _is_list(self, request: HttpRequest) -> bool:
        matched = request.resolver_match
        return matched is not None and matched.url_name == "insights_researchinsight_changelist"

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The finding; locked while a form about it is saved, so that the second of two editors is told."""
        if request.method == "POST" and object_id.isdigit():
            ResearchInsight.objects.select_for_update().filter(pk=int(object_id)).only("pk").first()
        return super().get_object(request, object_id, from_field)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """See workflow.can_edit."""
        user: Any = request.user
        may = bool(super().has_change_permission(request, obj))
        return may if obj is None else may and workflow.can_edit(user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Authors delete their drafts; what was published is retracted, not deleted."""
        user: Any = request.user
        if not super().has_delete_permission(request, obj):
            return False
        if user.is_superuser:
            return True
        return obj is not None and obj.status == Status.DRAFT and workflow.is_own(user, obj)
