"""Vectors of the targets' passages, searched by cosine: few one by one, many by lists.

The index knows vectors and the passages that they stand for; it knows nothing of encoders.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage, Role
from detectors.vectors.base import Base, compacted
from detectors.vectors.candidate import Candidate, Rows
from detectors.vectors.columns import Columns
from detectors.vectors.live import LivePart
from detectors.vectors.snapshot import Content, Header, read_snapshot, write_snapshot

logger = logging.getLogger(__name__)

# Up to here comparing with every vector is as fast as lists are, and exact.
MOST_FLAT = 8192
# From here on what is new is moved into the lists.
MOST_LIVE = 4096
MANY_TARGETS = 100_000
PASSAGES_OF_MANY = 2
COMPACTED_AT = 0.5

__all__ = ["Candidate", "Statistics", "VectorIndex"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an index holds, and how.

    Attributes:
        targets: how many it can find.
        vectors: of their passages.
        kind: `flat`, or `lists` for an inverted file with a quantiser.
        reason: a sentence that says why, and what was left out.
    """

    targets: int
    vectors: int
    kind: str
    reason: str


class VectorIndex:
    """The passages of all targets. One thread changes and searches it; merging has its own."""

    def __init__(self, dimension: int) -> None:
        # One query is too little work to share: more threads only wait for each other.
        faiss.omp_set_num_threads(1)
        self.dimension = dimension
        self._live = LivePart(dimension)
        self._frozen: LivePart | None = None
        self._base: Base | None = None
        self._without_passages: set[str] = set()
        self._shortened = 0
        # Targets that were removed while a copy of the base is being made.
        self._removed: set[str] | None = None
        # What a search reads changes under this one only, for a few milliseconds at most.
        self._lock = threading.Lock()
        # Held by whoever rearranges the base or writes it.
        self.rearranging = threading.Lock()
        self._merger: threading.Thread | None = None

    def __len__(self) -> int:
        with self._lock:
            parts = (self._live, self._frozen or ())
            in_base = self._base.targets if self._base else 0
            return sum(map(len, parts)) + in_base + len(self._without_passages)

    def __repr__(self) -> str:
        held = self.statistics()
        return f"VectorIndex({held.targets} targets, {held.vectors} vectors, {held.kind})"

    def statistics(self) -> Statistics:
        """Return what is held, and how."""
        targets = len(self)
        with self._lock:
            parts = [part for part in (self._live, self._frozen, self._base) if part]
            vectors = sum(part.alive_rows for part in parts)
            lists = self._base.index.nlist if self._base else 0
        if not lists:
            reason = f"{vectors} vectors: up to {MOST_FLAT} all are compared, exactly"
            return Statistics(targets, vectors, "flat", reason)
        reason = (
            f"{vectors} vectors are more than {MOST_FLAT}: in {lists} lists, a byte a dimension"
        )
        if self._shortened:
            reason += (
                f"; of {self._shortened} targets registered beyond {MANY_TARGETS} only the first "
                f"{PASSAGES_OF_MANY} passages are held"
            )
        return Statistics(targets, vectors, "lists", reason)

    def put(
        self, target: str, version: int, *, passages: Sequence[Passage], vectors: Vectors
    ) -> None:
        """Replace what is held of a target; `vectors` has one unit row for each passage."""
        self.remove(target)
        if _is_shortened(passages) and len(self) >= MANY_TARGETS:
            self._shortened += 1
            passages, vectors = passages[:PASSAGES_OF_MANY], vectors[:PASSAGES_OF_MANY]
        with self._lock:
            if passages:
                self._live.put(target, version, passages, vectors)
            else:
                self._without_passages.add(target)
        if self._is_live_full():
            self._start_merging()

    def remove(self, target: str) -> None:
        """Forget what is held of a target, if anything is."""
        with self._lock:
            self._without_passages.discard(target)
            if self._removed is not None:
                self._removed.add(target)
            for part in (self._live, self._frozen, self._base):
                if part is not None and part.remove(target):
                    return

    def candidates(self, vectors: Vectors, count: int) -> list[list[Candidate]]:
        """Return for each row the nearest passages, best first.

        Args:
            vectors: one unit row for each text.
            count: how many passages are wanted; fewer where there are no more.
        """
        if not len(vectors):
            return []
        with self._lock:
            parts = [part for part in (self._live, self._frozen, self._base) if part is not None]
            found = [part.nearest(vectors, count) for part in parts]
            return [
                [
                    parts[part].candidate(row, cosine)
                    for cosine, part, row in _best(found, number, count)
                ]
                for number in range(len(vectors))
            ]

    def of_target(self, target: str) -> tuple[int, tuple[Passage, ...], Vectors] | None:
        """Return a target's version, passages and their vectors, or None if it is not held."""
        with self._lock:
            for part in (self._live, self._frozen, self._base):
                if part is not None and (held := part.of_target(target)):
                    return held
        return None

    def with_role(self, role: Role) -> Iterator[str]:
        """Yield the targets that have a passage of this role."""
        with self._lock:
            parts = [part for part in (self._live, self._frozen, self._base) if part is not None]
            found = [target for part in parts for target in part.with_role(role)]
        yield from found

    @property
    def pending_rows(self) -> int:
        """How many vectors are compared one by one until they are merged."""
        with self._lock:
            return self._live.rows + (self._frozen.rows if self._frozen else 0)

    def wait(self) -> None:
        """Wait until nothing is being merged."""
        while self._merger:
            self._merger.join()

    def save(
        self,
        directory: Path,
        key: bytes,
        *,
        encoder: str,
        sequence: int,
        notes: Mapping[str, Any] | None = None,
    ) -> None:
        """Write everything to a file in `directory`; what is put meanwhile is not in it.

        Args:
            key: at least 16 random bytes, from which the file's own key is derived.
            encoder: the name of the encoder that made the vectors.
            sequence: up to where in the registry these are the targets.
            notes: what `load` is to return besides, as JSON.
        """
        with self.rearranging:
            with self._lock:
                parts = [part for part in (self._live, self._frozen) if part is not None]
                targets = [part.targets() for part in parts]
                vectors = [part.vectors_of(held) for part, held in zip(parts, targets, strict=True)]
                base = self._base
                header = Header(
                    encoder=encoder,
                    sequence=sequence,
                    dimension=self.dimension,
                    targets=base.targets if base else 0,
                    trained=base.trained if base else 0,
                    rows=base.rows if base else 0,
                    blocks=len(base.blocks) if base else 0,
                    shortened=self._shortened,
                    without_passages=sorted(self._without_passages),
                    notes=dict(notes or {}),
                )
                bits = base.alive.bits() if base else np.zeros(0, np.uint8)
            live = Columns.of(target[:3] for target in chain.from_iterable(targets))
            content = Content(header, live, np.concatenate(vectors), base, bits)
            write_snapshot(directory, content, key)

    @classmethod
    def load(
        cls, directory: Path, key: bytes, *, encoder: str, dimension: int
    ) -> tuple[VectorIndex, int, dict[str, Any]] | None:
        """Return what was saved, its sequence and notes, or None where no file can be used."""
        content = read_snapshot(directory, key, encoder=encoder, dimension=dimension)
        if content is None:
            return None
        index = cls(dimension)
        index._base = content.base
        index._shortened = content.header.shortened
        index._without_passages = set(content.header.without_passages)
        for place in range(len(content.live)):
            target, version, passages = content.live.held(place)
            rows = content.live.slice_of(place)
            index._live.put(target, version, passages, content.vectors[rows])
        return index, content.header.sequence, content.header.notes

    def _is_live_full(self) -> bool:
        return self._live.rows > (MOST_LIVE if self._base else MOST_FLAT)

    def _start_merging(self) -> None:
        if self._merger is None:
            self._merger = threading.Thread(target=self._merge, name="vectors", daemon=True)
            self._merger.start()

    def _merge(self) -> None:
        # The setting is each thread's own.
        faiss.omp_set_num_threads(1)
        try:
            while self._is_live_full():
                with self.rearranging:
                    self._move_live_into_base()
                    base = self._base
                    if base and base.wants_training:
                        base.retrain(self._lock)
                    if base and base.alive.dead > COMPACTED_AT * base.rows:
                        self._compact(base)
        except Exception:
            # A thread of its own: nobody would be told, and the live part serves on by itself.
            logger.exception("vectors could not be merged; they are still searched")
        finally:
            self._merger = None

    def _move_live_into_base(self) -> None:
        with self._lock:
            # One that an earlier attempt left comes first.
            if self._frozen is None:
                self._frozen, self._live = self._live, LivePart(self.dimension)
                self._frozen.freeze()
            frozen = self._frozen
            targets = frozen.targets()
        vectors = frozen.vectors_of(targets)
        base = self._base or Base.trained_with(vectors)
        firsts = base.extend([target[:3] for target in targets], vectors, self._lock)
        with self._lock:
            # What was removed or replaced meanwhile is in the frozen part no longer.
            stay = np.array([target in frozen for target, *_ in targets], dtype=bool)
            base.revive(firsts, stay)
            self._base, self._frozen = base, None

    def _compact(self, base: Base) -> None:
        with self._lock:
            self._removed = set()
        fresh = compacted(base) if base.alive_rows else None
        with self._lock:
            if fresh:
                for target in self._removed:
                    fresh.remove(target)
            self._base, self._removed = fresh, None


def _best(
    found: Sequence[tuple[Vectors, Rows]], number: int, count: int
) -> list[tuple[float, int, int]]:
    """Return the best of all parts for one vector: cosine, part and row."""
    places = (
        (cosine, part, row)
        for part, (cosines, rows) in enumerate(found)
        for cosine, row in zip(cosines[number].tolist(), rows[number].tolist(), strict=True)
        if row >= 0
    )
    return sorted(places, reverse=True)[:count]


def _is_shortened(passages: Sequence[Passage]) -> bool:
    """Return whether many such targets are too much; of a topic every passage is needed."""
    is_topic = any(passage.role is Role.TOPIC for passage in passages)
    return len(passages) > PASSAGES_OF_MANY and not is_topic
