"""Ordinary traffic as vectors: what topics are told apart from, and thresholds are set by.

It knows vectors of texts that touch no target; it knows nothing of targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detectors.encoding.protocol import Vectors


@dataclass(frozen=True)
class Background:
    """Vectors of ordinary prompts in two parts, so that no threshold is set on what was fitted.

    Attributes:
        fitting: unit rows, shape (n, dimension), that topics are told apart from.
        calibration: unit rows, shape (m, dimension), that thresholds are set by.
    """

    fitting: Vectors
    calibration: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Background:
        """Return the background whose parts are every second row of `vectors`."""
        return cls(np.ascontiguousarray(vectors[0::2]), np.ascontiguousarray(vectors[1::2]))

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
