"""Vectors of the targets' passages, searched by cosine.

The index knows vectors and the passages that they stand for; it knows nothing of encoders.
"""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
import numpy.typing as npt

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage
from detectors.service.protocol import SemanticHit

Numbers = npt.NDArray[np.int64]


class VectorIndex:
    """The passages of all targets in one flat index of inner products."""

    def __init__(self, dimension: int) -> None:
        # One query is too little work to share: more threads only wait for each other.
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._passages: dict[int, tuple[str, int, Passage]] = {}
        self._numbers: dict[str, list[int]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def __repr__(self) -> str:
        return f"VectorIndex({len(self)} targets, {len(self._passages)} vectors)"

    def put(
        self, target: str, version: int, *, passages: Sequence[Passage], vectors: Vectors
    ) -> None:
        """Replace what is held of a target; `vectors` has one unit row for each passage."""
        self.remove(target)
        numbers = list(range(self._next, self._next + len(passages)))
        self._next += len(passages)
        self._numbers[target] = numbers
        if numbers:
            self._passages.update(
                (number, (target, version, passage))
                for number, passage in zip(numbers, passages, strict=True)
            )
            self._index.add_with_ids(vectors, np.asarray(numbers, dtype=np.int64))

    def remove(self, target: str) -> None:
        """Forget what is held of a target, if anything is."""
        numbers = self._numbers.pop(target, [])
        if numbers:
            self._index.remove_ids(faiss.IDSelectorBatch(np.asarray(numbers, dtype=np.int64)))
        for number in numbers:
            del self._passages[number]

    def search(
        self, vectors: Vectors, words: Sequence[frozenset[str]], *, threshold: float
    ) -> list[tuple[SemanticHit, ...]]:
        """Return for each row the targets with a passage that it shares, best first.

        Args:
            vectors: one unit row for each text.
            words: the normalised words of each text, which must have a passage's particulars.
            threshold: the cosine that a hit exceeds.
        """
        if not self._passages:
            return [()] * len(words)
        limits, scores, numbers = self._index.range_search(vectors, threshold)
        return [
            self._best(scores[start:end], numbers[start:end], words[row])
            for row, (start, end) in enumerate(zip(limits, limits[1:], strict=False))
        ]

    def _best(
        self, scores: Vectors, numbers: Numbers, words: frozenset[str]
    ) -> tuple[SemanticHit, ...]:
        hits: dict[str, SemanticHit] = {}
        for score, number in sorted(zip(scores, numbers, strict=True), reverse=True):
            target, version, passage = self._passages[int(number)]
            if target not in hits and passage.is_shared_by(words):
                hits[target] = SemanticHit(target, version, min(1.0, float(score)))
        return tuple(hits.values())
