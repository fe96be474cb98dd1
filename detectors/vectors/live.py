"""The part of the vectors that changes: few enough to be compared one by one, in fp32.

It knows vectors, passages and their targets; it does not know what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import faiss
import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage, Role
from detectors.vectors.candidate import Alive, Candidate
from detectors.vectors.columns import Held

# Rows of replaced and removed targets that may lie about.
MOST_DEAD = 1024


class LivePart:
    """Targets with the exact vectors of their passages."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._clear()

    def _clear(self) -> None:
        self._index = faiss.IndexFlatIP(self._dimension)
        self._alive = Alive()
        self._owners: list[str] = []
        self._targets: dict[str, tuple[int, tuple[Passage, ...], int]] = {}

    def __len__(self) -> int:
        return len(self._targets)

    def __contains__(self, target: object) -> bool:
        return target in self._targets

    @property
    def rows(self) -> int:
        """How many vectors there are, those of replaced targets among them."""
        return len(self._owners)

    @property
    def alive_rows(self) -> int:
        """How many vectors count."""
        return self.rows - self._alive.dead

    def put(self, target: str, version: int, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Add a target that is not here."""
        self._targets[target] = version, tuple(passages), len(self._owners)
        if passages:
            self._owners += [target] * len(passages)
            self._alive.append(len(passages))
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def remove(self, target: str) -> bool:
        """Forget a target; return whether it was here."""
        held = self._targets.pop(target, None)
        if held is None:
            return False
        _, passages, first = held
        self._alive.kill(np.arange(first, first + len(passages)))
        if self._alive.dead > max(MOST_DEAD, self.rows // 2):
            self._compact()
        return True

    def of_target(self, target: str) -> tuple[int, tuple[Passage, ...], Vectors] | None:
        """Return version, passages and vectors of a target, if it is here."""
        held = self._targets.get(target)
        if held is None:
            return None
        version, passages, first = held
        return version, passages, self._vectors(first, len(passages))

    def candidates(self, vectors: Vectors, count: int) -> list[list[Candidate]]:
        """Return for each vector the nearest passages."""
        count = min(count, self.alive_rows)
        if not count:
            return [[] for _ in vectors]
        scores, rows = self._alive.search(self._index, vectors, count)
        return [
            [self._candidate(row, cosine) for row, cosine in zip(*pair, strict=True) if row >= 0]
            for pair in zip(rows.tolist(), scores.tolist(), strict=True)
        ]

    def with_role(self, role: Role) -> Iterator[str]:
        """Yield the targets that have a passage of this role."""
        for target, (_, passages, _) in self._targets.items():
            if any(passage.role is role for passage in passages):
                yield target

    def contents(self) -> tuple[list[Held], Vectors]:
        """Return every target, and the vectors of all in the same order."""
        held = [
            (target, version, passages) for target, (version, passages, _) in self._targets.items()
        ]
        parts = [
            self._vectors(first, len(passages)) for _, passages, first in self._targets.values()
        ]
        empty = np.empty((0, self._dimension), np.float32)
        return held, np.concatenate([empty, *parts])

    def _candidate(self, row: int, cosine: float) -> Candidate:
        target = self._owners[row]
        version, passages, first = self._targets[target]
        return Candidate(target, version, passages[row - first], min(1.0, cosine))

    def _vectors(self, first: int, count: int) -> Vectors:
        if not count:
            return np.empty((0, self._dimension), np.float32)
        vectors: Vectors = self._index.reconstruct_n(first, count)
        return vectors

    def _compact(self) -> None:
        held, vectors = self.contents()
        self._clear()
        for target, version, passages in held:
            self.put(target, version, passages, vectors[: len(passages)])
            vectors = vectors[len(passages) :]
