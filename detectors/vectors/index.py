"""Vectors of the targets' passages, searched by cosine.

The index knows vectors and the passages that they stand for; it knows nothing of encoders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
import numpy.typing as npt

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage near to a text: whose it is, in which version, and the cosine."""

    target: str
    version: int
    passage: Passage
    cosine: float


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

    def candidates(self, vectors: Vectors, count: int) -> list[list[Candidate]]:
        """Return for each unit row the `count` nearest passages, best first."""
        if not self._passages:
            return [[] for _ in vectors]
        scores, numbers = self._index.search(vectors, min(count, len(self._passages)))
        return [
            list(self._read(row, found)) for row, found in zip(scores, numbers, strict=True)
        ]

    def of_target(self, target: str) -> tuple[int, tuple[Passage, ...], Vectors] | None:
        """Return version, passages and unit rows of a target, or None if nothing is held of it."""
        numbers = self._numbers.get(target)
        if not numbers:
            return None
        held = [self._passages[number] for number in numbers]
        vectors = np.stack([self._index.reconstruct(number) for number in numbers])
        return held[0][1], tuple(passage for _, _, passage in held), vectors

    def _read(self, scores: Vectors, numbers: Numbers) -> Iterator[Candidate]:
        for score, number in zip(scores, numbers, strict=True):
            if number >= 0:
                target, version, passage = self._passages[int(number)]
                yield Candidate(target, version, passage, min(1.0, float(score)))
