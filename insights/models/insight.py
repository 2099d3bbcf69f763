"""The finding itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.utils.text import slugify
from simple_history.models import HistoricalRecords

from insights.constants import DESCRIPTION_CHARS, SLUG_CHARS, SUMMARY_CHARS, TAG_CHARS, TITLE_CHARS
from insights.models.content import ContentVersion
from insights.rendering import render
from insights.validators import no_control_characters, one_line, tag_name


class Project(models.TextChoices):
    """Which research domain a finding belongs to."""

    VOYAGER1 = "voyager1", "Voyager 1"
    ATLAS_3I = "atlas_3i", "3I/ATLAS"
    BLACKHOLE = "blackhole", "Black hole and bounce"
    SPACEINTEL = "spaceintel", "Space intelligence"
    CROSS_PROJECT = "cross_project", "Cross-project"


class Category(models.TextChoices):
    """What kind of statement it is."""

    OBSERVATION = "observation", "Observation"
    ANOMALY = "anomaly", "Anomaly"
    MILESTONE = "milestone", "Milestone"
    HYPOTHESIS = "hypothesis", "Hypothesis"


class Status(models.TextChoices):
    """Where it stands on its way to the public."""

    DRAFT = "draft", "Draft"
    REVIEW = "review", "In review"
    PUBLISHED = "published", "Published"
    RETRACTED = "retracted", "Retracted"


class Confidence(models.TextChoices):
    """How well it is established."""

    HIGH = "high", "High: confirmed independently, or true by definition"
    MEDIUM = "medium", "Medium: published and not contradicted"
    LOW = "low", "Low: a first report, or disputed"

    @property
    def word(self) -> str:
        """The first word alone."""
        return str(self.value)


PUBLIC = (Status.PUBLISHED, Status.RETRACTED)


class Tag(models.Model):
    """Keywords of the findings."""

    is_curated = True

    name = models.CharField(
        max_length=TAG_CHARS, help_text="As shown.", validators=[tag_name, no_control_characters]
    )
    slug = models.SlugField(max_length=TAG_CHARS, editable=False, help_text="In addresses.")

    class Meta:
        db_table = "research_insight_tags"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug"],
                name="research_insight_tag_slug",
                violation_error_message="There is such a tag already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Keep the slug in step with the name."""
        self.slug = self.slug_of(self.name)
        with transaction.atomic():
            ContentVersion.take_turn()
            super().save(*args, **options)

    def clean_fields(self, exclude: Any = None) -> None:
        """The slug is made before anything is compared; a name without one would share its address with others."""
        self.slug = self.slug_of(self.name)
        super().clean_fields(exclude={*(exclude or ()), "slug"})
        if not self.slug:
            raise ValidationError({"name": "A tag holds at least one letter from a to z, or a digit."})
        if "," in self.name:
            raise ValidationError({"name": "No commas: they stand between the tags of an imported file."})

    def validate_constraints(self, exclude: Any = None) -> None:
        """The slug is no field of the form, and must be unique all the same."""
        super().validate_constraints(exclude={name for name in exclude or () if name != "slug"})

    @staticmethod
    def slug_of(name: str) -> str:
        """What tells tags apart: two names with the same one are one tag."""
        return slugify(name)[:TAG_CHARS]


