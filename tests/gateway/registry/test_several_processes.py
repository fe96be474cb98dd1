"""Several registries on one file, in one process and in several: one chain, no change unseen."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from gateway.registry import Actor, Registry
from gateway.settings import Settings
from tests.gateway.registry.stored import checked, people, person

WRITER = Path(__file__).parent / "writer.py"


async def test_each_sees_what_the_other_did(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    other = await Registry.open(settings)
    mine = await registry.targets.create(person("Mine"), officer)
    assert other.version.read() == mine.sequence
    assert (await other.targets.changes_since(0)).targets == (mine,)
    theirs = await other.targets.replace(mine.id, person("Theirs"), officer)
    assert registry.version.read() == theirs.sequence
    assert (await registry.targets.changes_since(mine.sequence)).targets == (theirs,)
    await other.targets.erase(mine.id, officer)
    assert (await registry.targets.changes_since(theirs.sequence)).erased == (mine.id,)
    await other.close()


async def test_both_writing_at_once_keep_one_chain(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    other = await Registry.open(settings)
    await asyncio.gather(
        *(registry.targets.create(person(f"A {number}"), officer) for number in range(15)),
        *(other.targets.create(person(f"B {number}"), officer) for number in range(15)),
        registry.targets.create_many(people(100, "C"), officer),
        other.targets.create_many(people(100, "D"), officer),
    )
    report = await checked(other)
    assert (report.count, report.intact) == (231, True)
    assert registry.version.read() == other.version.read() == 231
    assert len((await registry.targets.changes_since(0)).targets) == 230
    await other.close()


async def test_the_same_name_at_once_is_registered_once(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    other = await Registry.open(settings)
    outcomes = await asyncio.gather(
        *(each.targets.create(person(), officer) for each in (registry, other) * 4),
        return_exceptions=True,
    )
    assert len([outcome for outcome in outcomes if not isinstance(outcome, Exception)]) == 1
    await other.close()


async def test_processes_that_start_and_write_at_once(settings: Settings) -> None:
    key = settings.encryption_key
    assert key is not None
    environment = {
        "LETHE_ENCRYPTION_KEY": key.get_secret_value(),
        "LETHE_DATA_DIRECTORY": str(settings.data_directory),
        "PYTHONPATH": str(Path.cwd()),
    }
    processes = [
        subprocess.Popen([sys.executable, str(WRITER), name], env=environment)
        for name in ("one", "two", "three")
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    registry = await Registry.open(Settings(encryption_key=key))
    report = await checked(registry)
    assert (report.count, report.intact) == (1 + 3 * 20, True)
    assert registry.version.read() == 61
    await registry.close()
