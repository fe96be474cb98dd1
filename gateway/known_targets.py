"""What a worker holds of each active target: what a decision needs, and nothing of its text.

A million of them are columns of a few bytes each; what changed since lies beside them. It knows
identifiers and policies; it does not know where a target's text is.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gateway.profiles import profile_of
from gateway.target import (
    Context,
    Disclosure,
    ForgetTarget,
    GuardName,
    Mentions,
    is_affected,
)

Array = NDArray[np.generic]

_GUARDS = tuple(GuardName)
_DISCLOSURES = tuple(Disclosure)
# What is either so or not takes a bit of one column.
_PASSAGES, _MENTION, _CONTEXT = 1, 2, 4


@dataclass(frozen=True, slots=True)
class KnownTarget:
    """One active target.

    Attributes:
        version: counts its changes.
        sequence: the number of the event that last changed it.
        guard: what its policy asks for.
        disclosure: what an asker may learn.
        has_passages: whether it is known by meaning.
        audiences: roles of client keys for which it does not exist.
        expires_at: from when on it has no effect, in seconds since 1970; infinity for never.
        allows_mention: whether an answer may name it.
        allows_context: whether texts that the client supplies may speak of it.
    """

    version: int
    sequence: int
    guard: GuardName
    disclosure: Disclosure
    has_passages: bool
    audiences: tuple[str, ...] = ()
    expires_at: float = inf
    allows_mention: bool = False
    allows_context: bool = False

    @classmethod
    def of(cls, target: ForgetTarget) -> KnownTarget:
        """Return what is held of a target."""
        content = target.content
        profile = profile_of(target)
        return cls(
            version=target.version,
            sequence=target.sequence,
            guard=content.policy.guard,
            disclosure=content.policy.disclosure,
            has_passages=bool(profile.passages or profile.description),
            audiences=content.audiences,
            expires_at=content.expires,
            allows_mention=content.policy.mentions is Mentions.ALLOW,
            allows_context=content.context is Context.ALLOW,
        )

    def is_in_force(self, client_roles: Collection[str], now: float) -> bool:
        """Return whether the target exists for a client at a moment.

        Args:
            client_roles: those of the client's key; none where clients need no key.
            now: seconds since 1970.
        """
        return now < self.expires_at and is_affected(self.audiences, client_roles)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many targets there are, and of what kind; those that expired are among them.

    Attributes:
        targets: all of them.
        protected: those that are not only recorded.
        with_passages: those that are known by meaning.
        audited: those whose guard reads the answer to every request.
    """

    targets: int = 0
    protected: int = 0
    with_passages: int = 0
    audited: int = 0

    def changed(self, old: KnownTarget | None, new: KnownTarget | None) -> Counts:
        """Return the counts after one target took the place of another."""
        return Counts(
            self.targets + (new is not None) - (old is not None),
            self.protected + _is_protected(new) - _is_protected(old),
            self.with_passages + _has_passages(new) - _has_passages(old),
            self.audited + _is_audited(new) - _is_audited(old),
        )


class Columns:
    """Targets by id, each field an array: `ids` is sorted, and row i of each field is ids[i]'s."""

    FIELDS = (
        "ids",
        "versions",
        "sequences",
        "guards",
        "disclosures",
        "flags",
        "audiences",
        "expiries",
    )
    AUDIENCE_SETS = "audience_sets"

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = {name: arrays[name] for name in (*self.FIELDS, self.AUDIENCE_SETS)}
        # Few sets of roles serve many targets: a column of numbers, and a table of the sets.
        sets = json.loads(self._arrays[self.AUDIENCE_SETS].tobytes())
        self._audience_sets = tuple(tuple(roles) for roles in sets)
        guards = self._arrays["guards"]
        self.counts = Counts(
            targets=len(self),
            protected=len(self) - _count(guards == _GUARDS.index(GuardName.MONITOR)),
            with_passages=_count(np.bitwise_and(self._arrays["flags"], _PASSAGES)),
            audited=_count(guards == _GUARDS.index(GuardName.AGENTIC)),
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
        version, sequence, guard, disclosure, flags, audiences, expiry = (
            self._arrays[name][row].item() for name in self.FIELDS[1:]
        )
        return KnownTarget(
            version=version,
            sequence=sequence,
            guard=_GUARDS[guard],
            disclosure=_DISCLOSURES[disclosure],
            has_passages=bool(flags & _PASSAGES),
            audiences=self._audience_sets[audiences],
            expires_at=expiry,
            allows_mention=bool(flags & _MENTION),
            allows_context=bool(flags & _CONTEXT),
        )


class GrowingColumns:
    """Columns that are added to, in any order, without an object for each target."""

    def __init__(self) -> None:
        self._ids = bytearray()
        self._ends = array("Q")
        self._fields = tuple(array(code) for code in "IQBBBI")
        self._expiries = array("d")
        self._audience_sets: dict[tuple[str, ...], int] = {(): 0}

    def add(self, id: str, target: KnownTarget) -> None:
        """Add a target that is not among them."""
        self._ids += id.encode()
        self._ends.append(len(self._ids))
        audiences = self._audience_sets.setdefault(target.audiences, len(self._audience_sets))
        for field, number in zip(self._fields, (*_numbers(target), audiences), strict=True):
            field.append(number)
        self._expiries.append(target.expires_at)

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
        for name, field in zip(Columns.FIELDS[1:-1], self._fields, strict=True):
            columns[name] = np.array(field, dtype=field.typecode)[order]
        columns["expiries"] = np.array(self._expiries, np.float64)[order]
        narrow = np.min_scalar_type(len(self._audience_sets))
        columns["audiences"] = columns["audiences"].astype(narrow)
        sets = json.dumps(list(self._audience_sets)).encode()
        columns[Columns.AUDIENCE_SETS] = np.frombuffer(sets, np.uint8)
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


def _is_audited(target: KnownTarget | None) -> bool:
    return target is not None and target.guard is GuardName.AGENTIC


def _count(column: Array) -> int:
    return int(np.count_nonzero(column))


def _numbers(target: KnownTarget) -> tuple[int, ...]:
    flags = (
        (_PASSAGES if target.has_passages else 0)
        | (_MENTION if target.allows_mention else 0)
        | (_CONTEXT if target.allows_context else 0)
    )
    return (
        target.version,
        target.sequence,
        _GUARDS.index(target.guard),
        _DISCLOSURES.index(target.disclosure),
        flags,
    )
