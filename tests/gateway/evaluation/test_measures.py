"""Shares, intervals and areas against values computed by hand."""

from __future__ import annotations

import pytest

from gateway.evaluation.measures import auroc, percentile, recall_at, roc_points, wilson


def test_the_interval_of_wilson() -> None:
    # Newcombe (1998), table I: 81 of 263.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


@pytest.mark.parametrize(
    ("count", "size", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_at_its_ends(count: int, size: int, low: float, high: float) -> None:
    assert wilson(count, size) == pytest.approx((low, high), abs=1e-4)


def test_the_area_counts_pairs() -> None:
    # Of the six pairs 0.9 wins three, 0.4 wins two and loses one.
    assert auroc([0.9, 0.4], [0.5, 0.3, 0.1]) == pytest.approx(5 / 6)


def test_a_tie_is_half_a_pair() -> None:
    assert auroc([0.5], [0.5, 0.1]) == pytest.approx(0.75)
    assert auroc([1.0, 1.0], [1.0]) == pytest.approx(0.5)


def test_nothing_to_compare_has_no_area() -> None:
    assert auroc([], [0.1]) is None
    assert auroc([0.1], []) is None
    assert recall_at([], [0.1], 0.1) is None
    assert recall_at([0.1], [], 0.1) is None
    assert roc_points([], [0.1]) == ()


def test_recall_lets_only_as_many_negatives_pass() -> None:
    negatives = [0.9, 0.8, *[0.1] * 18]
    # One of 20 may pass: the threshold lies above 0.8.
    assert recall_at([0.95, 0.85, 0.8, 0.5], negatives, 0.05) == pytest.approx(0.5)
    # None may pass at 0.1 %: it lies above 0.9.
    assert recall_at([0.95, 0.85, 0.8, 0.5], negatives, 0.001) == pytest.approx(0.25)
    assert recall_at([0.95, 0.05], negatives, 1.0) == 1.0


def test_negatives_that_tie_pass_together_or_not_at_all() -> None:
    assert recall_at([0.7, 0.8], [0.7, 0.7, 0.1, 0.1], 0.25) == pytest.approx(0.5)


def test_the_curve_runs_from_nothing_to_everything() -> None:
    points = roc_points([0.9, 0.5], [0.5, 0.1])
    assert points == ((0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0))


def test_percentiles() -> None:
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert percentile([], 0.5) is None
