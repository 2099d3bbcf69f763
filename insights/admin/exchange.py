"""The pages of import and export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from insights.admin.transfer import FORMATS, BoundedImportForm, InsightResource


class Exchange(ImportExportMixin):  # type: ignore[misc]  # the library has no types
    """The library's two steps of an import, and its export."""

    resource_classes = (InsightResource,)
    import_form_class = BoundedImportForm
    export_form_class = ExportForm

    def get_import_formats(self) -> Sequence[Any]:
        """CSV and JSON."""
        return FORMATS

    def get_export_formats(self) -> Sequence[Any]:
        """CSV and JSON."""
        return FORMATS

    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Bring in what was looked at; the file waits a day for that. A name that was never given out is no file."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        name = form.cleaned_data["import_file_name"] if form.is_valid() else ""
        if name and self.get_tmp_storage_class()(name=name).read() is None:
            self.message_user(request, "The file is no longer here: choose it again.", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:insights_researchinsight_import"))
        response: HttpResponse = super().process_import(request, **options)
        return response

    def get_import_resource_kwargs(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        """Who imports."""
        return {**super().get_import_resource_kwargs(request, **options), "user": request.user}

    def get_export_queryset(self, request: HttpRequest) -> Any:
        """All of it, with what a row needs."""
        return (
            super()
            .get_export_queryset(request)
            .select_related("author")
            .prefetch_related("tags", "references", "data_references")
        )
