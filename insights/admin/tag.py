"""The admin of the keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from insights import workflow
from insights.admin.turns import Turns
from insights.models import Tag

if TYPE_CHECKING:
    TagFormBase = forms.ModelForm[Tag]
    BaseAdmin = admin.ModelAdmin[Any]
else:
    TagFormBase = forms.ModelForm
    BaseAdmin = admin.ModelAdmin


def tags_for(user: Any) -> QuerySet[Tag]:
    """Keywords that an account may know: of findings that it sees, and those that it made itself.

    The others tell what somebody is writing about.
    """
    if user.is_superuser:
        return Tag.objects.all()
    made = LogEntry.objects.filter(
        user=user.pk, content_type=ContentType.objects.get_for_model(Tag), action_flag=ADDITION
    )
    own = [int(one) for one in made.values_list("object_id", flat=True) if one]
    of_findings = Tag.objects.filter(workflow.visible_to(user, "insights__")).values("pk")
    return Tag.objects.filter(Q(pk__in=of_findings) | Q(pk__in=own))


class TagForm(TagFormBase):
    """A keyword. One that exists already, unknown to this account, is given to it as if it had made it."""

    known: QuerySet[Tag]  # set by the admin

    class Meta:
        model = Tag
        fields = ("name",)

    def clean(self) -> dict[str, Any]:
        """Two findings share one keyword, also where neither author may know of the other's."""
        cleaned = super().clean() or {}
        same = Tag.objects.filter(slug=Tag.slug_of(cleaned.get("name", ""))).first()
        is_new = self.instance._state.adding  # noqa: SLF001 (Django documents it)
        if is_new and same is not None and not self.known.filter(pk=same.pk).exists():
            self.instance, cleaned["name"] = same, same.name
        return cleaned


@admin.register(Tag)
class TagAdmin(Turns, BaseAdmin):
    """Keywords."""

    form = TagForm
    list_display = ("name", "slug")
    search_fields = ("name",)

    class Media:
        css = {"all": ("deepspace/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        """What the account may know; autocomplete looks here too."""
        known = tags_for(request.user)
        return super().get_queryset(request).filter(pk__in=known.values("pk"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        """Who writes decides which keywords are known."""
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"known": tags_for(request.user)})
