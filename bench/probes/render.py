"""CPU time of rendering each plot, as a first reader causes it and as bare matplotlib does it."""

from __future__ import annotations

import gc
import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any, cast

import django


def _cpu_ms(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    began = time.process_time()
    made = work()
    return (time.process_time() - began) * 1e3, made


def _print_png(figure: Any) -> bytes:
    body = io.BytesIO()
    figure.canvas.print_png(body)
    return body.getvalue()


def main() -> None:
    """Measure each plot in turn, so many times."""
    django.setup()
    from deepspace.plotting import registry

    plots = registry.plots()
    data_ms, _ = _cpu_ms(lambda: plots[0].data(plots[0].parameters()))
    first_ms, _ = _cpu_ms(lambda: _rendered_anew(plots[0]))
    runs = [{plot.name: _measured(plot) for plot in plots} for _ in range(int(sys.argv[1]) + 1)][1:]
    parts = runs[0][plots[0].name]
    found = {plot.name: {part: [run[plot.name][part] for run in runs] for part in parts} for plot in plots}
    print(json.dumps({"data_ms": data_ms, "first_ms": first_ms, "plots": found}))


def _rendered_anew(plot: Any) -> bytes:
    """What the first reader waits for: key, lock, data, figure, palette, PNG, caches."""
    from django.core.cache import cache as shared_cache

    from deepspace.plotting import store
    from deepspace.plotting.cache import cache_key, rendered

    parameters = plot.parameters()
    store.memory.clear()
    shared_cache.delete(f"plot:{cache_key(plot, parameters, 'png')}")
    return rendered(plot, parameters, "png").body


def _measured(plot: Any) -> dict[str, float]:
    from deepspace.plotting.render import compose, discard

    data = plot.data(plot.parameters())
    figures: list[Any] = []

    def composed() -> Any:
        figures.append(compose(plot, data))
        return figures[-1]

    ours_ms, ours = _cpu_ms(lambda: _rendered_anew(plot))
    built_ms, bare = _cpu_ms(lambda: _print_png(composed()))
    ready = composed()
    drawn_ms, _ = _cpu_ms(lambda: _print_png(ready))
    for figure in figures:
        discard(figure)
    return {
        "ours": ours_ms,
        "built": built_ms,
        "drawn": drawn_ms,
        "png_kb": len(cast("bytes", ours)) / 1000,
        "bare_kb": len(cast("bytes", bare)) / 1000,
    }


if __name__ == "__main__":
    main()
