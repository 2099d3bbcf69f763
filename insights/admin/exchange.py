"""The pages of import and export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from insights.admin.transfer import FORMATS, BoundedImportForm, InsightResource, LookedAtForm, looked_at
from insights.admin.transfer.preview import preview, with_cells
from insights.models import ContentVersion

_SAID: Final = 5  # reasons on one page


class Exchange(ImportExportMixin):  # type: ignore[misc]  # the library has no types
    """The library's two steps of an import, and its export."""

    resource_classes = (InsightResource,)
    import_form_class = BoundedImportForm
    confirm_form_class = LookedAtForm
    import_template_name = "admin/insights/researchinsight/import.html"
    export_form_class = ExportForm

    def get_import_formats(self) -> Sequence[Any]:
        """CSV and JSON."""
        return FORMATS

    def get_export_formats(self) -> Sequence[Any]:
        """CSV and JSON."""
        return FORMATS

    def import_action(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """The dry run. Its answer holds what was looked at, so that nothing else is changed by confirming it."""
        response: Any = super().import_action(request, **options)
        context = response.context_data
        result = context.get("result")
        if result is not None:
            with_cells(result)
        if "confirm_form" in context:
            form, context["preview"] = context["confirm_form"], preview(result)
            looked = looked_at(result, form.initial["import_file_name"], request.user.pk or 0)
            form.initial["looked"] = looked.signed()
            context["public_rows"] = [
                row.original for row in result.rows if row.is_update() and row.original.is_public
            ]
        answer: HttpResponse = response
        return answer

    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Bring in what was looked at, all of it or nothing; the file waits a day for that."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        if not form.is_valid() or form.cleaned_data["looked"].account != request.user.pk:
            return self._again(request, "Choose the file again: this is not what was looked at.")
        with transaction.atomic():
            ContentVersion.take_turn()  # before the file is read: a second click finds it gone
            if self.get_tmp_storage_class()(name=form.cleaned_data["import_file_name"]).read() is None:
                return self._again(request, "The file is no longer here: choose it again.")
            response: HttpResponse = super().process_import(request, **options)
        return response

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say what came in, or why nothing did."""
        if not result.has_errors() and not result.has_validation_errors():
            response: HttpResponse = super().process_result(result, request)
            return response
        said = [f"Row {row.number}: {'; '.join(row.error.messages)}" for row in result.invalid_rows]
        said += [str(one.error) for one in result.base_errors]
        said += [f"Row {number}: {one.error}" for number, errors in result.row_errors() for one in errors]
        more = [f"… and {len(said) - _SAID} more."] if len(said) > _SAID else []
        return self._again(request, " ".join(["Nothing was imported.", *said[:_SAID], *more]))

    def _again(self, request: HttpRequest, said: str) -> HttpResponse:
        self.message_user(request, said, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:insights_researchinsight_import"))

    def get_import_resource_kwargs(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        """Who imports, and in the second step: what was looked at and agreed to."""
        form = options.get("form")
        agreed = (
            {"looked": form.cleaned_data["looked"], "public_too": form.cleaned_data["public_too"]}
            if isinstance(form, LookedAtForm)
            else {}
        )
        return {**super().get_import_resource_kwargs(request, **options), "user": request.user, **agreed}

    def get_import_data_kwargs(self, **options: Any) -> dict[str, Any]:
        """One row that is refused refuses all."""
        return {**super().get_import_data_kwargs(**options), "rollback_on_validation_errors": True}

    def get_export_queryset(self, request: HttpRequest) -> Any:
        """All of it, with what a row needs."""
        return (
            super()
            .get_export_queryset(request)
            .select_related("author")
            .prefetch_related("tags", "references", "data_references")
        )
