"""Forms of the curators: what cannot be said in the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from deepspace.ingestion import registry
from deepspace.plotting import registry as plots
from insights.admin.transfer.widgets import page_choices
from insights.models import DataReference, Reference, ResearchInsight
from insights.models.insight import PUBLIC

if TYPE_CHECKING:
    InsightFormBase = forms.ModelForm[ResearchInsight]
    DataFormBase = forms.ModelForm[DataReference]
    ReferenceFormBase = forms.ModelForm[Reference]
else:
    InsightFormBase = DataFormBase = ReferenceFormBase = forms.ModelForm


class InsightForm(InsightFormBase):
    """The finding; refuses to write over what somebody else has saved meanwhile."""

    pages = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Shown on",
        help_text="Pages that show it as a card; none ticked: those that show the products of its data references.",
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ResearchInsight
        fields = (
            *("title", "slug", "project", "category", "summary", "description", "tags"),
            *("confidence", "observed_on", "byline", "pages"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "pages" in self.fields:
            self.fields["pages"].choices = page_choices()  # type: ignore[attr-defined]
        if "seen_version" in self.fields:
            self.fields["seen_version"].initial = self.instance.version

    def clean_slug(self) -> str:
        """A published address is cited: it stays."""
        slug = str(self.cleaned_data["slug"])
        if self.instance.pk and self.instance.status in PUBLIC and slug != self.initial.get("slug"):
            raise ValidationError("The address of a published finding is fixed: readers have cited it.")
        return slug

    def clean(self) -> dict[str, Any]:
        """The second of two editors is told; they save in turns (insights.admin.turns), so that there is a second."""
        cleaned = super().clean() or {}
        if self.instance.pk and cleaned.get("seen_version") != self.instance.version:
            last = self.instance.history.select_related("history_user").first()
            who = last.history_user.get_username() if last and last.history_user else "Somebody else"
            at = f" at {last.history_date:%Y-%m-%d %H:%M:%S} UTC" if last else ""
            raise ValidationError(
                f"{who} changed this finding{at}, while you were editing. Nothing was saved; your text is still in the"
                " fields below. Open the finding in another window, and bring the two together there.",
                code="conflict",
            )
        return cleaned


class ReferenceForm(ReferenceFormBase):
    """A publication."""

    class Meta:
        model = Reference
        fields = ("position", "kind", "identifier", "title")


class DataReferenceForm(DataFormBase):
    """A window of a product, chosen from what there is."""

    product = forms.ChoiceField()
    plot = forms.ChoiceField(required=False)
    parameters = forms.JSONField(
        required=False, help_text='Beside the window, such as {"freq_min": 1000}.', widget=forms.TextInput
    )
    pin_again = forms.BooleanField(
        required=False,
        label="Pin again",
        help_text="Take the rows that are stored now as those behind the finding.",
    )

    class Meta:
        model = DataReference
        fields = ("position", "product", "window_start", "window_end", "plot", "parameters", "caption")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, said in (("window_start", "Window start"), ("window_end", "Window end")):
            parts = getattr(self.fields[name].widget, "widgets", ()) if name in self.fields else ()
            for widget, part in zip(parts, ("date", "time"), strict=False):
                widget.attrs["aria-label"] = f"{said}, {part} (UTC)"
        products = [(one.key, f"{one.key}: {one.title}") for one in registry.products()]
        drawn = [(one.name, one.name) for one in plots.plots() if one.products]
        choices: dict[str, list[tuple[str, str]]] = {"product": products, "plot": drawn}
        for name, known in choices.items():
            if name in self.fields:
                own = getattr(self.instance, name)
                gone = [(own, f"{own} (no longer here)")] if own and own not in dict(known) else []
                self.fields[name].choices = [("", "---------"), *gone, *known]  # type: ignore[attr-defined]

    def clean_parameters(self) -> dict[str, Any]:
        """An empty field is an empty object."""
        return self.cleaned_data.get("parameters") or {}
