"""Thresholds that keep a promised rate of false positives (split conformal prediction).

They stand on scores of texts that touch no target; what made the scores is not known here.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating]


def fewest_rows(rate: float) -> int:
    """Return how many calibration rows a rate needs: with fewer, no finite threshold keeps it."""
    return math.ceil(1 / rate) - 1


def conformal_threshold(scores: Scores, rate: float) -> float:
    """Return the threshold that a new text like these exceeds with a probability of at most `rate`.

    That is the ceil((n + 1)(1 - rate))-th smallest score (Vovk, Gammerman and Shafer 2005,
    section 2.2; Angelopoulos and Bates 2023, section 1); infinity where n is below
    `fewest_rows(rate)`. It holds for exchangeable texts, on average over calibration sets.

    Args:
        scores: shape (n,), of texts that touch no target.
        rate: the share of such texts that may be flagged, in (0, 1).
    """
    rank = math.ceil((len(scores) + 1) * (1 - rate))
    if rank > len(scores):
        return math.inf
    return float(np.partition(np.asarray(scores, dtype=np.float64), rank - 1)[rank - 1])
