"""One number that says whether anything curated has changed."""

from __future__ import annotations

from django.db import models, transaction


class ContentVersion(models.Model):
    """A single row, counted up in the transaction of every change: caches and ETags of public pages stand on it.

    The row's lock makes writers take turns, so that a change that is committed later also has the larger number.
    Whoever writes takes it before any other row (:meth:`take_turn`): two writers then wait for each other in one
    place only, and neither can stop the other in a circle.
    """

    value = models.PositiveBigIntegerField(default=0, help_text="Changes so far.")

    class Meta:
        db_table = "research_insights_version"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def take_turn(cls) -> None:
        """Wait until nobody else is changing anything curated. First thing in the transaction of a change.

        SQLite has no such lock and needs none: its transactions begin with the only writer's lock there is.
        """
        held = cls.objects.select_for_update().filter(pk=1).values_list("value", flat=True)
        if not list(held):
            cls.objects.get_or_create(pk=1)

    @classmethod
    def advance(cls) -> None:
        """Count one more change; readers of this process look again once it is committed."""
        from deepspace import versions

        if not cls.objects.filter(pk=1).update(value=models.F("value") + 1):
            cls.objects.get_or_create(pk=1, defaults={"value": 1})
        transaction.on_commit(versions.forget)
