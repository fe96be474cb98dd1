"""The feed hands the registry over a page at a time, and waits where the process lags behind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

import gateway.registry.feed
import gateway.semantic_feed
from detectors.service.protocol import State
from detectors.values import TargetProfile
from gateway.registry import Actor
from gateway.semantic_feed import SemanticFeed
from gateway.target import Kind, TargetContent
from tests.gateway.test_live import opened


class ScriptedClient:
    """A detector process that notes what it was told, and computes when it is asked."""

    def __init__(self) -> None:
        self.sequence = 0
        self.pending = 0
        self.calls: list[tuple[list[str], list[str], int, bool]] = []

    async def state(self) -> State:
        self.pending = max(0, self.pending - 1)
        return State(self.sequence, "scripted", 0, self.pending)

    async def confirm(self, sequence: int, event: str) -> None:
        self.confirmed = sequence, event

    async def update(
        self,
        profiles: Sequence[TargetProfile],
        removed: Sequence[str],
        *,
        sequence: int,
        is_final: bool = True,
    ) -> State:
        names = [name for profile in profiles for name in profile.names]
        self.calls.append((names, list(removed), sequence, is_final))
        self.pending += len(profiles)
        if is_final:
            self.sequence = sequence
        return State(self.sequence, "scripted", 0, self.pending)


async def test_pages_are_handed_over_in_order_and_only_the_last_is_final(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.registry.feed, "CHUNK", 2)
    monkeypatch.setattr(gateway.semantic_feed, "MOST_PENDING", 2)
    monkeypatch.setattr(gateway.semantic_feed, "BUSY_SECONDS", 0.001)
    async with opened(tmp_path) as registry:
        for name in "ABCDE":
            await registry.targets.create(TargetContent(Kind.PERSON, name), Actor("t"), id=name)
        client = ScriptedClient()
        feed = SemanticFeed(client, registry)  # type: ignore[arg-type]
        await feed.start()
        try:
            head = (await registry.events.head())[0]
            await asyncio.wait_for(until_indexed(feed, head), 5)
            await registry.targets.erase("B", Actor("t"))
            feed.kick()
            await asyncio.wait_for(until_indexed(feed, head + 1), 5)
        finally:
            await feed.aclose()
    assert [names for names, *_ in client.calls] == [["A", "B"], ["C", "D"], ["E"], []]
    assert [is_final for *_, is_final in client.calls] == [False, False, True, True]
    assert client.calls[-1][1:3] == (["B"], head + 1)


async def test_vectors_found_on_disk_count_once_they_are_this_registrys(tmp_path: Path) -> None:
    class Resumed(ScriptedClient):
        unconfirmed = ""
        discarded = False

        async def state(self) -> State:
            return State(self.sequence, "scripted", 0, 0, unconfirmed=self.unconfirmed)

        async def discard(self) -> None:
            self.discarded = True

    async with opened(tmp_path) as registry:
        await registry.targets.create(TargetContent(Kind.PERSON, "A"), Actor("t"), id="A")
        sequence, event = await registry.events.head()
        for unconfirmed in (event, "of another registry"):
            client = Resumed()
            client.sequence, client.unconfirmed = sequence, unconfirmed
            feed = SemanticFeed(client, registry)  # type: ignore[arg-type]
            assert await feed._catch_up() == gateway.semantic_feed.IDLE_SECONDS
            assert client.discarded == (unconfirmed != event)
            assert client.discarded != (getattr(client, "confirmed", None) == (sequence, event))
            assert feed.has_indexed(sequence) != client.discarded


async def until_indexed(feed: SemanticFeed, sequence: int) -> None:
    while not feed.has_indexed(sequence):
        await asyncio.sleep(0.001)