class ResearchInsight(models.Model):
    """Findings that people wrote: reviewed, published with their references, and tied to the data behind them.

    Written in the admin, not ingested: `source` is always `curated`, and `verify` does not look at it.
    """

    is_curated = True

    title = models.CharField(
        max_length=TITLE_CHARS,
        validators=[no_control_characters, one_line],
        help_text="The finding in a few words.",
    )
    slug = models.SlugField(
        max_length=SLUG_CHARS, help_text="Last part of its address; fixed once it is published."
    )
    project = models.CharField(max_length=16, choices=Project.choices, help_text="Research domain.")
    category = models.CharField(max_length=16, choices=Category.choices, help_text="Kind of statement.")
    summary = models.TextField(
        validators=[MaxLengthValidator(SUMMARY_CHARS), no_control_characters],
        help_text=f"One to three sentences, at most {SUMMARY_CHARS} characters.",
    )
    description = models.TextField(
        blank=True,
        validators=[MaxLengthValidator(DESCRIPTION_CHARS), no_control_characters],
        help_text="Markdown with tables, footnotes and $maths$. HTML is shown as text, pictures are left out.",
    )
    description_html = models.TextField(
        blank=True, editable=False, help_text="The description, rendered and sanitised on save."
    )
    tags: models.ManyToManyField[Tag, Any] = models.ManyToManyField(
        Tag, blank=True, related_name="insights", db_table="research_insight_tagged"
    )
    status = models.CharField(
        max_length=10,
        choices=Status.choices,
        default=Status.DRAFT,
        editable=False,
        help_text="Changed by the actions submit, publish and retract.",
    )
    retraction_reason = models.TextField(
        blank=True, editable=False, help_text="Why it was retracted, as readers see it."
    )
    confidence = models.CharField(
        max_length=8,
        choices=Confidence.choices,
        default=Confidence.MEDIUM,
        help_text="How well it is established.",
    )
    observed_on = models.DateField(
        null=True, blank=True, help_text="Day (UTC) of what it is about; empty: none in particular."
    )
    pages = models.JSONField(
        default=list, blank=True, help_text="Addresses of the pages that show it as a card."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="insights_written",
        help_text="Account that wrote it.",
    )
    byline = models.CharField(
        max_length=120,
        blank=True,
        validators=[no_control_characters, one_line],
        help_text="Author as readers see it; empty: the name of the account.",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="insights_reviewed",
        help_text="Account that published it.",
    )
    created_at = models.DateTimeField(auto_now_add=True, help_text="UTC.")
    updated_at = models.DateTimeField(auto_now=True, help_text="UTC.")
    published_at = models.DateTimeField(null=True, editable=False, help_text="First publication (UTC).")
    retracted_at = models.DateTimeField(null=True, editable=False, help_text="UTC.")
    version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Saves so far: tells an editor that somebody else was faster."
    )
    search_text = models.TextField(
        editable=False, help_text="Title, summary and description in one case, for the search."
    )
    source = models.CharField(max_length=32, default="curated", editable=False, help_text="Always curated.")

    history = HistoricalRecords(
        table_name="research_insights_history",
        excluded_fields=["description_html", "search_text", "version", "updated_at", "source"],
        m2m_fields=[tags],
        history_change_reason_field=models.CharField(max_length=200, null=True),
    )

    class Meta:
        db_table = "research_insights"
        verbose_name = "insight"
        ordering: ClassVar = ["-published_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug"],
                name="research_insights_slug",
                violation_error_message="An insight with this slug exists.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-published_at"], name="research_insights_public")
        ]
        permissions: ClassVar = [
            ("submit_researchinsight", "Can submit own insights for review"),
            ("publish_researchinsight", "Can publish insights of others, or send them back"),
            ("retract_researchinsight", "Can retract published insights"),
            ("import_researchinsight", "Can import insights as drafts"),
            ("export_researchinsight", "Can export insights"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **options: Any) -> None:
        """Render, prepare for the search, count the save."""
        self.description_html = render(self.description)
        self.search_text = f"{self.title}\n{self.summary}\n{self.description}".casefold()
        self.version += 1
        with transaction.atomic():
            ContentVersion.take_turn()
            super().save(*args, **options)

    def get_absolute_url(self) -> str:
        """Permalink."""
        return f"/insights/{self.slug}"

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it."""
        return self.status in PUBLIC

    @property
    def is_retracted(self) -> bool:
        """Whether it no longer holds."""
        return self.status == Status.RETRACTED

    @property
    def author_name(self) -> str:
        """Who wrote it, as readers see it."""
        if self.byline:
            return self.byline
        return (self.author.get_full_name() or self.author.get_username()) if self.author else "unknown"

    @property
    def reviewer_name(self) -> str:
        """Who published what somebody else wrote, as readers see it; a review by oneself is none."""
        if self.reviewer is None or self.reviewer_id == self.author_id:
            return ""
        return self.reviewer.get_full_name() or self.reviewer.get_username()
