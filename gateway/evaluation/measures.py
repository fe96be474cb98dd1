"""Shares with their intervals, and how well scores part two kinds of prompts.

It knows numbers only. Sources: Wilson (1927) for the interval; Fawcett (2006), "An introduction to
ROC analysis", for the curve, its area and ties.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# The 0.975 quantile of the normal distribution: intervals of 95 %.
Z = 1.959963984540054
# Shares such as 0.05 have no exact binary form: 0.05 * 20 must not fall below 1.
ROUNDING = 1e-9

Scores = npt.NDArray[np.float64]


def wilson(count: int, size: int) -> tuple[float, float]:
    """Return the 95 % interval of the share `count` of `size`; (0, 1) where nothing was counted."""
    if not size:
        return 0.0, 1.0
    share = count / size
    scale = 1 + Z * Z / size
    middle = (share + Z * Z / (2 * size)) / scale
    half = Z * math.sqrt(share * (1 - share) / size + Z * Z / (4 * size * size)) / scale
    low = 0.0 if count == 0 else max(middle - half, 0.0)
    high = 1.0 if count == size else min(middle + half, 1.0)
    return low, high


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the chance that a positive scores above a negative, ties counting half.

    None where either is empty.
    """
    if not positives or not negatives:
        return None
    ordered = np.sort(_array(negatives))
    scores = _array(positives)
    below = np.searchsorted(ordered, scores, side="left")
    up_to = np.searchsorted(ordered, scores, side="right")
    return float((below + up_to).mean() / 2 / len(ordered))


def recall_at(positives: Sequence[float], negatives: Sequence[float], rate: float) -> float | None:
    """Return the share of positives above the threshold that at most `rate` of the negatives pass.

    Ties with the highest negative that must not pass do not pass. None where either is empty.
    """
    if not positives or not negatives:
        return None
    ordered = np.sort(_array(negatives))[::-1]
    allowed = math.floor(rate * len(ordered) + ROUNDING)
    if allowed >= len(ordered):
        return 1.0
    return float((_array(positives) > ordered[allowed]).mean())


def roc_points(
    positives: Sequence[float], negatives: Sequence[float]
) -> tuple[tuple[float, float], ...]:
    """Return (false-positive rate, recall) at each threshold, from (0, 0) to (1, 1)."""
    if not positives or not negatives:
        return ()
    up = np.sort(_array(positives))
    down = np.sort(_array(negatives))
    thresholds = np.unique(np.concatenate([up, down]))[::-1]
    recall = 1 - np.searchsorted(up, thresholds, side="left") / len(up)
    false = 1 - np.searchsorted(down, thresholds, side="left") / len(down)
    return ((0.0, 0.0), *zip(false.tolist(), recall.tolist(), strict=True))


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that `share` of the values do not exceed, or None of nothing."""
    return float(np.quantile(_array(values), share)) if values else None


def _array(values: Sequence[float]) -> Scores:
    return np.asarray(values, dtype=np.float64)
