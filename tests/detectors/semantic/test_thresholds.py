"""The promised rate: hand-computed ranks, and the share of new texts that exceed a threshold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.semantic.thresholds import conformal_threshold, fewest_rows

RATES = st.integers(1, 999).map(lambda thousandths: thousandths / 1000)


@pytest.mark.parametrize(
    ("rows", "rate", "rank"),
    [
        (9, 0.1, 9),
        (10, 0.1, 10),
        (19, 0.1, 18),
        (100, 0.1, 91),
        (199, 0.005, 199),
        (2000, 0.005, 1991),
        (3, 0.5, 2),
    ],
)
def test_the_rank_is_that_of_the_formula(rows: int, rate: float, rank: int) -> None:
    scores = np.random.default_rng(0).permutation(np.arange(1, rows + 1)).astype(np.float32)
    assert conformal_threshold(scores, rate) == rank


@given(RATES)
def test_with_too_few_rows_no_threshold_keeps_the_rate(rate: float) -> None:
    fewest = fewest_rows(rate)
    assert math.isinf(conformal_threshold(np.zeros(fewest - 1), rate))


@given(st.integers(1, 999))
def test_the_fewest_rows_suffice(thousandths: int) -> None:
    fewest = fewest_rows(thousandths / 1000)
    assert fewest == -(-1000 // thousandths) - 1
    if fewest:
        assert conformal_threshold(np.zeros(fewest), thousandths / 1000) == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), RATES)
def test_among_the_scores_it_stands_on_the_rate_is_never_exceeded(
    scores: list[float], rate: float
) -> None:
    """Each in turn may be the new one: of n + 1 exchangeable scores so many are above."""
    threshold = conformal_threshold(np.array(scores), rate)
    above = sum(score > threshold for score in scores)
    assert above <= rate * (len(scores) + 1) + 1e-6


@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=80),
    st.integers(1, 99).map(lambda hundredths: hundredths / 100),
)
def test_exchangeable_texts_keep_the_rate_on_average(scores: list[int], rate: float) -> None:
    """Whichever score is left out and judged by the others, the share that exceeds is the rate."""
    values = np.array(scores, dtype=np.float64)
    exceeding = sum(
        values[place] > conformal_threshold(np.delete(values, place), rate)
        for place in range(len(values))
    )
    assert exceeding / len(values) <= rate + 1e-9


@given(RATES, RATES, st.integers(1, 500))
def test_a_lower_rate_has_no_lower_threshold(one: float, other: float, rows: int) -> None:
    scores = np.arange(rows, dtype=np.float64)
    low, high = sorted((one, other))
    assert conformal_threshold(scores, low) >= conformal_threshold(scores, high)
