"""Ordinary traffic as vectors: what topics are told apart from, and thresholds are set by.

It knows vectors of texts that touch no target; it knows nothing of targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detectors.encoding.protocol import Vectors


@dataclass(frozen=True)
class Background:
    """Vectors of ordinary prompts in two parts, so that no threshold is set on what was fitted.

    Prompts are cut into pieces as requests are, since a text is flagged by the nearest of its
    pieces.

    Attributes:
        fitting: unit rows, shape (n, dimension), that topics are told apart from.
        calibration: unit rows, shape (m, dimension), that thresholds are set by.
        starts: for each calibration prompt the row of its first piece, ascending from 0.
    """

    fitting: Vectors
    calibration: Vectors
    starts: npt.NDArray[np.int64]

    def largest(self, scores: Vectors) -> Vectors:
        """Return the largest score of each calibration prompt, from scores of its pieces.

        Args:
            scores: one row for each row of `calibration`, shape (m,) or (m, columns).
        """
        largest: Vectors = np.maximum.reduceat(scores, self.starts, axis=0)
        return largest

    @cached_property
    def mean(self) -> Vectors:
        """The mean of the fitting part, shape (dimension,)."""
        mean: Vectors = self.fitting.mean(axis=0)
        return mean

    @cached_property
    def covariance(self) -> Vectors:
        """The covariance of the fitting part, shape (dimension, dimension)."""
        return covariance_of(self.fitting)

    def nearest(self, direction: Vectors, count: int) -> Vectors:
        """Return the `count` fitting rows with the largest inner product with `direction`."""
        order = np.argsort(-(self.fitting @ direction))[:count]
        nearest: Vectors = self.fitting[order]
        return nearest


def covariance_of(vectors: Vectors) -> Vectors:
    """Return the covariance of the rows, shape (dimension, dimension)."""
    centred = vectors - vectors.mean(axis=0)
    covariance: Vectors = centred.T @ centred / max(1, len(vectors))
    return covariance
