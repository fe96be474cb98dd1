"""What one worker knows of the registry: an immutable snapshot, renewed when the version moves.

Every request compares one word of shared memory, so a target is in force in each worker of the
host as soon as the call that registered it has returned. It does not know what becomes of a match.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.values import Verdict
from gateway.contents import Contents
from gateway.derived import Derived
from gateway.errors import GatewayError
from gateway.known_targets import KnownTargets
from gateway.output import OutputRules
from gateway.profiles import profile_of
from gateway.registry import Changes, ClientKey, Registry
from gateway.snapshots import SnapshotError, Snapshots
from gateway.target import ForgetTarget

__all__ = ["LiveTargets", "Snapshot", "profile_of"]

logger = logging.getLogger(__name__)

# Changes that are built into an index at a time.
MOST_AT_A_TIME = 4096
# With so many targets beyond the snapshot on disk, a new one is made: they are read in by a
# process of its own, while this one answers.
WORTH_A_SNAPSHOT = 16_384
# Beside a large base the changed ones may be this share of it: building it takes its time too.
SHARE_OF_BASE = 8
# Nobody waits for this: a request that comes earlier sees to it itself.
FOLLOW_SECONDS = 2.0
# An erased target is to leave the snapshot on disk too; several erasures are one new snapshot.
ERASED_SECONDS = 30.0
# What prevented a snapshot (a full disk) is not to be met at every registration.
FAILED_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The registry as one request sees it, from beginning to end.

    Attributes:
        derived: indexes and columns of the active targets.
        client_keys: keys by the SHA-256 digest of their token.
        needs_client_key: whether a client without one of them is refused.
    """

    derived: Derived
    client_keys: Mapping[bytes, ClientKey]
    needs_client_key: bool

    @property
    def sequence(self) -> int:
        """The number of the last event it includes."""
        return self.derived.sequence

    @property
    def targets(self) -> KnownTargets:
        """The active targets by id."""
        return self.derived.targets

    @property
    def lexical(self) -> SegmentedLexicalIndex:
        """Names and secrets to find in requests."""
        return self.derived.lexical

    @property
    def rules(self) -> OutputRules:
        """What answers may not say."""
        return OutputRules(self.derived.lexical, self.derived.targets)

    @property
    def has_passages(self) -> bool:
        """Whether any target is known by meaning."""
        return self.derived.targets.counts.with_passages > 0

    def in_force(self, target: str, client_roles: Collection[str], now: float) -> bool:
        """Return whether a target exists for a client at a moment.

        Args:
            target: its identifier.
            client_roles: those of the client's key; none where clients need no key, so that
                nobody is exempt then.
            now: seconds since 1970.
        """
        known = self.targets.get(target)
        return known is not None and known.is_in_force(client_roles, now)


