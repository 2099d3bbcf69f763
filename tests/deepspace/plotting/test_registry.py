"""All plots by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepspace.plotting import registry
from deepspace.plotting.plot import Plot
from tests.deepspace.plotting.plots_for_tests import LinePlot


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    registry._by_name.cache_clear()
    yield
    registry._by_name.cache_clear()


def test_the_trajectory_plots_are_found() -> None:
    names = {plot.name for plot in registry.plots()}
    assert names >= {
        "trajectory",
        "trajectory-ecliptic",
        "trajectory-side",
        "trajectory-distance",
        "trajectory-earth-distance",
        "trajectory-timeline",
    }
    assert registry.plot("trajectory").title


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        registry.plot("no-such-plot")


def test_plots_outside_the_apps_are_not_listed() -> None:
    assert issubclass(LinePlot, Plot)
    assert "line" not in {plot.name for plot in registry.plots()}


def test_two_plots_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Again(LinePlot):
        name = "trajectory"

    monkeypatch.setattr(Again, "__module__", "voyager.plots.again")
    with pytest.raises(registry.DuplicatePlot, match="trajectory"):
        registry.plots()


def test_every_plot_can_be_described_and_addressed() -> None:
    for plot in registry.plots():
        assert plot.title
        assert plot.caption
        assert plot.products or plot.shows_content
        assert plot.name == plot.name.lower()
        assert " " not in plot.name
        assert plot.parameters().canonical() == {}
