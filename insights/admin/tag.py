"""The admin of the keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from insights.models import Tag

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
else:
    BaseAdmin = admin.ModelAdmin


@admin.register(Tag)
class TagAdmin(BaseAdmin):
    """Keywords."""

    list_display = ("name", "slug")
    search_fields = ("name",)

    class Media:
        css = {"all": ("deepspace/admin.css",)}
