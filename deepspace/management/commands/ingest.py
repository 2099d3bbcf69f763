"""Bring the tables up to date from the upstreams, once or for ever."""

from __future__ import annotations

import logging
import signal
import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from deepspace import versions
from deepspace.archive import archive
from deepspace.checks import DATA
from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Product, Window
from deepspace.ingestion.registry import select
from deepspace.ingestion.replay import replay
from deepspace.ingestion.sidebyside import side_by_side
from deepspace.management.progress import Reporter, table
from deepspace.replaced import reopen_if_replaced
from deepspace.upstream.http import Door

logger = logging.getLogger("deepspace.ingestion")

_WATCH_PAUSE_S = 15.0  # how often --watch looks whether something is due
_UNFIT = {  # options that would be ignored: a dry run that writes is worse than an error
    "replay": ("watch", "due", "since", "until", "dry_run", "deadline"),
    "watch": ("due", "since", "until", "dry_run", "deadline"),
}


class Command(BaseCommand):
    """``manage.py ingest``: exit 0 when all selected products succeeded, 1 when any failed, 2 on bad arguments."""

    requires_system_checks = [DATA]  # not those of the web, which take half a second to load
    help = "Fetch, archive, validate and store upstream data. Without a selection: every product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Command line."""
        parser.add_argument("selection", nargs="*", metavar="PRODUCT|APP", help="product keys or app labels")
        parser.add_argument("--due", action="store_true", help="only products whose refresh is due")
        parser.add_argument("--since", type=_instant, metavar="ISO", help="first instant to take (UTC)")
        parser.add_argument("--until", type=_instant, metavar="ISO", help="last instant to take (UTC)")
        parser.add_argument("--replay", action="store_true", help="rebuild from the archive, without network")
        parser.add_argument(
            "--watch", action="store_true", help="go on for ever, each product when it is due"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="fetch and parse, write no rows and no log"
        )
        parser.add_argument(
            "--list", action="store_true", help="show products, tiers and due times, then stop"
        )
        parser.add_argument("--deadline", type=float, metavar="SECONDS", help="bound of the whole run")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the command."""
        chosen = _checked(options)
        if options["list"]:
            self.stdout.write(_listing(chosen))
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            outcomes = self._watch(chosen) if options["watch"] else self._once(chosen, options)
        except KeyboardInterrupt:
            self.stderr.write("ingest: interrupted; what was complete is stored, the rest is as before")
            raise SystemExit(0 if options["watch"] else 130) from None
        if len(outcomes) > 1:
            self.stdout.write(_summary(outcomes))
        if any(not outcome.succeeded for outcome in outcomes):
            raise SystemExit(1)

    def _once(self, chosen: list[Product], options: dict[str, Any]) -> list[Outcome]:
        if options["replay"]:
            return [replay(product, self._reporter()) for product in chosen]
        archive().sweep()
        now = datetime.now(UTC)
        shown = chosen
        if options["due"]:
            chosen = [product for product in chosen if standing(product.key, now).is_due(now)]
        if not chosen:
            self.stdout.write("ingest: nothing is due")
        seconds = options["deadline"]
        deadline = None if seconds is None else time.monotonic() + seconds
        window = Window(options["since"], options["until"])
        outcomes = self._ingest(chosen, window, Door(deadline=deadline), dry_run=options["dry_run"])
        if not options["dry_run"]:
            self._draw(shown)
        return outcomes

    def _ingest(
        self, products: list[Product], window: Window, door: Door, *, dry_run: bool = False
    ) -> list[Outcome]:
        """Side by side, each with a progress bar of its own, through one door."""
        return side_by_side(
            [Pipeline(door, self._reporter(), dry_run=dry_run).going(one, window) for one in products]
        )

    def _reporter(self) -> Reporter:
        return Reporter(self.stdout)  # type: ignore[arg-type]

    _is_stopping = _is_drawing = False

    def _stop(self, *_: object) -> None:
        """End now, or after the few seconds of drawing: an exception in the middle of an import may get lost."""
        self._is_stopping = True
        if not self._is_drawing:
            raise KeyboardInterrupt

    def _draw(self, products: list[Product]) -> None:
        self._is_drawing = True
        try:
            _prerender(products)
        finally:
            self._is_drawing = False
        if self._is_stopping:
            raise KeyboardInterrupt

    def _watch(self, chosen: list[Product]) -> list[Outcome]:
        archive().sweep()
        drawn_on: date | None = None  # plots mark the day
        while True:
            try:
                if reopen_if_replaced():  # a restore: what is due now is for its log to say
                    drawn_on = None
                now = datetime.now(UTC)
                due = [product for product in chosen if standing(product.key, now).is_due(now)]
                if due:
                    self._ingest(due, Window(), Door())
                if due or drawn_on != now.date():
                    self._draw(chosen)
                    drawn_on = now.date()
            except DatabaseError as error:  # away for a while, or busy: the next round finds out
                self.stderr.write(f"ingest: the database does not answer: {error}")
                connection.close()
            time.sleep(_WATCH_PAUSE_S)


def _prerender(products: list[Product]) -> None:
    """Draw and compute ahead what shows these products and is not there yet, so that the first reader does not wait."""
    from deepspace.plotting.cache import prerender

    versions.forget()
    try:
        prerender([product.key for product in products])
    except Exception:  # the data are stored; the first reader draws, and --watch goes on
        logger.exception("plots could not be drawn ahead")
    for compute in versions.computed_ahead:
        try:
            compute()
        except DatabaseError as error:  # away or full, which the ingest has told of; done with the next one
            logger.warning("what an app computes ahead could not be: %s", error)
        except Exception:  # as above: it is done with the next ingest
            logger.exception("what an app computes ahead could not be")


def _checked(options: dict[str, Any]) -> list[Product]:
    """The products to run; arguments that do not fit together stop the command with exit code 2."""
    try:
        chosen = select(options["selection"])
    except KeyError as error:
        raise CommandError(str(error.args[0]), returncode=2) from error
    since, until = options["since"], options["until"]
    if since and until and since > until:
        raise CommandError("--since is later than --until", returncode=2)
    for option, others in _UNFIT.items():
        unfit = [name for name in others if options[option] and options[name]]
        if unfit:
            raise CommandError(f"--{option} does not go with --{unfit[0].replace('_', '-')}", returncode=2)
    if options["deadline"] is not None and not options["deadline"] > 0:
        raise CommandError("--deadline must be a positive number of seconds", returncode=2)
    return chosen


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not an ISO 8601 date or instant") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _summary(outcomes: list[Outcome]) -> str:
    rows = [
        (
            one.product,
            "ok" if one.succeeded else one.error_class,
            *(str(n) for n in (one.created, one.updated, one.unchanged, one.removed, one.rejected)),
            f"{one.seconds:.1f}",
        )
        for one in outcomes
    ]
    return table(
        ("product", "result", "created", "updated", "unchanged", "removed", "rejected", "seconds"), rows
    )


def _listing(chosen: list[Product]) -> str:
    rows: list[tuple[str, ...]] = [
        (
            one.product,
            one.tier.value,
            f"{one.last_success_at:%Y-%m-%d %H:%M}Z" if one.last_success_at else "never",
            f"{one.next_due_at:%Y-%m-%d %H:%M}Z" if one.next_due_at else "now",
            one.last_error_class or "-",
        )
        for one in (standing(product.key) for product in chosen)
    ]
    return table(("product", "tier", "last success", "next due", "last error"), rows)
