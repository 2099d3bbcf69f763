"""Arithmetic on samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

__all__ = ["median", "median_ratio", "percentile", "spread"]


def median_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """Median of the ratios of samples that were taken side by side.

    Each pair saw the same minute of the machine, so its noise cancels before the median is taken.
    """
    return median(above / below for above, below in zip(numerators, denominators, strict=True))


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least ``percent`` of them do not exceed (nearest rank)."""
    if not samples:
        raise ValueError("no samples")
    rank = math.ceil(percent / 100 * len(samples))
    return sorted(samples)[max(rank, 1) - 1]


def spread(samples: Sequence[float]) -> float:
    """Largest over smallest: how quiet the machine was."""
    return max(samples) / min(samples)
