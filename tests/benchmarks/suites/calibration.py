"""Calibration: whether the false-positive rate that is asked for is the rate that is measured."""

from __future__ import annotations

from pathlib import Path

from gateway.evaluation.errors import UnavailableSuite
from gateway.evaluation.values import Suite


def suites(data: Path) -> tuple[Suite, ...]:
    """Say that this cannot be measured yet."""
    raise UnavailableSuite("the function that calibrates on a split is not there yet.")
