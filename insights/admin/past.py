"""Earlier states of a finding: to look at, not to bring back."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from simple_history.admin import SimpleHistoryAdmin

from insights import workflow
from insights.admin.access import PK
from insights.models import Tag

_FIELDS: Final = (
    *(
        "title",
        "slug",
        "project",
        "category",
        "summary",
        "description",
        "confidence",
        "observed_on",
        "byline",
    ),
    "retraction_reason",
)


class Past(SimpleHistoryAdmin):  # type: ignore[misc]  # the library has no types
    """The library's history, held to who may see what: each earlier state as if the finding still stood there.

    What somebody wrote before submitting stays theirs after the publication, and what a reviewer read before it stays
    with the reviewers.
    """

    history_list_display = ("status",)
    object_history_template: Any = "admin/insights/researchinsight/object_history.html"
    object_history_list_template = "admin/insights/researchinsight/history_list.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Only of what the account may see: the library would show the history of every finding."""
        if self.seen(request, object_id) is None:
            raise Http404("no such finding")
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def get_history_queryset(
        self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any
    ) -> QuerySet[Any]:
        """States that the account may see; differences are between those."""
        states: QuerySet[Any] = super().get_history_queryset(request, history_manager, pk_name, object_id)
        user: Any = request.user
        return states.filter(workflow.visible_to(user))

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """An earlier state, as text. The library would show a form, and save what is posted to it past review."""
        insight, user = self.seen(request, object_id), request.user
        states = insight.history.filter(workflow.visible_to(user)) if insight is not None else None
        found = states.filter(pk=int(version_id)) if states is not None and PK.fullmatch(version_id) else None
        record = found.select_related("history_user").first() if found is not None else None
        if record is None:
            raise Http404("no such state")
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"An earlier state of “{insight}”",
            "opts": self.opts,
            "insight": insight,
            "record": record,
            "fields": _shown(record),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/insights/researchinsight/state.html", context)


def _shown(record: Any) -> list[tuple[str, str]]:
    """What a state holds, under the names of the form; what is empty is left out."""
    shown = [("Status", record.get_status_display())]
    for name in _FIELDS:
        display = getattr(record, f"get_{name}_display", None)
        value = display() if display else getattr(record, name)
        shown.append((str(record._meta.get_field(name).verbose_name).capitalize(), value or ""))
    tags = Tag.objects.filter(pk__in=[one.tag_id for one in record.tags.all()])
    shown += [("Tags", ", ".join(tag.name for tag in tags)), ("Shown on", ", ".join(record.pages))]
    return [(label, str(value)) for label, value in shown if value]
