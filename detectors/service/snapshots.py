"""The vectors of the detector process on disk, and what has to be known besides to go on from them.

It knows files and what they were made from; it does not know when one is worth its while.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detectors.encoding.protocol import Encoder
from detectors.vectors.index import VectorIndex
from detectors.vectors.snapshot import SUFFIX

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """What the vectors were made from.

    Attributes:
        sequence: number of the registry's event up to which they go.
        event: hash of that event, which names the registry and all its history.
    """

    sequence: int
    event: str


class VectorSnapshots:
    """The snapshots of one detector process."""

    def __init__(self, directory: Path, key: bytes, encoder: Encoder) -> None:
        """Keep them in `directory`, encrypted with `key`; other encoders' are not read."""
        self._directory = directory
        self._key = key
        self._encoder = encoder

    def load(self) -> tuple[VectorIndex, Origin, dict[str, float]] | None:
        """Return the vectors, their origin and the rates that targets asked for, if there are any.

        The log says why a file is not used.
        """
        loaded = VectorIndex.load(
            self._directory,
            self._key,
            encoder=self._encoder.name,
            dimension=self._encoder.dimension,
        )
        if loaded is None:
            return None
        index, sequence, notes = loaded
        origin = Origin(sequence, str(notes["event"]))
        return index, origin, {str(k): float(v) for k, v in notes["rates"].items()}

    def save(self, index: VectorIndex, origin: Origin, rates: Mapping[str, float]) -> None:
        """Write the vectors; what changes meanwhile may be in it, what is not is fed again."""
        index.save(
            self._directory,
            self._key,
            encoder=self._encoder.name,
            sequence=origin.sequence,
            notes={"event": origin.event, "rates": dict(rates)},
        )

    def discard(self) -> None:
        """Remove every snapshot."""
        logger.warning("the vectors on disk belong to another registry: they are made anew")
        for path in self._directory.glob(f"*{SUFFIX}"):
            path.unlink(missing_ok=True)
