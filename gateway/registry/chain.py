"""The events of the log and the chain of hashes that holds them together.

It knows how one event follows from the one before; it knows nothing of databases or HTTP, and
imports the standard library only, so that anybody may check an exported log with this file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

START = "0" * 64
"""What the first event names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change, as it was hashed.

    Attributes:
        sequence: the number of the event, from 1, without gaps.
        time: when it happened, UTC, as text.
        actor: the name of the key that made the change.
        action: what happened, such as `target.created`.
        case: the reference given with the change, or empty.
        target_id: the target that changed, if one did.
        target_version: the version that the change gave it.
        key_id: the key that changed, if one did.
        digest: a keyed hash of the new content in hex, or empty where nothing is left.
        previous: `hash` of the event before, or `START`.
        hash: SHA-256 of all other fields as canonical JSON, in hex.
    """

    sequence: int
    time: str
    actor: str
    action: str
    case: str
    target_id: str | None
    target_version: int | None
    key_id: str | None
    digest: str
    previous: str
    hash: str

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the fields as JSON carries them."""
        # Not `asdict`, which copies deeply: an import seals and stores thousands a second.
        return {
            "sequence": self.sequence,
            "time": self.time,
            "actor": self.actor,
            "action": self.action,
            "case": self.case,
            "target_id": self.target_id,
            "target_version": self.target_version,
            "key_id": self.key_id,
            "digest": self.digest,
            "previous": self.previous,
            "hash": self.hash,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Event:
        """Read an event from a JSON object.

        Raises:
            ValueError: a field is missing, unknown or of another type.
        """
        if set(values) != _NAMES:
            odd = ", ".join(sorted(_NAMES.symmetric_difference(values)))
            raise ValueError(f"not an event: missing or unknown fields {odd}")
        for name, value in values.items():
            if type(value) not in _TYPES[name]:
                raise ValueError(f"not an event: {name} is a {type(value).__name__}")
        return cls(**values)  # type: ignore[arg-type]  # Every type was just checked.

    def expected_hash(self) -> str:
        """Return the hash that the other fields demand."""
        body = {name: value for name, value in self.as_dict().items() if name != "hash"}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def sealed(self) -> Event:
        """Return the same event with the hash that its fields demand."""
        return replace(self, hash=self.expected_hash())


_NAMES = frozenset(field.name for field in fields(Event))
_OPTIONAL: Mapping[str, tuple[type, ...]] = {
    "sequence": (int,),
    "target_id": (str, type(None)),
    "target_version": (int, type(None)),
    "key_id": (str, type(None)),
}
_TYPES: Mapping[str, tuple[type, ...]] = {name: _OPTIONAL.get(name, (str,)) for name in _NAMES}


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the chain found.

    Attributes:
        count: how many events were sound before the first broken one.
        head: hash of the last sound event, or `START`; keep it to notice a shortened log later.
        first_broken: sequence at which the chain breaks, or None.
        reason: one sentence that says what is wrong there, or empty.
    """

    count: int
    head: str
    first_broken: int | None = None
    reason: str = ""

    @property
    def intact(self) -> bool:
        """Whether every event follows from the one before."""
        return self.first_broken is None


def verify(events: Iterable[Event]) -> ChainReport:
    """Check a whole log from its first event on, in the order of its sequences.

    A log whose last events were cut off is sound in itself: compare `head` with one kept apart.
    """
    count, head = 0, START
    for event in events:
        reason = _fault(event, count + 1, head)
        if reason:
            return ChainReport(count, head, count + 1, reason)
        count, head = count + 1, event.hash
    return ChainReport(count, head)


def _fault(event: Event, sequence: int, previous: str) -> str:
    if event.sequence != sequence:
        return f"event {event.sequence} stands where event {sequence} belongs"
    if event.previous != previous:
        return f"event {sequence} does not follow from the event before it"
    if event.hash != event.expected_hash():
        return f"the fields of event {sequence} do not give its hash"
    return ""
