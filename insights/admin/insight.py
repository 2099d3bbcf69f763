"""The admin of the findings: stock Django, with the way to the public in steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import BaseModelFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm
from simple_history.admin import SimpleHistoryAdmin

from deepspace.pages.context import public_context
from insights import services, workflow
from insights.admin.forms import DataReferenceForm, InsightForm, ReferenceForm
from insights.admin.steps import confirm
from insights.admin.transfer import FORMATS, BoundedImportForm, InsightResource
from insights.models import DataReference, Reference, ResearchInsight, Status, Tag
from insights.models.insight import PUBLIC
from insights.records import note
from insights.revisions import revisions
from insights.views import detail_response
from insights.workflow import STEPS

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    BaseAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline


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


@admin.register(Tag)
class TagAdmin(BaseAdmin):
    """Keywords."""

    list_display = ("name", "slug")
    search_fields = ("name",)

    class Media:
        css = {"all": ("deepspace/admin.css",)}


@admin.register(ResearchInsight)
class InsightAdmin(ImportExportMixin, SimpleHistoryAdmin, BaseAdmin):  # type: ignore[misc]  # neither library has types
    """Findings: curators write and submit, reviewers publish and retract."""

    form = InsightForm
    inlines = (ReferenceInline, DataReferenceInline)
    list_display = ("title", "status", "project", "category", "author", "reviewer", "published", "updated")
    list_filter = ("status", "project", "category", "confidence", ("tags", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("author", "reviewer")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("title", "slug", "search_text")
    search_help_text = "words of title, summary or description"
    date_hierarchy = "published_at"
    ordering = ("-updated_at",)
    autocomplete_fields = ("tags",)
    readonly_fields = ("status_line",)
    actions = ("submit_selected", "publish_selected", "retract_selected")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "status_line",
                    "title",
                    "slug",
                    ("project", "category"),
                    "summary",
                    "description",
                    "tags",
                )
            },
        ),
        ("Standing", {"fields": (("confidence", "observed_on"), "byline", "pages", "seen_version")}),
    )
    history_list_display = ("status",)
    change_form_template = "admin/insights/researchinsight/change_form.html"
    object_history_list_template = "admin/insights/researchinsight/history_list.html"
    resource_classes = (InsightResource,)
    import_form_class = BoundedImportForm
    export_form_class = ExportForm

    class Media:
        css = {"all": ("deepspace/admin.css",)}

    # --- who sees and changes what -----------------------------------------------------------------------------

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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The address of what is public is fixed."""
        fixed = ("slug",) if obj is not None and obj.is_public else ()
        return (*self.readonly_fields, *fixed)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The slug of a new finding; not as an attribute, which the library's history view takes for every form."""
        return {} if obj is not None else {"slug": ("title",)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A form that cannot be sent needs no version."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        (_, first), (name, second) = self.fieldsets
        return (
            (None, first),
            (name, {"fields": tuple(one for one in second["fields"] if one != "seen_version")}),
        )

    @admin.display(description="published", ordering="published_at")
    def published(self, insight: ResearchInsight) -> str:
        """The day is enough in a list."""
        return f"{insight.published_at:%Y-%m-%d}" if insight.published_at else ""

    @admin.display(description="changed", ordering="updated_at")
    def updated(self, insight: ResearchInsight) -> str:
        """The day is enough in a list."""
        return f"{insight.updated_at:%Y-%m-%d}"

    @admin.display(description="Status")
    def status_line(self, insight: ResearchInsight) -> SafeString | str:
        """Where it stands."""
        if insight._state.adding:  # noqa: SLF001 (Django documents it)
            return "Draft"
        reason = f": {insight.retraction_reason}" if insight.is_retracted else ""
        who = f", written by {insight.author_name}"
        by = f", published by {insight.reviewer_name}" if insight.reviewer_name else ""
        return format_html("<strong>{}</strong>{}{}{}", insight.get_status_display(), reason, who, by)

    # --- saving --------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's signature)
        """Whoever makes it is the author."""
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        """Changed references are a change of the finding: a line in its history, a new version for others."""
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            note(form.instance, "Its references were changed", request.user)
            form.instance.save()

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: BaseModelFormSet[Any, Any],
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        """Pin data references that are new, point elsewhere, or are to be pinned again."""
        rows = formset.save(commit=False)
        again = (
            {one.instance.pk for one in formset.forms if one.cleaned_data.get("pin_again")}
            if formset.model is DataReference
            else set()
        )
        for row in rows:
            if isinstance(row, DataReference) and _needs_pin(row):
                workflow.pin(row)
            row.save()
        for pk in again - {None}:
            row = DataReference.objects.filter(pk=pk).first()
            if row is not None:
                workflow.pin(row)
                row.save()
        for gone in formset.deleted_objects:
            gone.delete()
        formset.save_m2m()

    # --- steps and preview ---------------------------------------------------------------------------------------

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

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With the steps that are open to this account."""
        pk = unquote(object_id)
        insight = self.get_queryset(request).filter(pk=int(pk)).first() if pk.isdigit() else None
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

    # --- import and export ---------------------------------------------------------------------------------------

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


def _needs_pin(row: DataReference) -> bool:
    before = DataReference.objects.filter(pk=row.pk).first() if row.pk else None
    return before is None or before.what != row.what or not row.rows_sha256
