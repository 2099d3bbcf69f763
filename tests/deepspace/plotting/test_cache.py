"""Rendered plots: keyed by what they depend on, drawn once, and answered whatever breaks."""

from __future__ import annotations

import pickle
import threading
import time
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
import time_machine
from django.core.cache import cache as shared_cache
from django.core.cache import caches
from django.db import OperationalError
from pytest_django import Settings

from deepspace import locks, versions
from deepspace.plotting import cache, registry, store
from deepspace.provenance import Tier
from tests.deepspace.plotting.plots_for_tests import MODEL, Days, ImagePlot, LinePlot


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The data version, under the test's control; no lock needs a database."""
    now = {"token": "1:real"}
    monkeypatch.setattr(versions, "picture_token", lambda _products: now["token"])
    monkeypatch.setattr(versions, "current", lambda provenance: provenance)
    monkeypatch.setattr(versions, "held_standing", lambda _key: SimpleNamespace(tier=Tier.SYNTHETIC))
    monkeypatch.setattr(locks, "_holder", locks._FileLock)
    store.memory.clear()
    store.cache_failures.cache_clear()
    yield now
    store.memory.clear()
    store.cache_failures.cache_clear()


@pytest.fixture
def plot() -> LinePlot:
    return LinePlot()


def test_a_plot_is_drawn_once(plot: LinePlot) -> None:
    first = cache.rendered(plot, Days(), "png")
    assert cache.rendered(plot, Days(), "png") == first
    store.memory.clear()  # as another process sees it
    assert cache.rendered(plot, Days(), "png") == first
    assert plot.drawn == 1


def test_what_it_says_comes_with_it(plot: LinePlot) -> None:
    image = cache.rendered(plot, Days(), "png")
    assert image.body.startswith(b"\x89PNG")
    assert image.content_type == "image/png"
    assert image.alt == "A line of 30 <points> & three markers."
    assert image.tier is Tier.REAL
    assert image.provenance == (plot.shown,)
    assert len(image.key) == 64


def test_each_format_has_its_type(plot: LinePlot) -> None:
    assert cache.rendered(plot, Days(), "svg").body.lstrip().startswith(b"<?xml")
    table = cache.rendered(plot, Days(days=2), "csv")
    assert table.body == b"x,y_au\r\n0,0.0\r\n1,0.8414709848078965\r\n"
    assert table.content_type.startswith("text/csv")


def test_a_table_of_the_model_says_so_in_each_row(plot: LinePlot) -> None:
    plot.shown = MODEL
    table = cache.rendered(plot, Days(days=2), "csv")
    assert table.body.startswith(b"x,y_au,data_tier\r\n0,0.0,synthetic\r\n")
    assert table.tier is Tier.SYNTHETIC


