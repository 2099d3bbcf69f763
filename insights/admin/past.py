"""Earlier states of a finding: to look at, not to bring back."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin


class Past(SimpleHistoryAdmin):  # type: ignore[misc]  # the library has no types
    """The library's history, held to who may see what."""

    history_list_display = ("status",)
    object_history_list_template = "admin/insights/researchinsight/history_list.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Only of what the account may see: the library would show the history of every finding."""
        self._seen_or_404(request, object_id)
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """An earlier state to look at. The library would save it when it is posted to, whoever asks, past review."""
        self._seen_or_404(request, object_id)
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return response

    def _seen_or_404(self, request: HttpRequest, object_id: str) -> None:
        pk = unquote(object_id)
        if not pk.isdigit() or not self.get_queryset(request).filter(pk=int(pk)).exists():
            raise Http404("no such finding")
