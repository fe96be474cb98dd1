"""A passage that a search found, and which rows of a part still count.

Both know rows and identifiers only; what is searched is known to the parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage near to a text: whose it is, in which version, and the cosine."""

    target: str
    version: int
    passage: Passage
    cosine: float


class Alive:
    """Which rows of an index count: one bit a row, as faiss reads them.

    Attributes:
        dead: how many do not.
    """

    def __init__(self, bits: npt.NDArray[np.uint8] | None = None, *, count: int = 0) -> None:
        """Begin without rows, or with `count` of them and their bits."""
        self._bits = np.zeros(0, np.uint8) if bits is None else bits
        self._count = count
        self.dead = count - int(np.bitwise_count(self._bits).sum())

    def __len__(self) -> int:
        return self._count

    def append(self, count: int, *, value: bool = True) -> None:
        """Add rows at the end."""
        rows = np.arange(self._count, self._count + count)
        self._count += count
        self.dead += count
        if self._count > 8 * len(self._bits):
            # In steps, so that single rows cost little.
            more = max(1024, len(self._bits) // 4, count)
            self._bits = np.concatenate([self._bits, np.zeros(more, np.uint8)])
        if value:
            self.revive(rows)

    def revive(self, rows: Rows) -> None:
        """Let rows that do not count do so."""
        np.bitwise_or.at(self._bits, rows >> 3, _bit(rows))
        self.dead -= len(rows)

    def kill(self, rows: Rows) -> None:
        """Let rows that count do so no longer."""
        np.bitwise_and.at(self._bits, rows >> 3, ~_bit(rows))
        self.dead += len(rows)

    def __getitem__(self, row: int) -> bool:
        return bool(self._bits[row >> 3] >> (row & 7) & 1)

    def bits(self) -> npt.NDArray[np.uint8]:
        """Return a copy of the bits."""
        return self._bits.copy()

    def search(
        self, index: faiss.Index, vectors: Vectors, count: int, *, lists: int = 0
    ) -> tuple[Vectors, Rows]:
        """Return cosines and rows of the nearest that count; a row is -1 where there are fewer.

        Args:
            lists: how many lists an inverted file reads for each vector; 0 for other indexes.
        """
        chosen: dict[str, Any] = {"nprobe": lists} if lists else {}
        if self.dead:
            # Its stub knows the pointers of C++ only; the library takes arrays.
            selector: Any = faiss.IDSelectorBitmap
            chosen["sel"] = selector(self._bits)
        kind = faiss.SearchParametersIVF if lists else faiss.SearchParameters
        scores, rows = index.search(vectors, count, params=kind(**chosen))
        return scores, rows


def _bit(rows: Rows) -> npt.NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (rows & 7).astype(np.uint8))
