"""Passages and their owners in columns, without a Python object for each.

They know identifiers, versions and passages; the vectors of the rows are elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from detectors.semantic.particulars import Passage, Role

_ROLES = tuple(Role)
_NUMBER_OF_ROLE = {role: number for number, role in enumerate(_ROLES)}

Held = tuple[str, int, tuple[Passage, ...]]
Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Strings:
    """Texts one after the other, and where each begins: shape (n + 1,)."""

    blob: Bytes
    offsets: Offsets

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """Put texts into a column."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __getitem__(self, place: int) -> str:
        start, end = self.offsets[place], self.offsets[place + 1]
        return self.blob[start:end].tobytes().decode("utf-8", "surrogatepass")

    @classmethod
    def joined(cls, parts: Iterable[Strings]) -> Strings:
        """Return the texts of several columns in one."""
        parts = list(parts)
        starts = np.cumsum([0, *(len(part.blob) for part in parts)])
        offsets = [part.offsets[1:] + start for part, start in zip(parts, starts, strict=False)]
        blob = np.concatenate([part.blob for part in parts])
        return cls(blob, np.concatenate([np.zeros(1, np.int64), *offsets]))


@dataclass(frozen=True, slots=True)
class Columns:
    """Targets with their passages; the rows of one target stand together.

    Attributes:
        ids: identifiers of the targets.
        versions: of the targets, shape (targets,).
        firsts: the first row of each target, and the number of rows; shape (targets + 1,).
        texts: a text a row.
        particulars: a row's particulars as JSON, empty where it has none.
        known: a target's further words as JSON, the same for all its rows that have some.
        roles: a number a row.
        order: places of the targets, ordered by the hashes of their identifiers.
        hashes: those hashes in order.
    """

    ids: Strings
    versions: Offsets
    firsts: Offsets
    texts: Strings
    particulars: Strings
    known: Strings
    roles: Bytes
    order: npt.NDArray[np.int32]
    hashes: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, held: Iterable[Held]) -> Columns:
        """Put targets into columns."""
        held = list(held)
        passages = [passage for _, _, of_target in held for passage in of_target]
        ids = [target for target, _, _ in held]
        firsts = np.cumsum([0, *(len(of_target) for _, _, of_target in held)], dtype=np.int64)
        order, hashes = _ordered(np.array([_hash(target) for target in ids], np.uint64))
        return cls(
            ids=Strings.of(ids),
            versions=np.array([version for _, version, _ in held], np.int64),
            firsts=firsts,
            texts=Strings.of(passage.text for passage in passages),
            particulars=Strings.of(_as_json(passage.particulars) for passage in passages),
            known=Strings.of(_as_json(_known(of_target)) for _, _, of_target in held),
            roles=np.array([_NUMBER_OF_ROLE[passage.role] for passage in passages], np.uint8),
            order=order,
            hashes=hashes,
        )

    @classmethod
    def joined(cls, parts: Iterable[Columns]) -> Columns:
        """Return the targets of several columns in one, in their order."""
        parts = list(parts)
        starts = np.cumsum([0, *(part.rows for part in parts)])
        firsts = [part.firsts[:-1] + start for part, start in zip(parts, starts, strict=False)]
        # Hashes in the order of the places again, to be ordered over all parts.
        by_place = [part.hashes[np.argsort(part.order)] for part in parts]
        order, hashes = _ordered(np.concatenate(by_place))
        return cls(
            ids=Strings.joined(part.ids for part in parts),
            versions=np.concatenate([part.versions for part in parts]),
            firsts=np.concatenate([*firsts, starts[-1:]]).astype(np.int64),
            texts=Strings.joined(part.texts for part in parts),
            particulars=Strings.joined(part.particulars for part in parts),
            known=Strings.joined(part.known for part in parts),
            roles=np.concatenate([part.roles for part in parts]),
            order=order,
            hashes=hashes,
        )

    def __len__(self) -> int:
        return len(self.versions)

    @property
    def rows(self) -> int:
        """How many passages there are."""
        return int(self.firsts[-1])

    def places(self, target: str) -> Iterator[int]:
        """Yield where the target stands: more than once where it was put again."""
        hash_ = np.uint64(_hash(target))
        start = int(np.searchsorted(self.hashes, hash_, side="left"))
        end = int(np.searchsorted(self.hashes, hash_, side="right"))
        for place in self.order[start:end]:
            if self.ids[int(place)] == target:
                yield int(place)

    def place_of(self, row: int) -> int:
        """Return the place of the target that a row belongs to."""
        return int(np.searchsorted(self.firsts, row, side="right")) - 1

    def slice_of(self, place: int) -> slice:
        """Return the rows of the target at a place."""
        return slice(int(self.firsts[place]), int(self.firsts[place + 1]))

    def passage(self, row: int) -> Passage:
        """Return the passage of a row."""
        role = _ROLES[self.roles[row]]
        return Passage(
            self.texts[row],
            _from_json(self.particulars[row]),
            role,
            _from_json(self.known[self.place_of(row)]) if role is Role.ABOUT else frozenset(),
        )

    def held(self, place: int, *, most: int | None = None) -> Held:
        """Return what is held of the target at a place, the first `most` passages of it."""
        rows = self.slice_of(place)
        chosen = range(rows.start, rows.stop)[:most]
        return self.ids[place], int(self.versions[place]), tuple(map(self.passage, chosen))

    def with_role(self, role: Role) -> Iterator[int]:
        """Yield the places of the targets that have a passage of this role."""
        rows = np.flatnonzero(self.roles == _NUMBER_OF_ROLE[role])
        yield from np.unique(np.searchsorted(self.firsts, rows, side="right") - 1).tolist()


def _known(passages: Iterable[Passage]) -> frozenset[str]:
    return next((passage.known for passage in passages if passage.known), frozenset())


def _as_json(words: frozenset[str]) -> str:
    return json.dumps(sorted(words), ensure_ascii=False) if words else ""


def _from_json(words: str) -> frozenset[str]:
    return frozenset(json.loads(words)) if words else frozenset()


def _hash(target: str) -> int:
    digest = blake2b(target.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _ordered(
    hashes: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    order = np.argsort(hashes, kind="stable").astype(np.int32)
    return order, hashes[order]
