"""The large part of the vectors: an inverted file of one byte a dimension, and columns beside it.

Rows are only added and marked dead, so that one thread may extend it while another searches; what
changes what a search reads is done while the caller's lock is held, a little at a time. It does
not know when it is extended or trained anew.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import accumulate, islice

import faiss
import numpy as np
import numpy.typing as npt

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage, Role
from detectors.vectors.candidate import Alive, Candidate, Rows
from detectors.vectors.columns import Columns, Held

# Lists that a search reads. On clustered vectors it then misses 1 in 1,000 of the nearest.
LISTS_READ = 16
TRAINING_ROWS_PER_LIST = 64
TRAINING_ROUNDS = 10
# Trained anew when it holds so many times the rows that it was trained with.
GROWTH = 4
# Rows that are added while the lock is held: about a millisecond.
ROWS_AT_A_TIME = 256
ROWS_IN_A_CHUNK = 8192
TARGETS_IN_A_CHUNK = 4096
TARGETS_BETWEEN_PAUSES = 64
PAUSE = 0.0005
SEED = 7
# What later vectors may exceed the range of a dimension by, in shares of it.
MARGIN = 0.2

Lock = AbstractContextManager[object]


class Base:
    """Many targets with the quantised vectors of their passages."""

    def __init__(self, index: faiss.IndexIVF, trained: int) -> None:
        """Hold an index without rows.

        Args:
            index: the trained inverted file.
            trained: with how many rows.
        """
        self.index = index
        self.trained = trained
        self.alive = Alive()
        self.blocks: list[Columns] = []
        self.targets = 0

    @classmethod
    def trained_with(cls, vectors: Vectors) -> Base:
        """Return one without rows whose lists fit these vectors."""
        return cls(
            trained_index(vectors.shape[1], len(vectors), lambda rows: vectors[rows]), len(vectors)
        )

    @property
    def rows(self) -> int:
        """How many vectors there are, dead ones among them."""
        return len(self.alive)

    @property
    def alive_rows(self) -> int:
        """How many vectors count."""
        return self.rows - self.alive.dead

    @property
    def wants_training(self) -> bool:
        """Whether it has outgrown its lists."""
        return self.rows >= GROWTH * self.trained

    def __contains__(self, target: object) -> bool:
        return isinstance(target, str) and self._find(target) is not None

    def remove(self, target: str) -> bool:
        """Forget a target; return whether it was here."""
        found = self._find(target)
        if found is None:
            return False
        start, block, place = found
        rows = block.slice_of(place)
        self.alive.kill(np.arange(start + rows.start, start + rows.stop))
        self.targets -= 1
        return True

    def of_target(self, target: str) -> tuple[int, tuple[Passage, ...], Vectors] | None:
        """Return version, passages and the quantised vectors of a target, if it is here."""
        found = self._find(target)
        if found is None:
            return None
        start, block, place = found
        _, version, passages = block.held(place)
        rows = block.slice_of(place)
        return version, passages, self.vectors(np.arange(start + rows.start, start + rows.stop))

    def vectors(self, rows: Rows) -> Vectors:
        """Return the quantised vectors of some rows."""
        vectors: Vectors = self.index.reconstruct_batch(rows)
        return vectors

    def nearest(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """Return cosines and rows of the nearest passages of each vector, -1 where none is."""
        return self.alive.search(self.index, vectors, count, lists=LISTS_READ)

    def candidate(self, row: int, cosine: float) -> Candidate:
        """Return the passage of a row."""
        starts = self._starts()
        number = bisect_right(starts, row) - 1
        block, row = self.blocks[number], row - starts[number]
        place = block.place_of(row)
        return Candidate(
            block.ids[place], int(block.versions[place]), block.passage(row), min(1.0, cosine)
        )

    def extend(self, held: Sequence[Held], vectors: Vectors, lock: Lock) -> Rows:
        """Add targets whose rows are dead at first, and return the first row of each.

        Returns:
            Shape (targets + 1,): the rows of target i are those from i to i + 1.
        """
        block = _in_columns(held)
        start = self.rows
        for first in range(0, len(vectors), ROWS_AT_A_TIME):
            part = np.ascontiguousarray(vectors[first : first + ROWS_AT_A_TIME])
            # Which list a vector belongs to takes longest, and changes nothing.
            lists = self.index.quantizer.search(part, 1)[1].ravel()
            with lock:
                _add(self.index, part, lists)
                self.alive.append(len(part), value=False)
        joined, kept = self._joined(block)
        with lock:
            self.blocks = [*self.blocks[:kept], joined]
        return block.firsts + start

    def revive(self, firsts: Rows, stay: npt.NDArray[np.bool_]) -> None:
        """Let the rows of those targets count that stay; `firsts` is what `extend` returned."""
        self.alive.revive(np.arange(firsts[0], firsts[-1])[np.repeat(stay, np.diff(firsts))])
        self.targets += int(np.count_nonzero(stay))

    def retrain(self, lock: Lock) -> None:
        """Put all rows into lists that fit them, dead ones as well, under the same numbers."""
        rows = self.rows
        index = trained_index(self.index.d, rows, self.vectors)
        for start in range(0, rows, ROWS_IN_A_CHUNK):
            index.add(self.vectors(np.arange(start, min(start + ROWS_IN_A_CHUNK, rows))))
        with lock:
            self.index, self.trained = index, rows

    def held(self) -> Iterator[tuple[Held, Rows]]:
        """Yield every target with its rows."""
        for start, block in zip(self._starts(), self.blocks, strict=True):
            for place in range(len(block)):
                rows = block.slice_of(place)
                if self.alive[start + rows.start]:
                    yield block.held(place), np.arange(start + rows.start, start + rows.stop)

    def with_role(self, role: Role) -> Iterator[str]:
        """Yield the targets that have a passage of this role."""
        for start, block in zip(self._starts(), self.blocks, strict=True):
            for place in block.with_role(role):
                if self.alive[start + block.slice_of(place).start]:
                    yield block.ids[place]

    def _find(self, target: str) -> tuple[int, Columns, int] | None:
        for start, block in zip(self._starts(), self.blocks, strict=True):
            for place in block.places(target):
                if self.alive[start + block.slice_of(place).start]:
                    return start, block, place
        return None

    def _starts(self) -> list[int]:
        return [0, *accumulate(block.rows for block in self.blocks)][: len(self.blocks)]

    def _joined(self, block: Columns) -> tuple[Columns, int]:
        """Return the block joined with the last ones that are no larger, and how many stay."""
        kept = len(self.blocks)
        parts = [block]
        rows = block.rows
        while kept and self.blocks[kept - 1].rows <= 2 * rows:
            kept -= 1
            parts.insert(0, self.blocks[kept])
            rows += self.blocks[kept].rows
        return (Columns.joined(parts) if len(parts) > 1 else block), kept


def _in_columns(held: Sequence[Held]) -> Columns:
    parts = []
    for first in range(0, max(1, len(held)), TARGETS_BETWEEN_PAUSES):
        parts.append(Columns.of(held[first : first + TARGETS_BETWEEN_PAUSES]))
        # A search in another thread would wait for the interpreter five milliseconds otherwise.
        time.sleep(PAUSE)
    return Columns.joined(parts)


def compacted(base: Base) -> Base:
    """Return another one with what counts in this one."""
    counting = np.concatenate([rows for _, rows in base.held()])
    index = trained_index(base.index.d, len(counting), lambda rows: base.vectors(counting[rows]))
    fresh = Base(index, len(counting))
    pairs = base.held()
    while chunk := list(islice(pairs, TARGETS_IN_A_CHUNK)):
        vectors = base.vectors(np.concatenate([rows for _, rows in chunk]))
        firsts = fresh.extend([held for held, _ in chunk], vectors, nullcontext())
        fresh.revive(firsts, np.ones(len(chunk), dtype=bool))
    return fresh


def trained_index(
    dimension: int, rows: int, vectors: Callable[[Rows], Vectors]
) -> faiss.IndexIVFScalarQuantizer:
    """Return an empty inverted file whose lists fit `rows` vectors, from a sample of them."""
    lists = 2 ** max(0, round(math.log2(2 * math.sqrt(rows))))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        False,
    )
    index.cp.niter = TRAINING_ROUNDS
    index.cp.min_points_per_centroid = 1
    index.cp.seed = SEED
    index.sq.rangestat_arg = MARGIN
    wanted = min(rows, TRAINING_ROWS_PER_LIST * lists)
    sample = np.random.default_rng(SEED).choice(rows, wanted, replace=False)
    index.train(np.ascontiguousarray(vectors(np.sort(sample)), dtype=np.float32))
    index.make_direct_map()
    return index


def _add(index: faiss.IndexIVF, vectors: Vectors, lists: Rows) -> None:
    index.add_core(
        len(vectors), faiss.swig_ptr(vectors), None, faiss.swig_ptr(np.ascontiguousarray(lists))
    )
