import pytest

from bench.figures import median, median_ratio, percentile, spread


def test_the_ratio_is_taken_pair_by_pair_before_the_median():
    # The machine was twice as slow in the second run: each pair says 2, the ratio of the medians would not.
    ours, bare = [2.0, 40.0, 6.0], [1.0, 20.0, 3.0]
    assert median_ratio(ours, bare) == 2.0


def test_one_disturbed_run_does_not_move_the_median_ratio():
    assert median_ratio([1.0, 1.0, 9.0, 1.0, 1.0], [2.0] * 5) == 0.5


def test_samples_that_are_not_in_pairs_are_refused():
    with pytest.raises(ValueError, match="zip"):
        median_ratio([1.0, 2.0], [1.0])


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (100, 100), (0, 1), (99.5, 100)])
def test_percentiles_are_samples_that_were_taken(percent, expected):
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == expected


def test_a_percentile_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 99)


def test_spread_is_largest_over_smallest():
    assert spread([2.0, 3.0, 4.0]) == 2.0


def test_the_median_of_an_even_number_of_samples_lies_between_the_middle_two():
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