def test_the_key_covers_all_that_the_bytes_depend_on(
    plot: LinePlot, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        keys = {cache.cache_key(plot, Days(), "png")}
        assert cache.cache_key(plot, Days(days=30), "png") in keys  # a default that is spelled out
        keys |= {
            cache.cache_key(plot, Days(), "svg"),
            cache.cache_key(plot, Days(days=31), "png"),
            cache.cache_key(ImagePlot(), Days(), "png"),
        }
        token["token"] = "1:stale"
        keys.add(cache.cache_key(plot, Days(), "png"))
        monkeypatch.setattr(cache, "_software", lambda: ("next release",))
        keys.add(cache.cache_key(plot, Days(), "png"))
    with time_machine.travel(moment.replace(day=22), tick=False):
        keys.add(cache.cache_key(plot, Days(), "png"))
    assert len(keys) == 7


def test_versions_of_the_libraries_are_in_the_key() -> None:
    import matplotlib as mpl
    import PIL

    import deepspace

    assert cache._software() == (deepspace.__version__, mpl.__version__, PIL.__version__)


def test_many_readers_at_once_draw_once(plot: LinePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    original = LinePlot.draw

    def slowly(self: LinePlot, *args: Any) -> None:
        time.sleep(0.1)
        original(self, *args)

    monkeypatch.setattr(LinePlot, "draw", slowly)
    images: list[store.RenderedPlot] = []
    readers = [
        threading.Thread(target=lambda: images.append(cache.rendered(plot, Days(), "png"))) for _ in range(6)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert plot.drawn == 1
    assert len({image.body for image in images}) == 1
    assert len(images) == 6


@pytest.mark.parametrize(
    "failure", [locks.LockBusy("render"), OSError("disk full"), OperationalError("gone")]
)
def test_without_the_lock_it_is_drawn_all_the_same(
    plot: LinePlot, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold(name: str, *, wait_s: float) -> AbstractContextManager[None]:
        busy = MagicMock()
        busy.__enter__.side_effect = failure
        return busy

    monkeypatch.setattr(locks, "hold", hold)
    assert cache.rendered(plot, Days(), "png").body.startswith(b"\x89PNG")


def test_an_error_of_the_plot_itself_is_not_swallowed(
    plot: LinePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("a bug in the plot")

    monkeypatch.setattr(LinePlot, "draw", broken)
    with pytest.raises(OSError, match="a bug in the plot"):
        cache.rendered(plot, Days(), "png")


@pytest.mark.parametrize(
    "failure",
    [
        OSError("No space left on device"),
        EOFError(),
        pickle.UnpicklingError("invalid load key"),
        zlib.error("incorrect header check"),
        AttributeError("no such class"),
        ModuleNotFoundError("moved"),
        IndexError("pop from empty list"),
        KeyError("memo"),
        ValueError("unsupported pickle protocol"),
        TypeError("arguments"),
    ],
)
def test_a_cache_that_fails_is_an_empty_cache(
    plot: LinePlot, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise failure

    backend = type(caches["default"])
    monkeypatch.setattr(backend, "get", fail)
    monkeypatch.setattr(backend, "set", fail)
    assert cache.rendered(plot, Days(), "png").body.startswith(b"\x89PNG")
    assert cache.rendered(plot, Days(), "png").body.startswith(b"\x89PNG")
    assert plot.drawn == 1  # this process remembers


def test_redis_failures_count_when_redis_is_the_cache(settings: Settings) -> None:
    from redis.exceptions import ConnectionError as RedisGone

    assert RedisGone not in store.cache_failures()
    assert not issubclass(RedisGone, store.cache_failures())
    store.cache_failures.cache_clear()
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://x"}
    }
    assert issubclass(RedisGone, store.cache_failures())


def test_damaged_files_in_the_file_cache_are_misses(
    plot: LinePlot, settings: Settings, tmp_path: Any
) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path / "cache")}}
    whole = cache.rendered(plot, Days(), "png")
    (file,) = (tmp_path / "cache").iterdir()
    original = file.read_bytes()
    for damaged in (b"", b"x", original[:10], original[:-10], original[:40] + b"\xff" * 20 + original[60:]):
        file.write_bytes(damaged)
        store.memory.clear()
        assert cache.rendered(plot, Days(), "png").body == whole.body


def test_something_else_under_the_key_is_a_miss(plot: LinePlot) -> None:
    key = cache.cache_key(plot, Days(), "png")
    shared_cache.set(f"plot:{key}", {"not": "a plot"})
    assert cache.rendered(plot, Days(), "png").body.startswith(b"\x89PNG")


@pytest.mark.parametrize("answers", [(True, True), (True, False), (False, True)], ids=str)
def test_what_stands_in_while_the_database_is_away_is_not_kept(
    plot: LinePlot, monkeypatch: pytest.MonkeyPatch, answers: tuple[bool, bool]
) -> None:
    looks = iter(answers)  # before and after the data are read
    monkeypatch.setattr(versions, "database_is_away", lambda: next(looks, False))
    plot.shown = MODEL
    assert cache.rendered(plot, Days(), "png").tier is Tier.SYNTHETIC
    plot.shown = LinePlot.shown
    assert cache.rendered(plot, Days(), "png").tier is Tier.REAL


def test_a_window_of_the_model_beside_real_data_is_drawn_once(
    plot: LinePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "held_standing", lambda _key: SimpleNamespace(tier=Tier.REAL))
    plot.shown = MODEL  # an end before the first row
    for _ in range(2):
        assert cache.rendered(plot, Days(), "png").tier is Tier.SYNTHETIC
    assert plot.drawn == 1


def test_real_data_that_the_process_still_has_are_drawn_once_while_the_database_is_away(
    plot: LinePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "database_is_away", lambda: True)
    for _ in range(2):
        assert cache.rendered(plot, Days(), "png").tier is Tier.REAL
    assert plot.drawn == 1


def test_tier_and_time_of_a_kept_picture_are_those_of_now(
    plot: LinePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache.rendered(plot, Days(), "png").tier is Tier.REAL
    monkeypatch.setattr(versions, "current", lambda provenance: replace(provenance, tier=Tier.CACHED))
    image = cache.rendered(plot, Days(), "png")
    assert (image.tier, image.provenance[0].tier) == (Tier.CACHED, Tier.CACHED)
    assert plot.drawn == 1


def test_a_data_uri_holds_the_same_bytes(plot: LinePlot) -> None:
    image = cache.rendered(plot, Days(), "png")
    head, _, body = cache.data_uri(image).partition(",")
    assert head == "data:image/png;base64"
    assert b64decode(body) == image.body


def test_prerender_draws_the_plots_of_the_products(plot: LinePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ImagePlot()
    other.products = ("test.other",)  # type: ignore[misc]
    monkeypatch.setattr(registry, "plots", lambda: (plot, other))
    assert cache.prerender({"test.line"}) == 1
    assert cache.prerender(["test.unknown"]) == 0
    drawn = plot.drawn
    cache.rendered(plot, Days(), "png")
    assert plot.drawn == drawn == 1


def test_a_plot_that_cannot_be_drawn_ahead_does_not_stop_the_others(
    plot: LinePlot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(LinePlot):
        name = "broken"

        def draw(self, figure: object, data: object) -> None:
            raise ZeroDivisionError

    monkeypatch.setattr(registry, "plots", lambda: (Broken(), plot))
    assert cache.prerender({"test.line"}) == 1
    assert plot.drawn == 1
    assert "plot broken could not be drawn ahead" in caplog.text


def rendered_of(key: str, size: int) -> store.RenderedPlot:
    return store.RenderedPlot(key, b"x" * size, "image/png", "", Tier.REAL, ())


def test_the_memory_lets_go_of_what_was_used_longest_ago() -> None:
    memory = store.Memory(limit_bytes=100)
    for key in "abcd":
        memory.put(rendered_of(key, 25))
    assert memory.get("a") is not None
    memory.put(rendered_of("e", 25))
    assert memory.get("b") is None
    assert [key for key in "acde" if memory.get(key)] == ["a", "c", "d", "e"]


def test_the_memory_does_not_hold_what_would_fill_it() -> None:
    memory = store.Memory(limit_bytes=100)
    memory.put(rendered_of("small", 20))
    memory.put(rendered_of("large", 26))
    assert memory.get("large") is None
    assert memory.get("small") is not None


def test_putting_a_plot_twice_counts_it_once() -> None:
    memory = store.Memory(limit_bytes=100)
    for _ in range(20):
        memory.put(rendered_of("a", 25))
    for key in "bcd":
        memory.put(rendered_of(key, 25))
    assert all(memory.get(key) for key in "abcd")
