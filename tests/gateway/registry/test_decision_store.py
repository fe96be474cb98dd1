"""Decisions: queued at once, readable at once, and the last ones kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from gateway.errors import NotFoundError
from gateway.registry import Decision, Registry
from gateway.registry.database import Database
from gateway.registry.decisions import DecisionStore
from gateway.settings import Settings
from tests.gateway.registry.stored import look_up, tamper


def decision(id: str, action: str = "refused") -> Decision:
    match = {"target": "t1", "target_version": 2, "score": 0.9, "channel": "messages[0]"}
    moment = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    return Decision(id, moment, "/v1/chat/completions", "refuse", action, (match,))


async def written(settings: Settings, count: int) -> None:
    async with asyncio.timeout(10):
        while look_up(settings, "SELECT count(*) FROM decisions") != [(count,)]:
            await asyncio.sleep(0.02)


async def test_a_decision_is_readable_before_and_after_it_is_written(
    registry: Registry, settings: Settings
) -> None:
    registry.decisions.record(decision("r1"))
    assert await registry.decisions.get("r1") == decision("r1")
    await written(settings, 1)
    assert await registry.decisions.get("r1") == decision("r1")


async def test_another_process_finds_what_is_just_being_written(
    registry: Registry, settings: Settings
) -> None:
    other = await Registry.open(settings)
    registry.decisions.record(decision("r1"))
    assert await other.decisions.get("r1") == decision("r1")
    await other.close()


async def test_closing_writes_what_is_queued(settings: Settings) -> None:
    registry = await Registry.open(settings)
    registry.decisions.record(decision("r1"))
    await registry.close()
    registry = await Registry.open(settings)
    assert await registry.decisions.get("r1") == decision("r1")
    await registry.close()


async def test_the_later_of_two_is_kept(registry: Registry, settings: Settings) -> None:
    registry.decisions.record(decision("r1"))
    await written(settings, 1)
    registry.decisions.record(decision("r1", "answer_withheld"))
    registry.decisions.record(decision("r2"))
    await written(settings, 2)
    assert (await registry.decisions.get("r1")).action == "answer_withheld"


async def test_an_unknown_decision_is_not_found(registry: Registry) -> None:
    with pytest.raises(NotFoundError):
        await registry.decisions.get("none")


async def test_only_the_last_are_kept(registry: Registry, settings: Settings) -> None:
    database = Database(settings.resolved_database_url())
    for start in (0, 4):
        store = DecisionStore(database, kept=5)
        for number in range(start, start + 4):
            store.record(decision(f"r{number}"))
        await store.close()
    rows = look_up(settings, "SELECT id FROM decisions ORDER BY position")
    await database.close()
    assert rows == [("r3",), ("r4",), ("r5",), ("r6",), ("r7",)]


async def test_a_database_that_fails_costs_no_request_and_keeps_the_queue(
    registry: Registry, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    tamper(settings, "ALTER TABLE decisions RENAME TO away")
    registry.decisions.record(decision("r1"))
    async with asyncio.timeout(10):
        while not caplog.records:
            await asyncio.sleep(0.02)
    tamper(settings, "ALTER TABLE away RENAME TO decisions")
    registry.decisions.record(decision("r2"))
    await written(settings, 2)
