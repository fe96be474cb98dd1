"""What an encoder is to whoever uses one: a name, a dimension, and texts to unit vectors.

It knows nothing of models, and loads no library beside numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

DEFAULT_ENCODER = "all-MiniLM-L6-v2"

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Makes vectors whose inner product says how near two texts are in meaning."""

    @property
    def name(self) -> str:
        """What made the vectors; those of encoders with other names are not comparable."""

    @property
    def dimension(self) -> int:
        """The length of its vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension); called by one thread."""
