"""What a finding rests on: literature, and data of this platform."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from insights.models.insight import ResearchInsight
from insights.validators import ADDRESS, ARXIV, DOI, no_control_characters, one_line


class Reference(models.Model):
    """Publications and pages that a finding names."""

    is_curated = True

    class Kind(models.TextChoices):
        """How it is named."""

        DOI = "doi", "DOI"
        ARXIV = "arxiv", "arXiv"
        URL = "url", "Address"

    insight = models.ForeignKey(
        ResearchInsight, on_delete=models.CASCADE, related_name="references", help_text="The finding."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in the list.")
    kind = models.CharField(max_length=5, choices=Kind.choices, help_text="How it is named.")
    identifier = models.CharField(
        max_length=300,
        validators=[no_control_characters, one_line],
        help_text="10.1126/science.1241681, 2105.04000 or https://…",
    )
    title = models.CharField(
        max_length=300,
        validators=[no_control_characters, one_line],
        help_text="Authors, year, title, journal.",
    )

    class Meta:
        db_table = "research_insight_references"
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["insight", "kind", "identifier"], name="research_insight_reference_key"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """An identifier of the kind that is said."""
        patterns = {"doi": DOI, "arxiv": ARXIV, "url": ADDRESS}
        if self.kind in patterns and not patterns[self.kind].fullmatch(self.identifier):
            raise ValidationError({"identifier": f"This cannot be read as: {self.get_kind_display()}."})

    @property
    def url(self) -> str:
        """Where it can be read; always http or https."""
        if self.kind == self.Kind.DOI:
            return f"https://doi.org/{self.identifier}"
        if self.kind == self.Kind.ARXIV:
            return f"https://arxiv.org/abs/{self.identifier}"
        return self.identifier if ADDRESS.fullmatch(self.identifier) else ""


class DataReference(models.Model):
    """Windows of data products that a finding rests on, pinned to the rows that were stored when it was written."""

    is_curated = True

    insight = models.ForeignKey(
        ResearchInsight, on_delete=models.CASCADE, related_name="data_references", help_text="The finding."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in the list.")
    product = models.CharField(max_length=64, help_text="Product key, e.g. voyager.magnetic_field_48s.")
    window_start = models.DateTimeField(
        help_text="Start (UTC); rows of this very instant are not part of it."
    )
    window_end = models.DateTimeField(help_text="End (UTC), inclusive.")
    plot = models.CharField(max_length=64, blank=True, help_text="Plot that shows the window; empty: none.")
    parameters = models.JSONField(
        default=dict, blank=True, help_text="Further parameters of the plot; the window is added."
    )
    caption = models.CharField(
        max_length=300, blank=True, validators=[no_control_characters, one_line], help_text="What to look at."
    )
    rows_sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Of the canonical rows in the window when it was pinned; empty: there were none.",
    )
    rows_pinned = models.PositiveIntegerField(
        default=0, editable=False, help_text="Rows in the window when it was pinned."
    )
    ingestion_id = models.PositiveBigIntegerField(
        null=True, editable=False, help_text="Newest log row that had changed the product when it was pinned."
    )
    pinned_at = models.DateTimeField(null=True, editable=False, help_text="UTC.")

    class Meta:
        db_table = "research_insight_data"
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["insight", "product", "window_start", "window_end", "plot"],
                name="research_insight_data_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.window_start:%Y-%m-%d} to {self.window_end:%Y-%m-%d}"

    def clean(self) -> None:
        """Product, window and plot must exist and belong together."""
        from insights.windows import check

        check(self)

    @property
    def what(self) -> tuple[Any, ...]:
        """What the pin is of: another product or window needs another pin."""
        return (self.product, self.window_start, self.window_end)
