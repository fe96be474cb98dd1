"""A swap that is begun as soon as names are found, while meanings are still looked for.

The answer about a registered name must not come later than that about another one, which waits for
the search by meaning alone. It knows verdicts and plans; it does not know what swaps are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from detectors.values import Verdict
from gateway.policy import Plan
from gateway.target import Disclosure
from gateway.unknown.swap import Swap
from gateway.wire.dialect import Body

# What is to be done if a verdict is the last word.
Planning = Callable[[Verdict], Awaitable[Plan | None]]

# The swap for a plan, of the client's request or of what became of it.
Swapping = Callable[[Plan, Body | None], Awaitable[Swap | None]]


class Ahead:
    """The swap of one request."""

    def __init__(self, planned: Planning, swapped: Swapping) -> None:
        self._planned = planned
        self._swapped = swapped
        self._task: asyncio.Task[tuple[Plan | None, Swap | None]] | None = None

    def begin(self, verdict: Verdict) -> None:
        """Begin with what strings told; the verdict may still change."""
        if verdict.matches and self._task is None:
            self._task = asyncio.create_task(self._run(verdict))

    async def swap(self, plan: Plan, request: Body) -> Swap | None:
        """Return the swap for the final plan: the one that was begun, if it was for the same."""
        if self._task is None:
            return await self._swapped(plan, request)
        begun, swap = await self._task
        if begun is not None and begun.target_ids == plan.target_ids and not plan.context:
            return swap
        return await self._swapped(plan, request)

    async def aclose(self) -> None:
        """Stop what was begun and is not wanted."""
        if self._task is not None:
            self._task.cancel()
            # What failed here fails again where the request is judged, and is told there.
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, verdict: Verdict) -> tuple[Plan | None, Swap | None]:
        plan = await self._planned(verdict)
        if plan is None or plan.context or plan.disclosure is not Disclosure.UNKNOWN:
            return None, None
        return plan, await self._swapped(plan, None)
