"""Keeps the detector process's index in step with the registry.

The process holds the sequence it was last fed with, so any worker can feed it and a restarted one
is fed from the beginning. The feed does not know how vectors are made or searched.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from detectors.errors import DetectorError
from detectors.service.client import DetectorClient
from detectors.service.protocol import State as ProcessState
from gateway.errors import GatewayError
from gateway.profiles import profile_of
from gateway.registry import Changes, Registry
from gateway.target import State

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
BUSY_SECONDS = 0.1
MOST_PENDING = 5_000
FAILURES_BEFORE_WARNING = 30


class SemanticFeed:
    """One worker's share of feeding the detector process."""

    def __init__(self, client: DetectorClient, registry: Registry) -> None:
        self._client = client
        self._registry = registry
        self._task: asyncio.Task[None] | None = None
        self._kick = asyncio.Event()
        self._indexed = -1
        self._failures = 0

    async def start(self) -> None:
        """Begin to feed in the background."""
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        """Stop feeding."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def kick(self) -> None:
        """Have the index looked after at once rather than within a second."""
        self._kick.set()

    def has_indexed(self, sequence: int) -> bool:
        """Return whether vectors of the event `sequence` are known to be in the index."""
        return self._indexed >= sequence

    async def _run(self) -> None:
        while True:
            try:
                pause = await self._catch_up()
                self._note_failure(None)
            except (DetectorError, GatewayError) as error:
                self._note_failure(type(error).__name__)
                pause = IDLE_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._kick.wait(), pause)
            self._kick.clear()

    def _note_failure(self, failure: str | None) -> None:
        """Log a failure that lasts, once, and its end: an encoder takes some seconds to load."""
        if failure:
            self._failures += 1
            if self._failures == FAILURES_BEFORE_WARNING:
                logger.warning("the semantic index cannot be fed: %s", failure)
            return
        if self._failures >= FAILURES_BEFORE_WARNING:
            logger.info("the semantic index is fed again")
        self._failures = 0

    async def _catch_up(self) -> float:
        """Feed what the process lacks; return the seconds until it should be asked again."""
        state = await self._client.state()
        if state.unconfirmed and not await self._is_ours(state):
            await self._client.discard()
            return IDLE_SECONDS
        last: Changes | None = None
        async for page in self._registry.targets.pages_since(state.sequence):
            if last is not None:
                await self._pause_while_busy(await self._hand_over(last, is_final=False))
            last = page
        if last is not None and (last.sequence != state.sequence or state.sequence == 0):
            state = await self._hand_over(last, is_final=True)
        if state.pending:
            return BUSY_SECONDS
        if state.confirmed != state.sequence:
            event = await self._registry.targets.hash_of(state.sequence)
            await self._client.confirm(state.sequence, event or "")
        self._indexed = state.sequence
        return IDLE_SECONDS

    async def _is_ours(self, state: ProcessState) -> bool:
        """Confirm the vectors that the process found on disk, unless the registry is another.

        One that was put back from a copy has the same key, and an older or another history.
        """
        if await self._registry.targets.hash_of(state.sequence) != state.unconfirmed:
            return False
        await self._client.confirm(state.sequence, state.unconfirmed)
        return True

    async def _hand_over(self, changes: Changes, *, is_final: bool) -> ProcessState:
        active = [each for each in changes.targets if each.content.state is State.ACTIVE]
        inactive = [each.id for each in changes.targets if each.content.state is not State.ACTIVE]
        return await self._client.update(
            [profile_of(target) for target in active],
            [*inactive, *changes.erased],
            sequence=changes.sequence,
            is_final=is_final,
        )

    async def _pause_while_busy(self, state: ProcessState) -> None:
        """Wait until the process has little to do: it holds the text of all that waits."""
        while state.pending > MOST_PENDING:
            await asyncio.sleep(BUSY_SECONDS)
            state = await self._client.state()
