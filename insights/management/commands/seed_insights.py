"""Publish the starter findings."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand

from insights.seeds import plant


class Command(BaseCommand):
    """``manage.py seed_insights``: exit 0; 1 when an entry of the file is wrong."""

    help = "Publish the starter findings. Run again it makes what is missing, pins late data, and changes no text."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Command line: no options of its own."""

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the command."""
        counts = {"made": 0, "kept": 0, "pinned": 0}
        try:
            for one in plant():
                counts[one.what] += 1
                for line in (f"{one.what} {one.slug}", *(f"  {note}" for note in one.notes)):
                    if options["verbosity"] > 0:
                        self.stdout.write(line)
        except ValidationError as error:
            self.stderr.write(f"insights/data/seeds.toml: {'; '.join(error.messages)}")
            raise SystemExit(1) from error
        self.stdout.write(f"{counts['made']} made, {counts['kept']} kept, {counts['pinned']} pinned late")
