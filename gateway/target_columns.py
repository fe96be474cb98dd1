"""A million known targets as columns of a few bytes each, sorted by their ids.

They know how a target becomes a row and a row a target; they do not know what changed since.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gateway.known_target import Counts, KnownTarget
from gateway.target import Disclosure, GuardName

Array = NDArray[np.generic]

_GUARDS = tuple(GuardName)
_DISCLOSURES = tuple(Disclosure)
# What is either so or not takes a bit of one column.
_PASSAGES, _MENTION, _CONTEXT = 1, 2, 4


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
        self.audit_ends = self._audit_ends()

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

    def _audit_ends(self) -> Mapping[tuple[str, ...], float]:
        """Return until when any target has every answer audited, by the audiences it spares."""
        rows = self._arrays["guards"] == _GUARDS.index(GuardName.AGENTIC)
        sets, ends = self._arrays["audiences"][rows], self._arrays["expiries"][rows]
        return MappingProxyType(
            {
                self._audience_sets[number]: float(ends[sets == number].max())
                for number in np.unique(sets).tolist()
            }
        )

    def disclosing(self, disclosure: Disclosure) -> Iterator[str]:
        """Yield the ids of the targets with a disclosure."""
        is_so = self._arrays["disclosures"] == _DISCLOSURES.index(disclosure)
        yield from (bytes(id).decode() for id in self._arrays["ids"][is_so])

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
            self._arrays[name].item(row) for name in self.FIELDS[1:]
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
