"""Prove that every stored row came from the archived bytes it names."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deepspace.ingestion.product import Product
from deepspace.ingestion.registry import select
from deepspace.ingestion.verify import Report, verify
from deepspace.locks import LockBusy
from deepspace.management.progress import table


class Command(BaseCommand):
    """``manage.py verify``: exit 0 when nothing differs, 1 when something does, 2 on bad arguments."""

    help = "Re-derive every stored row from its archived payload and compare. Without a selection: every product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Command line."""
        parser.add_argument("selection", nargs="*", metavar="PRODUCT|APP", help="product keys or app labels")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the command."""
        try:
            chosen = select(options["selection"])
        except KeyError as error:
            raise CommandError(str(error.args[0]), returncode=2) from error
        try:
            reports = [self._verified(product, alone=len(chosen) == 1) for product in chosen]
        except LockBusy as error:
            raise CommandError(f"{error}: an ingest is running; try again when it has ended") from error
        self.stdout.write(
            table(("product", "rows", "re-derived", "differing", "unexplained", "missing"), _rows(reports))
        )
        for report in reports:
            for line in report.problems:
                self.stdout.write(f"{report.product}: {line}")
        differences = sum(report.differences for report in reports)
        self.stdout.write(
            f"verify: {sum(report.rederived for report in reports)} of {sum(report.rows for report in reports)} rows"
            f" re-derived, {differences} differences"
        )
        if differences:
            raise SystemExit(1)

    def _verified(self, product: Product, *, alone: bool) -> Report:
        """One product's report; a long run says where it is."""
        if not alone:
            self.stderr.write(f"verify: {product.key} …")
        return verify(product)


def _rows(reports: list[Report]) -> list[tuple[str, ...]]:
    return [
        (
            one.product,
            *(str(n) for n in (one.rows, one.rederived, one.differing, one.unexplained, one.missing)),
        )
        for one in reports
    ]
