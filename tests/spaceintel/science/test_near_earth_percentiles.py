"""Percentiles: the definition, and its edges."""

from __future__ import annotations

import time

import numpy as np
import pytest

from spaceintel.science.percentiles import percentile_of


def test_the_middle_of_an_odd_sample_is_the_fiftieth_percentile():
    found = percentile_of(np.array([1.0, 2.0, 3.0]), 2.0)
    assert (found.below, found.equal, found.above, found.count) == (1, 1, 1, 3)
    assert found.percent == pytest.approx(50.0)


def test_ties_share_the_mean_of_their_ranks():
    assert percentile_of(np.array([0.0, 4.0, 4.0, 4.0, 9.0]), 4.0).share == pytest.approx((1 + 1.5) / 5)


def test_a_value_that_all_members_have_is_in_the_middle():
    assert percentile_of(np.full(7, 3.33), 3.33).share == pytest.approx(0.5)


def test_an_empty_sample_has_no_percentile():
    found = percentile_of(np.array([]), 5.0)
    assert (found.share, found.percent, found.count, found.above) == (None, None, 0, 0)


@pytest.mark.parametrize(("value", "share"), [(-1.0, 0.0), (99.0, 1.0), (np.inf, 1.0), (-np.inf, 0.0)])
def test_values_beyond_the_sample_are_at_its_ends(value: float, share: float):
    assert percentile_of(np.array([0.0, 1.0, 2.0]), value).share == share


def test_a_value_between_members_counts_those_below():
    found = percentile_of(np.array([1.0, 2.0, 3.0, 4.0]), 2.5)
    assert (found.equal, found.share) == (0, 0.5)


def test_a_sample_of_one():
    assert percentile_of(np.array([2.0]), 2.0).share == 0.5
    assert percentile_of(np.array([2.0]), 3.0).share == 1.0


def test_nan_is_refused():
    with pytest.raises(ValueError, match="not defined"):
        percentile_of(np.array([1.0]), float("nan"))


def test_it_agrees_with_scipy_on_a_sample_full_of_ties():
    from scipy.stats import percentileofscore

    sample = np.sort(np.round(np.random.default_rng(4).uniform(0, 9, 2_000) * 3) / 3)
    for value in np.unique(sample):
        assert percentile_of(sample, value).percent == pytest.approx(percentileofscore(sample, value, "mean"))


def test_it_takes_less_than_five_milliseconds_among_270000():
    sample = np.sort(np.random.default_rng(1).lognormal(size=270_000))
    started = time.perf_counter()
    for value in sample[:: len(sample) // 100]:
        percentile_of(sample, value)
    assert (time.perf_counter() - started) / 100 < 0.005
