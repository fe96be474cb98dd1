"""The text of matched targets: read once, kept by version, and never done without."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.values import Match, Stage, Verdict
from gateway.contents import Contents
from gateway.errors import UnavailableError
from gateway.live import LiveTargets
from gateway.target import ForgetTarget, State
from tests.gateway.test_live import ACTOR, MIRELA, opened


def verdict(*ids: str) -> Verdict:
    matches = [Match(id, Stage.EXACT, "plain", 1.0, 1.0, (0, 1), "why") for id in ids]
    return Verdict(tuple((0, match) for match in matches))


async def test_a_matched_target_comes_with_its_text(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        created = await registry.targets.create(MIRELA, ACTOR)
        live = LiveTargets(registry)
        matched = await live.matched(verdict(created.id, "unknown"), await live.current())
        assert matched == {created.id: created}


async def test_it_is_read_once_for_each_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as registry:
        created = await registry.targets.create(MIRELA, ACTOR)
        live, contents = LiveTargets(registry), Contents(registry)
        read: list[Sequence[str]] = []
        get_many = registry.targets.get_many

        async def counted(ids: Sequence[str]) -> list[ForgetTarget]:
            read.append(ids)
            return await get_many(ids)

        monkeypatch.setattr(registry.targets, "get_many", counted)
        for _ in range(2):
            await contents.of([created.id], (await live.current()).targets)
        assert read == [[created.id]]
        changed = dataclasses.replace(MIRELA, aliases=("the Grey Fox",))
        await registry.targets.replace(created.id, changed, ACTOR)
        found = await contents.of([created.id], (await live.current()).targets)
        assert found[created.id].content == changed
        assert len(read) == 2


async def test_what_ended_since_the_snapshot_is_left_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        live = LiveTargets(registry)
        ids = [
            (await registry.targets.create(dataclasses.replace(MIRELA, name=name), ACTOR)).id
            for name in ("One", "Two", "Three")
        ]
        snapshot = await live.current()
        await registry.targets.erase(ids[0], ACTOR)
        withdrawn = dataclasses.replace(MIRELA, name="Two", state=State.WITHDRAWN)
        await registry.targets.replace(ids[1], withdrawn, ACTOR)
        assert list(await live.matched(verdict(*ids), snapshot)) == [ids[2]]


async def test_a_registry_that_cannot_be_read_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as registry:
        created = await registry.targets.create(MIRELA, ACTOR)
        live = LiveTargets(registry)
        snapshot = await live.current()

        async def fail(ids: Sequence[str]) -> list[ForgetTarget]:
            raise UnavailableError("The registry's database failed.")

        monkeypatch.setattr(registry.targets, "get_many", fail)
        with pytest.raises(UnavailableError):
            await live.matched(verdict(created.id), snapshot)
