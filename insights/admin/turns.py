"""Whoever saves or deletes does so while nobody else writes: checks made in between then hold until the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from insights.models import ContentVersion

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class Turns(Base):
    """Django locks nothing between looking at a row, checking a form and saving it: two would overwrite each other."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One form after the other."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            ContentVersion.take_turn()
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Nothing is published while it is being deleted."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with transaction.atomic():
            ContentVersion.take_turn()
            return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """As above, for several."""
        with transaction.atomic():
            ContentVersion.take_turn()
            super().delete_queryset(request, queryset)
