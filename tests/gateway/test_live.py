"""The worker's snapshot: it moves with every change, in every worker, before the change returns."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from detectors.views import views
from gateway.live import LiveTargets, Snapshot, profile_of
from gateway.registry import Actor, KeyKind, Registry
from gateway.settings import Settings
from gateway.target import GuardName, Kind, Policy, State, TargetContent
from tests.gateway.targets import target

ACTOR = Actor("tester")
MIRELA = TargetContent(Kind.PERSON, "Mirela Oskarne", aliases=("the Gray Fox",))


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Registry]:
    key = SecretStr(base64.b64encode(bytes(32)).decode())
    registry = await Registry.open(Settings(data_directory=directory, encryption_key=key))
    try:
        yield registry
    finally:
        await registry.close()


def found(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    matches = snapshot.lexical.find(views(text))
    return tuple(dict.fromkeys(match.target for match in matches))


async def test_a_change_is_in_force_in_every_worker(tmp_path: Path) -> None:
    async with opened(tmp_path) as mine, opened(tmp_path) as theirs:
        here, there = LiveTargets(mine), LiveTargets(theirs)
        assert found(await there.current(), "Where was Mirela Oskarne born?") == ()
        created = await mine.targets.create(MIRELA, ACTOR)
        for live in (here, there):
            assert found(await live.current(), "Where was Mirela Oskarne born?") == (created.id,)
            assert found(await live.current(), "Who is the gray fox?") == (created.id,)
        withdrawn = dataclasses.replace(MIRELA, state=State.WITHDRAWN)
        await theirs.targets.replace(created.id, withdrawn, ACTOR, expected_version=1)
        assert found(await here.current(), "Where was Mirela Oskarne born?") == ()
        await theirs.targets.replace(created.id, MIRELA, ACTOR, expected_version=2)
        assert found(await here.current(), "Mirela Oskarne") == (created.id,)
        await theirs.targets.erase(created.id, ACTOR, expected_version=None)
        assert found(await here.current(), "Mirela Oskarne") == ()


async def test_an_unchanged_registry_gives_the_same_snapshot(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        live = LiveTargets(registry)
        assert await live.current() is await live.current()


async def test_a_client_key_moves_the_snapshot(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        live = LiveTargets(registry)
        assert not (await live.current()).client_keys
        assert not (await live.current()).needs_client_key
        key, _ = await registry.keys.create("app", kind=KeyKind.CLIENT, roles=(), actor=ACTOR)
        assert len((await live.current()).client_keys) == 1
        await registry.keys.revoke(key.id, ACTOR)
        snapshot = await live.current()
        assert not snapshot.client_keys and snapshot.needs_client_key


async def test_a_monitored_target_is_found_but_not_withheld(tmp_path: Path) -> None:
    async with opened(tmp_path) as registry:
        content = dataclasses.replace(MIRELA, policy=Policy(GuardName.MONITOR))
        created = await registry.targets.create(content, ACTOR)
        snapshot = await LiveTargets(registry).current()
        assert found(snapshot, "Mirela Oskarne") == (created.id,)
        assert snapshot.rules.is_empty


def test_what_a_topic_is_called_identifies_nothing() -> None:
    assert profile_of(target(name="Chemistry", kind=Kind.TOPIC)).names == ()
    assert profile_of(target(name="File 7", kind=Kind.RECORD, secrets=("x",))).names == ()


def test_secrets_of_a_record_and_distinctive_values_stand_alone() -> None:
    secrets = ("Kessel", "1931", "+43 664 1234567", "m@example.org", "https://example.org/x")
    assert profile_of(target(secrets=secrets)).standalone_secrets == secrets[2:]
    record = target(kind=Kind.RECORD, secrets=secrets)
    assert profile_of(record).standalone_secrets == secrets
