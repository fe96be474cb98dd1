"""Snapshots of derived state: a start from one knows what a start from the registry knows."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

import gateway.live
import gateway.snapshots
from gateway.live import LiveTargets
from gateway.registry import Registry
from gateway.settings import Settings
from gateway.snapshot_file import snapshots_in
from gateway.snapshot_maker import make_snapshot
from gateway.snapshots import SnapshotError, Snapshots
from gateway.target import Kind, State, TargetContent
from tests.gateway.conftest import ENCRYPTION_KEY
from tests.gateway.test_live import ACTOR, found, opened

NAMES = ("Mirela Oskarne", "Ada Velmont", "Tomas Brandt", "Rosa Kestrel", "Ivo Marlen")
TEXT = ", ".join((*NAMES, "Nadja Ilvane", "664-1234567"))


class InThread(Snapshots):
    """Makes snapshots in a thread, and counts them."""

    made = 0

    async def build(self, *, after: int) -> None:
        """Make one, as the process would."""
        await asyncio.to_thread(make_snapshot, self._settings, after=after)
        self.made += 1


class Failing(Snapshots):
    """A process that cannot make any; counts how often it was asked."""

    asked = 0

    async def build(self, *, after: int) -> None:
        """Fail."""
        self.asked += 1
        raise SnapshotError("it ended")


@pytest.fixture(autouse=True)
def worth_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway.live, "WORTH_A_SNAPSHOT", 3)
    monkeypatch.setattr(gateway.live, "ERASED_SECONDS", 0.0)


def settings_of(directory: Path) -> Settings:
    return Settings(
        data_directory=directory, encryption_key=ENCRYPTION_KEY, admin_key=SecretStr("x" * 32)
    )


def person(name: str, **fields: object) -> TargetContent:
    return TargetContent(Kind.PERSON, name, **fields)  # type: ignore[arg-type]


async def filled(registry: Registry) -> list[str]:
    return [(await registry.targets.create(person(name), ACTOR)).id for name in NAMES]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_start_from_a_snapshot_knows_what_a_start_from_nothing_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.live, "WORTH_A_SNAPSHOT", 100)
    async with opened(tmp_path) as registry:
        ids = await filled(registry)
        snapshots = InThread(settings_of(tmp_path), registry)
        await snapshots.build(after=0)
        replaced = person("Ada Velmont", secrets=("664-1234567",), description="A weaver.")
        await registry.targets.replace(ids[1], replaced, ACTOR)
        await registry.targets.replace(ids[2], person(NAMES[2], state=State.WITHDRAWN), ACTOR)
        await registry.targets.erase(ids[3], ACTOR)
        await registry.targets.create(person("Nadja Ilvane"), ACTOR)
        from_disk = await LiveTargets(registry, snapshots).current()
        anew = await LiveTargets(registry).current()
        assert from_disk.derived.base_size == len(NAMES)
        assert anew.derived.base_size == 0
        assert dict(from_disk.targets) == dict(anew.targets)
        assert from_disk.targets.counts == anew.targets.counts
        assert from_disk.sequence == anew.sequence
        assert set(found(from_disk, TEXT)) == set(found(anew, TEXT)) == set(anew.targets)


async def test_many_targets_are_read_in_by_a_process(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        await filled(registry)
        snapshots = Snapshots(settings_of(tmp_path), registry)
        snapshot = await LiveTargets(registry, snapshots).current()
        assert snapshot.derived.base_size == len(NAMES)
        assert len(snapshots_in(snapshots.directory)) == 1
        assert len(found(snapshot, TEXT)) == len(NAMES)


async def test_what_makes_none_is_done_without(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        await filled(registry)
        failing = Failing(settings_of(tmp_path), registry)
        live = LiveTargets(registry, failing)
        assert len(found(await live.current(), TEXT)) == len(NAMES)
        for number in range(5):
            await registry.targets.create(person(f"Nadja {number}"), ACTOR)
            await live.current()
        # Once at the start and once when it had grown; a failure is not met again at once.
        assert failing.asked == 2
        await live.aclose()
        ending = Snapshots(settings_of(tmp_path), registry, maker=("false",))
        assert len(found(await LiveTargets(registry, ending).current(), TEXT)) == len(NAMES)


def damaged(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("harm", [damaged, lambda path: path.write_bytes(b"")])
async def test_a_damaged_snapshot_is_passed_over_and_replaced(
    tmp_path: Path, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as registry:
        await filled(registry)
        snapshots = InThread(settings_of(tmp_path), registry)
        await snapshots.build(after=0)
        [before] = snapshots_in(snapshots.directory)
        harm(before)
        with caplog.at_level(logging.WARNING):
            snapshot = await LiveTargets(registry, snapshots).current()
        assert "a snapshot is passed over" in caplog.text
        assert len(found(snapshot, TEXT)) == len(NAMES)


async def test_a_snapshot_of_another_registry_or_of_other_code_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    async with opened(first) as registry, opened(second) as other:
        await filled(registry)
        await filled(other)
        snapshots = InThread(settings_of(first), registry)
        await snapshots.build(after=0)
        assert await snapshots.newest() is not None
        foreign = Snapshots(settings_of(second), other)
        (second / "snapshots").mkdir()
        [path] = snapshots_in(snapshots.directory)
        (foreign.directory / path.name).write_bytes(path.read_bytes())
        assert await foreign.newest() is None
        monkeypatch.setattr(gateway.snapshots, "code_fingerprint", lambda: "other")
        assert await Snapshots(settings_of(first), registry).newest() is None


async def test_an_erased_target_leaves_the_snapshot_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        ids = await filled(registry)
        snapshots = InThread(settings_of(tmp_path), registry)
        live = LiveTargets(registry, snapshots)
        await live.current()
        [before] = snapshots_in(snapshots.directory)
        await registry.targets.erase(ids[0], ACTOR)
        assert len(found(await live.current(), TEXT)) == len(NAMES) - 1
        await until(lambda: live.known.derived.base_size == len(NAMES) - 1)
        assert not before.exists() and len(snapshots_in(snapshots.directory)) == 1
        assert not live.known.derived.erased_from_base
        await live.aclose()


async def test_what_is_registered_while_a_base_is_made_is_not_lost(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry, opened(tmp_path) as theirs:
        snapshots = InThread(settings_of(tmp_path), registry)
        live = LiveTargets(registry, snapshots)
        known: list[str] = []
        for number in range(60):
            name = f"Mirela {chr(97 + number // 26)}{chr(97 + number % 26)}skarne"
            writer = registry if number % 2 else theirs
            known.append((await writer.targets.create(person(name), ACTOR)).id)
            if number % 7 == 6:
                erased = known.pop(0)
                await registry.targets.erase(erased, ACTOR)
            snapshot = await live.current()
            assert found(snapshot, name) == (known[-1],)
            assert set(snapshot.targets) == set(known)
        await until(lambda: not live.is_busy)
        assert snapshots.made >= 2
        assert set((await live.current()).targets) == set(known)
        await live.aclose()


async def test_segments_are_merged_beside_the_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detectors.lexical.segments.NEWEST", 2)
    async with opened(tmp_path) as registry:
        live = LiveTargets(registry)
        ids = []
        for number in range(30):
            changed = dataclasses.replace(person("Ada Velmont"), name=f"Ada Velmont{number}")
            ids.append((await registry.targets.create(changed, ACTOR)).id)
            snapshot = await live.current()
            assert found(snapshot, f"ada velmont{number}") == (ids[-1],)
            await asyncio.sleep(0)
        await until(lambda: not live.is_busy)
        assert len(live.known.lexical.sizes) < 8
        assert set(live.known.targets) == set(ids)
        await live.aclose()
