"""A process that opens the registry of its environment and registers twenty targets, singly."""

from __future__ import annotations

import asyncio
import sys

from gateway.registry import Actor, Registry
from gateway.settings import Settings
from gateway.target import Kind, TargetContent


async def main(name: str) -> None:
    registry = await Registry.open(Settings())
    for number in range(20):
        content = TargetContent(kind=Kind.PERSON, name=f"{name} {number}")
        await registry.targets.create(content, Actor(name))
        assert registry.version.read() > 0
    await registry.close()


asyncio.run(main(sys.argv[1]))
