"""The admin of the findings: stock Django, with the way to the public in steps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insights.admin.exchange import Exchange
from insights.admin.forms import InsightForm
from insights.admin.inlines import DataReferenceInline, ReferenceInline
from insights.admin.past import Past
from insights.admin.saving import Saving
from insights.admin.tag import tags_for
from insights.admin.ways import Ways
from insights.models import ResearchInsight


@admin.register(ResearchInsight)
class InsightAdmin(Ways, Saving, Exchange, Past):
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
    change_form_template = "admin/insights/researchinsight/change_form.html"

    class Media:
        css = {"all": ("deepspace/admin.css",)}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only keywords that the account may know: an id that is sent by hand shows no other."""
        return super().formfield_for_manytomany(db_field, request, queryset=tags_for(request.user), **options)

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

    def view_on_site(self, obj: ResearchInsight) -> str | None:
        """The public page, where there is one."""
        return obj.get_absolute_url() if obj.is_public else None

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
