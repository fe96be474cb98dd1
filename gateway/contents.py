"""The text of matched targets, read from the registry when it is needed.

Workers hold no text of all targets. It knows ids and versions; it does not know what matched.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from gateway.known_targets import KnownTargets
from gateway.registry import Registry
from gateway.target import ForgetTarget, State

KEPT = 1024
"""Targets whose text is kept: those that are asked for now are likely to be asked for again."""


class Contents:
    """Reads targets, and keeps those that were read last."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._kept: OrderedDict[tuple[str, int], ForgetTarget] = OrderedDict()

    async def of(self, ids: Iterable[str], known: KnownTargets) -> dict[str, ForgetTarget]:
        """Return those of the targets that are known to be active, with all their text.

        One that was changed since is returned as it is now, and left out if it is not active.

        Raises:
            UnavailableError: the registry cannot be read.
        """
        wanted = {id: known[id].version for id in ids if id in known}
        found = {id: self._kept[id, version] for id, version in self._held(wanted)}
        missing = [id for id in wanted if id not in found]
        if missing:
            for target in await self._registry.targets.get_many(missing):
                found[target.id] = target
        self._keep(found.values())
        return {
            id: found[id]
            for id in wanted
            if id in found and found[id].content.state is State.ACTIVE
        }

    def _held(self, wanted: dict[str, int]) -> list[tuple[str, int]]:
        return [key for key in wanted.items() if key in self._kept]

    def _keep(self, targets: Iterable[ForgetTarget]) -> None:
        for target in targets:
            key = (target.id, target.version)
            self._kept[key] = target
            self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