class LiveTargets:
    """The snapshot of this worker."""

    def __init__(self, registry: Registry, snapshots: Snapshots | None = None) -> None:
        """Prepare to follow a registry.

        Args:
            registry: the registry.
            snapshots: where derived state is kept over restarts, if anywhere.
        """
        self._registry = registry
        self._snapshots = snapshots
        self._contents = Contents(registry)
        self._lock = asyncio.Lock()
        self._word: int | None = None
        self._snapshot = Snapshot(Derived(), {}, needs_client_key=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._merging: asyncio.Task[None] | None = None
        self._rebuilding: asyncio.Task[None] | None = None
        # Counts how often everything was read anew: what was begun before belongs to the past.
        self._restarts = 0

    @property
    def known(self) -> Snapshot:
        """The snapshot as it was last renewed."""
        return self._snapshot

    @property
    def is_busy(self) -> bool:
        """Whether something is merged or made anew in the background."""
        return _is_running(self._merging) or _is_running(self._rebuilding)

    async def start(self) -> None:
        """Begin to follow the registry between requests, so that no request waits for much."""
        self._spawn(self._follow())

    async def aclose(self) -> None:
        """Stop following and merging."""
        for task in tuple(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def current(self) -> Snapshot:
        """Return a snapshot that holds everything acknowledged before this call.

        Raises:
            UnavailableError: the registry moved on and cannot be read.
        """
        if self._registry.version.read() != self._word:
            # Of its own: whoever waits may leave, and the work is not to begin anew each time.
            await asyncio.shield(self._spawn(self._renew()))
        return self._snapshot

    async def matched(self, verdict: Verdict, snapshot: Snapshot) -> dict[str, ForgetTarget]:
        """Return the active targets that a verdict names, with all their text.

        Raises:
            UnavailableError: the registry cannot be read, so that nothing can be decided.
        """
        return await self._contents.of(verdict.targets, snapshot.targets)

    async def named(self, verdict: Verdict, snapshot: Snapshot) -> tuple[ForgetTarget, ...]:
        """Return the targets of which only facts are forgotten and whose name the request holds.

        Raises:
            UnavailableError: the registry cannot be read, so that nothing can be decided.
        """
        ids = dict.fromkeys(mention.target for _, mention in verdict.mentions if mention.is_name)
        return await self.read(ids, snapshot)

    async def read(self, ids: Collection[str], snapshot: Snapshot) -> tuple[ForgetTarget, ...]:
        """Return those of the targets that are active, with all their text.

        Raises:
            UnavailableError: the registry cannot be read, so that nothing can be decided.
        """
        return tuple((await self._contents.of(ids, snapshot.targets)).values()) if ids else ()

    async def _renew(self) -> None:
        async with self._lock:
            word = self._registry.version.read()
            if word == self._word:
                return
            # The word falls only when a backup was put in place: then nothing known is sure.
            is_restart = self._word is None or word < self._word
            self._restarts += is_restart
            before = await self._opened() if is_restart else self._snapshot.derived
            derived, changed = await self._caught_up(before)
            snapshot = replace(self._snapshot, derived=derived)
            # Sequences have no gaps: where every event changed a target, none changed a key.
            if is_restart or changed != derived.sequence - before.sequence:
                snapshot = replace(
                    snapshot,
                    client_keys=await self._registry.keys.client_keys(),
                    needs_client_key=await self._registry.keys.clients_need_key(),
                )
            self._snapshot = snapshot
            self._word = word
        self._tidy()

    async def _opened(self) -> Derived:
        """Return what was derived before, from the disk, or what there is to begin with."""
        if self._snapshots is None:
            return Derived()
        derived = await self._snapshots.newest() or Derived()
        if await self._registry.targets.count_since(derived.sequence) <= WORTH_A_SNAPSHOT:
            return derived
        try:
            await self._snapshots.build(after=self._registry.version.read())
        except SnapshotError as error:
            logger.warning("no snapshot could be made, the index is built here: %s", error)
            return derived
        return await self._snapshots.newest() or derived

    async def _caught_up(self, derived: Derived) -> tuple[Derived, int]:
        """Return what is derived up to now, and how many targets changed for that.

        Indexes are built in threads: streams in progress must flow on.
        """
        pages: list[Changes] = []
        changed = waiting = 0
        async for page in self._registry.targets.pages_since(derived.sequence):
            pages.append(page)
            changed += len(page.targets) + len(page.erased)
            waiting += len(page.targets)
            if waiting >= MOST_AT_A_TIME:
                derived = await asyncio.to_thread(derived.with_changes, pages)
                pages, waiting = [], 0
        if not any(page.targets or page.erased for page in pages):
            return derived.with_changes(pages), changed
        return await asyncio.to_thread(derived.with_changes, pages), changed

    async def _follow(self) -> None:
        while True:
            try:
                await self.current()
            except GatewayError as error:
                logger.debug("the view lags behind: %s", type(error).__name__)
            except Exception:
                # Requests fail of it too, and are told; whoever follows must go on.
                logger.exception("the view of the registry could not be renewed")
            await asyncio.sleep(FOLLOW_SECONDS)

    def _tidy(self) -> None:
        """Begin to merge what has grown, in the background."""
        derived = self._snapshot.derived
        if not _is_running(self._merging) and derived.lexical.merge_due():
            self._merging = self._spawn(self._merge())
        if self._snapshots is None or _is_running(self._rebuilding):
            return
        if derived.lexical.changed > max(WORTH_A_SNAPSHOT, derived.base_size // SHARE_OF_BASE):
            self._rebuilding = self._spawn(self._rebuild(self._snapshots))
        elif derived.erased_from_base:
            self._rebuilding = self._spawn(self._rebuild(self._snapshots, pause=ERASED_SECONDS))

    async def _merge(self) -> None:
        while serials := self._snapshot.lexical.merge_due():
            before = self._snapshot.lexical
            segment = await asyncio.to_thread(before.merged, serials)
            async with self._lock:
                derived = self._snapshot.derived
                if not derived.lexical.has_grown_from(before):
                    return  # It has another base since, and other segments.
                changed = replace(derived, lexical=derived.lexical.with_merged(serials, segment))
                self._snapshot = replace(self._snapshot, derived=changed)

    async def _rebuild(self, snapshots: Snapshots, *, pause: float = 0) -> None:
        """Have a new snapshot made, and put it under what changed since."""
        await asyncio.sleep(pause)
        restarts = self._restarts
        try:
            await snapshots.build(after=self._snapshot.sequence)
            derived = await snapshots.newest()
            if derived is None:
                raise SnapshotError("it cannot be used")
        except SnapshotError as error:
            logger.warning("no new snapshot could be made: %s", error)
            await asyncio.sleep(FAILED_SECONDS)
            return
        derived, _ = await self._caught_up(derived)
        async with self._lock:
            if restarts != self._restarts:
                return
            # What was announced meanwhile is in the present snapshot: it must be in this one.
            derived, _ = await self._caught_up(derived)
            self._snapshot = replace(self._snapshot, derived=derived)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Whoever waited may have left; asyncio would report the error as lost.
            task.exception()


def _is_running(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()
