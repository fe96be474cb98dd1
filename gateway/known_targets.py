"""What a worker holds of each active target: what a decision needs, and nothing of its text.

A million of them are columns of a few bytes each; what changed since lies beside them. It knows
identifiers and policies; it does not know where a target's text is.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gateway.profiles import profile_of
from gateway.target import Disclosure, ForgetTarget, GuardName

Array = NDArray[np.generic]

_GUARDS = tuple(GuardName)
_DISCLOSURES = tuple(Disclosure)


@dataclass(frozen=True, slots=True)
class KnownTarget:
    """One active target.

    Attributes:
        version: counts its changes.
        sequence: the number of the event that last changed it.
        guard: what its policy asks for.
        disclosure: what an asker may learn.
        has_passages: whether it is known by meaning.
    """

    version: int
    sequence: int
    guard: GuardName
    disclosure: Disclosure
    has_passages: bool

    @classmethod
    def of(cls, target: ForgetTarget) -> KnownTarget:
        """Return what is held of a target."""
        policy = target.content.policy
        profile = profile_of(target)
        has_passages = bool(profile.passages or profile.description)
        return cls(target.version, target.sequence, policy.guard, policy.disclosure, has_passages)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many targets there are, are to be protected, and are known by meaning."""

    targets: int = 0
    protected: int = 0
    with_passages: int = 0

    def changed(self, old: KnownTarget | None, new: KnownTarget | None) -> Counts:
        """Return the counts after one target took the place of another."""
        return Counts(
            self.targets + (new is not None) - (old is not None),
            self.protected + _is_protected(new) - _is_protected(old),
            self.with_passages + _has_passages(new) - _has_passages(old),
        )


class Columns:
    """Targets by id, each field an array: `ids` is sorted, and row i of each field is ids[i]'s."""

    FIELDS = ("ids", "versions", "sequences", "guards", "disclosures", "passages")

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = {name: arrays[name] for name in self.FIELDS}
        monitored = self._arrays["guards"] == _GUARDS.index(GuardName.MONITOR)
        self.counts = Counts(
            len(self),
            len(self) - int(np.count_nonzero(monitored)),
            int(np.count_nonzero(self._arrays["passages"])),
        )

    def __len__(self) -> int:
        return len(self._arrays["ids"])

    def __repr__(self) -> str:
        return f"Columns({len(self)} targets)"

    @classmethod
    def of(cls, known: Iterable[tuple[str, KnownTarget]]) -> Columns:
        """Return the columns of targets in any order."""
        growing = GrowingColumns()
        for id, target in known:
            growing.add(id, target)
        return growing.finished()

    @property
    def arrays(self) -> Mapping[str, Array]:
        """The arrays by their names, as the constructor takes them."""
        return MappingProxyType(self._arrays)

    def get(self, id: str) -> KnownTarget | None:
        """Return a target, or None."""
        ids, key = self._arrays["ids"], id.encode()
        if len(key) > ids.itemsize:
            # Not only absent: NumPy would copy the whole column to compare it.
            return None
        row = int(np.searchsorted(ids, np.bytes_(key)))
        if row == len(ids) or ids[row] != key:
            return None
        version, sequence, guard, disclosure, passages = (
            self._arrays[name][row].item() for name in self.FIELDS[1:]
        )
        return KnownTarget(
            version, sequence, _GUARDS[guard], _DISCLOSURES[disclosure], bool(passages)
        )


class GrowingColumns:
    """Columns that are added to, in any order, without an object for each target."""

    def __init__(self) -> None:
        self._ids = bytearray()
        self._ends = array("Q")
        self._fields = tuple(array(code) for code in "IQBBB")

    def add(self, id: str, target: KnownTarget) -> None:
        """Add a target that is not among them."""
        self._ids += id.encode()
        self._ends.append(len(self._ids))
        for field, value in zip(self._fields, _numbers(target), strict=True):
            field.append(value)

    def finished(self) -> Columns:
        """Return the columns."""
        # NumPy's fixed width strings lose zero bytes at the end, which no id has.
        bounds = np.concatenate([[0], np.array(self._ends, np.int64)]).astype(np.int64)
        width = max(1, int(np.diff(bounds).max(initial=1)))
        spans = pairwise(bounds.tolist())
        each = (bytes(self._ids[start:end]) for start, end in spans)
        ids = np.fromiter(each, f"S{width}", len(self._ends))
        order = np.argsort(ids, kind="stable")
        columns: dict[str, Array] = {"ids": ids[order]}
        for name, field in zip(Columns.FIELDS[1:], self._fields, strict=True):
            columns[name] = np.array(field, dtype=field.typecode)[order]
        return Columns(columns)


class KnownTargets(Mapping[str, KnownTarget]):
    """All active targets as of one event: an immutable mapping that few changes renew cheaply.

    Attributes:
        counts: how many there are.
    """

    def __init__(
        self,
        base: Columns | None = None,
        changed: Mapping[str, KnownTarget | None] = MappingProxyType({}),
        counts: Counts | None = None,
    ) -> None:
        self._base = base or Columns.of(())
        # None stands for a target of the base that is active no more.
        self._changed = changed
        self.counts = counts or self._base.counts

    def __getitem__(self, id: str) -> KnownTarget:
        known = self._changed[id] if id in self._changed else self._base.get(id)
        if known is None:
            raise KeyError(id)
        return known

    def __len__(self) -> int:
        return self.counts.targets

    def __iter__(self) -> Iterator[str]:
        unchanged = (bytes(id).decode() for id in self._base.arrays["ids"])
        yield from (id for id in unchanged if id not in self._changed)
        yield from (id for id, known in self._changed.items() if known is not None)

    def __repr__(self) -> str:
        return f"KnownTargets({len(self)}, {len(self._changed)} of them beside the columns)"

    @property
    def base_size(self) -> int:
        """How many targets stand in the columns."""
        return len(self._base)

    def base_has(self, id: str) -> bool:
        """Return whether a target stands in the columns, whatever became of it since."""
        return self._base.get(id) is not None

    def with_changes(self, changes: Mapping[str, KnownTarget | None]) -> KnownTargets:
        """Return these targets with some put in or taken out (None)."""
        counts = self.counts
        for id, new in changes.items():
            counts = counts.changed(self.get(id), new)
        return KnownTargets(self._base, {**self._changed, **changes}, counts)


def _is_protected(target: KnownTarget | None) -> bool:
    return target is not None and target.guard is not GuardName.MONITOR


def _has_passages(target: KnownTarget | None) -> bool:
    return target is not None and target.has_passages


def _numbers(target: KnownTarget) -> tuple[int, ...]:
    return (
        target.version,
        target.sequence,
        _GUARDS.index(target.guard),
        _DISCLOSURES.index(target.disclosure),
        int(target.has_passages),
    )
