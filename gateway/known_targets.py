"""All active targets of a worker: columns as of one event, and beside them what changed since.

It knows identifiers and policies; it does not know where a target's text is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from gateway.known_target import Counts, KnownTarget
from gateway.target import Disclosure, GuardName, is_affected
from gateway.target_columns import Columns, GrowingColumns

__all__ = ["Columns", "Counts", "GrowingColumns", "KnownTarget", "KnownTargets"]


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
        audit_ends: Mapping[tuple[str, ...], float] | None = None,
    ) -> None:
        self._base = base or Columns.of(())
        self._audit_ends = audit_ends or self._base.audit_ends
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

    def audits(self, client_roles: Collection[str], now: float) -> bool:
        """Return whether any target asks that every answer to a client be audited.

        One that was changed may count as it was until columns are made anew: answers are audited
        in vain then, and none is missed.

        Args:
            client_roles: those of the client's key.
            now: seconds since 1970.
        """
        return self.counts.audited > 0 and any(
            now < end and is_affected(audiences, client_roles)
            for audiences, end in self._audit_ends.items()
        )

    def disclosing(self, disclosure: Disclosure) -> Iterator[str]:
        """Yield the ids of the targets with a disclosure, without looking at each."""
        unchanged = self._base.disclosing(disclosure)
        yield from (id for id in unchanged if id not in self._changed)
        for id, known in self._changed.items():
            if known is not None and known.disclosure is disclosure:
                yield id

    def with_changes(self, changes: Mapping[str, KnownTarget | None]) -> KnownTargets:
        """Return these targets with some put in or taken out (None)."""
        counts, audit_ends = self.counts, dict(self._audit_ends)
        for id, new in changes.items():
            counts = counts.changed(self.get(id), new)
            if new is not None and new.guard is GuardName.AGENTIC:
                end = audit_ends.get(new.audiences, 0)
                audit_ends[new.audiences] = max(end, new.expires_at)
        return KnownTargets(self._base, {**self._changed, **changes}, counts, audit_ends)
