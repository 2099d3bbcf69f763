"""Space weather services over a year of rows, each in a new process: ``python -m bench.probes.space DAYS``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def _ms(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = work()
    return (time.perf_counter() - began) * 1e3, made


def main(days: int) -> None:
    """Ask once cold, then warm."""
    django.setup()
    from django.db import connection

    from deepspace.ingestion.registry import products
    from deepspace.plotting import registry
    from deepspace.plotting.render import compose, png
    from spaceintel import services
    from spaceintel.parameters import SpaceParameters

    products()
    registry.plots()
    connection.ensure_connection()
    asked = SpaceParameters(days=days)
    found: dict[str, float] = {}
    found["weather, cold"], weather = _ms(lambda: services.space_weather(asked))
    found["near-Earth, cold"], near = _ms(lambda: services.near_earth(asked))
    found["percentile of Kp, cold"], _ = _ms(lambda: services.percentile("kp", 8.0))
    found["highlights, cold"], _ = _ms(lambda: services.highlights(weather, near))
    found["significant events, cold"], _ = _ms(lambda: services.significant_events(asked))
    found["weather, warm"], _ = _ms(lambda: services.space_weather(asked))
    found["highlights, warm"], _ = _ms(lambda: services.highlights(weather, near))
    found["significant events, warm"], _ = _ms(lambda: services.significant_events(asked))
    found["percentile of Kp, warm"], rarity = _ms(lambda: services.percentile("kp", 8.0))
    for plot in registry.plots():
        if plot.name.startswith("space-"):
            data = plot.data(asked)
            png(compose(plot, data))
            found[plot.name], _ = _ms(lambda plot=plot, data=data: png(compose(plot, data)))  # type: ignore[misc]
    print(json.dumps({"ms": found, "sample": rarity.position.count}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
