"""A topic as one direction: how far a text lies towards it from ordinary traffic like it.

The direction is Fisher's linear discriminant between the topic's own texts and the ordinary
prompts nearest to it (Fisher 1936; shrunk towards a multiple of the identity as in Ledoit and
Wolf 2004). It knows vectors only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.background import Background, covariance_of

# Examples show single questions, a description says what they have in common: with equal weight a
# few odd examples turn the direction away from the topic (measured: detectors/README.md).
EXAMPLES_WEIGHT = 0.3
NEAREST = 600
NEAREST_WEIGHT = 0.25
SHRINKAGE = 1.0
# Of prompts that are all alike: they tell nothing, and must not make a matrix without an inverse.
LEAST_VARIANCE = 1e-6

_SENTENCE_END = re.compile(r"[.:;!?\n。；！？]")
_CLAUSE_END = re.compile(r"[.:;!?\n。；！？,、]| and | or | und | et | y ")
_SHORTEST_CLAUSE = 4
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class TopicHead:
    """A linear score; over ordinary traffic it has mean 0 and standard deviation 1.

    Attributes:
        weights: shape (dimension,).
        offset: what is subtracted from the inner product.
    """

    weights: Vectors
    offset: float

    @classmethod
    def fit(cls, background: Background, *, description: Vectors, examples: Vectors) -> TopicHead:
        """Return the direction of a topic.

        Args:
            background: ordinary traffic.
            description: unit rows of the parts of its description, shape (d, dimension), d > 0.
            examples: unit rows of its examples, shape (e, dimension); may have no rows.
        """
        centre = description.mean(axis=0)
        if len(examples):
            centre = (1 - EXAMPLES_WEIGHT) * centre + EXAMPLES_WEIGHT * examples.mean(axis=0)
        near = background.nearest(centre, NEAREST)
        spread = (1 - NEAREST_WEIGHT) * background.covariance + NEAREST_WEIGHT * covariance_of(near)
        dimension = len(spread)
        variance = max(float(np.trace(spread)) / dimension, LEAST_VARIANCE)
        ridge = SHRINKAGE * variance * np.eye(dimension)
        direction = np.linalg.solve(spread + ridge, centre - near.mean(axis=0))
        scores = background.fitting @ direction
        deviation = float(scores.std()) or 1.0
        weights = np.asarray(direction / deviation, dtype=np.float32)
        return cls(weights, float(scores.mean()) / deviation)

    def scores(self, vectors: Vectors) -> Vectors:
        """Return one score a row, in standard deviations of ordinary traffic."""
        scores: Vectors = vectors @ self.weights - self.offset
        return scores


def description_parts(description: str) -> list[str]:
    """Return the description whole, its sentences, and their clauses: what its centre is made of.

    A long sentence that names many things lies near none of them; its clauses do.
    """
    whole = description.strip()
    sentences = [part.strip() for part in _SENTENCE_END.split(whole)]
    clauses = [part.strip() for part in _CLAUSE_END.split(whole)]
    parts = [whole]
    parts += (part for part in sentences if len(part.split()) >= _FEWEST_WORDS)
    parts += (part for part in clauses if len(part) >= _SHORTEST_CLAUSE)
    return parts
