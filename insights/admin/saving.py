"""What saving the form does beside saving: the author, the pins, a line in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.forms import BaseModelFormSet
from django.http import HttpRequest

from insights import workflow
from insights.models import DataReference
from insights.records import REFERENCES_CHANGED, note

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class Saving(Base):
    """Save a finding with what it rests on."""

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
            note(form.instance, REFERENCES_CHANGED, request.user)
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


def _needs_pin(row: DataReference) -> bool:
    before = DataReference.objects.filter(pk=row.pk).first() if row.pk else None
    return before is None or before.what != row.what or not row.rows_sha256
