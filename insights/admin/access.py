"""Who sees and changes which finding in the admin."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest

from insights import workflow
from insights.admin.turns import Turns
from insights.models import ResearchInsight, Status

PK: Final = re.compile("[0-9]{1,18}")


class Access(Turns):
    """Rows and permissions of an account."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResearchInsight]:
        """Findings that the account may see; what others have not submitted does not exist for it."""
        rows: QuerySet[ResearchInsight] = super().get_queryset(request)
        if self._is_list(request):
            rows = rows.defer("description", "description_html", "search_text")
        user: Any = request.user
        return rows.filter(workflow.visible_to(user))

    def seen(self, request: HttpRequest, object_id: str) -> ResearchInsight | None:
        """The finding of an address, where there is one that the account may see."""
        pk = unquote(object_id)
        if not PK.fullmatch(pk) or not self.has_view_permission(request):
            return None
        return self.get_queryset(request).filter(pk=int(pk)).first()

    def _is_list(self, request: HttpRequest) -> bool:
        matched = request.resolver_match
        return matched is not None and matched.url_name == "insights_researchinsight_changelist"

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
