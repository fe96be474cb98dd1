"""The part of the vectors that changes: few enough to be compared one by one, in fp32.

It knows vectors, passages and their targets; it does not know what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import faiss
import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage, Role
from detectors.vectors.candidate import Alive, Candidate, Rows

# Rows of replaced and removed targets that may lie about.
MOST_DEAD = 1024


class LivePart:
    """Targets with the exact vectors of their passages."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._is_frozen = False
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
        if not self._is_frozen and self._alive.dead > max(MOST_DEAD, self.rows // 2):
            self._compact()
        return True

    def of_target(self, target: str) -> tuple[int, tuple[Passage, ...], Vectors] | None:
        """Return version, passages and vectors of a target, if it is here."""
        held = self._targets.get(target)
        if held is None:
            return None
        version, passages, first = held
        return version, passages, self._vectors(first, len(passages))

    def nearest(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """Return cosines and rows of the nearest passages of each vector, -1 where none is."""
        return self._alive.search(self._index, vectors, max(1, min(count, self.alive_rows)))

    def candidate(self, row: int, cosine: float) -> Candidate:
        """Return the passage of a row that counts."""
        target = self._owners[row]
        version, passages, first = self._targets[target]
        return Candidate(target, version, passages[row - first], min(1.0, cosine))

    def with_role(self, role: Role) -> Iterator[str]:
        """Yield the targets that have a passage of this role."""
        for target, (_, passages, _) in self._targets.items():
            if any(passage.role is role for passage in passages):
                yield target

    def freeze(self) -> None:
        """Keep the rows where they are from now on, so that another thread may read them."""
        self._is_frozen = True

    def targets(self) -> list[tuple[str, int, tuple[Passage, ...], int]]:
        """Return every target: identifier, version, passages, and the first of its rows."""
        return [(target, *held) for target, held in self._targets.items()]

    def vectors_of(self, targets: Sequence[tuple[str, int, tuple[Passage, ...], int]]) -> Vectors:
        """Return the vectors of these targets, one after the other."""
        spans = [np.arange(first, first + len(passages)) for _, _, passages, first in targets]
        rows = np.concatenate([np.empty(0, np.int64), *spans])
        return np.asarray(self._vectors(0, self.rows)[rows])

    def _vectors(self, first: int, count: int) -> Vectors:
        if not count:
            return np.empty((0, self._dimension), np.float32)
        vectors: Vectors = self._index.reconstruct_n(first, count)
        return vectors

    def _compact(self) -> None:
        targets = self.targets()
        vectors = self.vectors_of(targets)
        self._clear()
        for target, version, passages, _ in targets:
            self.put(target, version, passages, vectors[: len(passages)])
            vectors = vectors[len(passages) :]
