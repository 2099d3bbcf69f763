"""The way to the public in the admin: pages that ask, actions on several findings, and the preview."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from deepspace.pages.context import public_context
from insights import services, workflow
from insights.admin.access import Access
from insights.admin.steps import confirm
from insights.models import ResearchInsight
from insights.revisions import revisions
from insights.views import detail_response
from insights.workflow import STEPS


class Ways(Access):
    """Steps and preview of a finding."""

    def get_urls(self) -> list[URLPattern]:
        """A page that asks for each step, and the preview."""
        wrap = self.admin_site.admin_view
        steps = [
            path(
                f"<int:pk>/{name}/",
                wrap(partial(self.step_view, name=name)),
                name=f"insights_researchinsight_{name}",
            )
            for name in STEPS
        ]
        preview = path("<int:pk>/preview/", wrap(self.preview_view), name="insights_researchinsight_preview")
        return [*steps, preview, *super().get_urls()]

    def step_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask, then do."""
        if not workflow.has(request.user, STEPS[name].permission):
            raise PermissionDenied
        insight = self.get_queryset(request).filter(pk=pk).first()
        if insight is None:
            raise Http404("no such finding")
        return confirm(self, request, STEPS[name], [insight])

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The finding as the public will see it; for those who may see it here, 404 for all others."""
        user: Any = request.user
        insight = (
            ResearchInsight.objects.select_related("author", "reviewer")
            .prefetch_related("tags", "references", "data_references")
            .filter(pk=pk)
            .first()
        )
        if (
            insight is None
            or not self.has_view_permission(request, insight)
            or not workflow.can_see(user, insight)
        ):
            raise Http404("no such finding")
        evidence = [services.evidence_of(one) for one in insight.data_references.all()]
        found = services.PublicInsight(insight, evidence, revisions(insight))
        extra = {**public_context(insight.get_absolute_url()), "is_preview": not insight.is_public}
        del extra["meta"]
        return detail_response(request, found, extra)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With the steps that are open to this account."""
        insight = self.seen(request, object_id)
        user: Any = request.user
        steps = [one for one in STEPS.values() if insight is not None and one.is_open(user, insight)]
        context = {
            "steps": steps,
            "is_public": insight is not None and insight.is_public,
            **(extra_context or {}),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def get_actions(self, request: HttpRequest) -> Any:
        """Steps that the account may take; several findings are deleted by superusers only."""
        actions = super().get_actions(request)
        user: Any = request.user
        for name in ("submit", "publish", "retract"):
            if not workflow.has(user, STEPS[name].permission):
                actions.pop(f"{name}_selected", None)
        if not user.is_superuser:
            actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Submit for review")
    def submit_selected(self, request: HttpRequest, rows: QuerySet[ResearchInsight]) -> HttpResponse:
        """Ask first."""
        return self._several(request, "submit", rows)

    @admin.action(description="Publish")
    def publish_selected(self, request: HttpRequest, rows: QuerySet[ResearchInsight]) -> HttpResponse:
        """Ask first."""
        return self._several(request, "publish", rows)

    @admin.action(description="Retract")
    def retract_selected(self, request: HttpRequest, rows: QuerySet[ResearchInsight]) -> HttpResponse:
        """Ask first."""
        return self._several(request, "retract", rows)

    def _several(self, request: HttpRequest, name: str, rows: QuerySet[ResearchInsight]) -> HttpResponse:
        return confirm(self, request, STEPS[name], list(rows), action=f"{name}_selected")
