"""What a fault may leave behind in the gateway's process: tasks and open sockets, counted.

It knows the process; it does not know which fault it was.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

# Pools keep a connection to each server open on purpose, with both ends in this process.
POOLED = 6
_KEPT = "DecisionStore._write_behind"
_LOOKS = 100
_LOOK_SECONDS = 0.01


@dataclass(frozen=True)
class Left:
    """How many tasks run and how many sockets are open."""

    tasks: int
    sockets: int

    @classmethod
    def now(cls) -> Left:
        return cls(len(_running_tasks()), open_sockets())

    def is_within(self, before: Left) -> bool:
        return self.tasks <= before.tasks and self.sockets <= before.sockets + POOLED


def _running_tasks() -> list[str]:
    """Return what runs, without what begins with the first decision and runs on."""
    names = (str(task.get_coro()) for task in asyncio.all_tasks())
    return sorted(name for name in names if _KEPT not in name)


def open_sockets() -> int:
    """Return how many sockets this process holds open."""
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
        except OSError:
            continue
    return count


@asynccontextmanager
async def nothing_left_behind(*upstreams: object) -> AsyncIterator[None]:
    """Fail unless a second after the block all is as it was before, and no upstream works.

    Args:
        upstreams: servers with a count of what is `running`.
    """
    before = Left.now()
    yield
    for _ in range(_LOOKS):
        busy = sum(upstream.running for upstream in upstreams)  # type: ignore[attr-defined]
        if not busy and Left.now().is_within(before):
            return
        await asyncio.sleep(_LOOK_SECONDS)
    pytest.fail(f"left: {before} became {Left.now()}, {busy} upstream; {_running_tasks()}")
