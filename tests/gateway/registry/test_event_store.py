"""The log as it is stored: written with the changes, read in pages, and damage to it found."""

from __future__ import annotations

import pytest

from gateway.registry import Actor, Registry
from gateway.registry.chain import START
from gateway.settings import Settings
from tests.gateway.registry.stored import checked, log_of, person, tamper


async def three_changes(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person("One"), officer, id="one")
    await registry.targets.create(person("Two"), officer, id="two")
    await registry.targets.replace("one", person("One", secrets=("x",)), officer)


async def test_every_change_is_an_event(registry: Registry, officer: Actor) -> None:
    await three_changes(registry, officer)
    log = await log_of(registry)
    assert [(event.action, event.target_id, event.target_version) for event in log] == [
        ("key.created", None, None),
        ("target.created", "one", 1),
        ("target.created", "two", 1),
        ("target.replaced", "one", 2),
    ]
    assert {event.actor for event in log[1:]} == {"an officer"}
    assert {event.case for event in log[1:]} == {"case-7"}
    assert log[0].previous == START
    assert await registry.events.head() == (4, log[-1].hash)


async def test_pages_and_the_history_of_one_target(registry: Registry, officer: Actor) -> None:
    await three_changes(registry, officer)
    assert [event.sequence for event in await registry.events.page(1, 2)] == [2, 3]
    history = await registry.events.page(0, 100, target_id="one")
    assert [event.sequence for event in history] == [2, 4]
    assert await registry.events.page(4, 100) == []


async def test_equal_contents_have_different_digests(registry: Registry, officer: Actor) -> None:
    """Each target's own key digests its content: nobody can compare or guess across targets."""
    await registry.targets.create(person("One"), officer, id="one")
    await registry.targets.erase("one", officer)
    await registry.targets.create(person("One"), officer, id="two")
    log = await log_of(registry)
    assert log[1].digest != log[3].digest
    assert len(log[1].digest) == 64


async def test_the_same_content_again_has_the_same_digest(
    registry: Registry, officer: Actor
) -> None:
    await registry.targets.create(person("One"), officer, id="one")
    await registry.targets.replace("one", person("Two"), officer)
    await registry.targets.replace("one", person("One"), officer)
    log = await log_of(registry)
    assert log[1].digest == log[3].digest != log[2].digest


COLUMNS = ("time", "actor", "action", "'case'", "target_id", "digest", "previous", "hash")


@pytest.mark.parametrize("column", COLUMNS)
async def test_one_flipped_byte_in_the_database_is_found(
    registry: Registry, settings: Settings, officer: Actor, column: str
) -> None:
    await three_changes(registry, officer)
    column = column.replace("'", '"')
    tamper(
        settings,
        f"UPDATE events SET {column} = 'X' || substr({column}, 2) WHERE sequence = 3",
    )
    assert (await checked(registry)).first_broken == 3


@pytest.mark.parametrize("column", ["actor", "digest", "target_version"])
@pytest.mark.parametrize("value", ["CAST(x'41e4' AS TEXT)", "x'41e4'", "7.5", "'x'"])
async def test_damage_of_any_kind_is_found_and_no_failure(
    registry: Registry, settings: Settings, officer: Actor, column: str, value: str
) -> None:
    await three_changes(registry, officer)
    tamper(settings, f"UPDATE events SET {column} = {value} WHERE sequence = 2")
    assert (await checked(registry)).first_broken == 2


async def test_a_row_taken_out_of_the_database_is_found(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    await three_changes(registry, officer)
    tamper(settings, "DELETE FROM events WHERE sequence = 2")
    report = await checked(registry)
    assert (report.first_broken, report.count) == (2, 1)
