"""Erasing a target: nothing of it is left in any file, and a tombstone says that it was there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from gateway.errors import NotFoundError
from gateway.registry import Actor, Registry
from gateway.settings import Settings
from tests.gateway.registry.stored import (
    checked,
    database_of,
    log_of,
    look_up,
    occurrences,
    people,
    person,
)


async def test_an_erased_target_is_gone_from_every_answer(
    registry: Registry, officer: Actor
) -> None:
    await registry.targets.create(person(), officer, id="t1")
    before = (await registry.targets.changes_since(0)).sequence
    await registry.targets.erase("t1", officer, expected_version=1)
    with pytest.raises(NotFoundError):
        await registry.targets.get("t1")
    with pytest.raises(NotFoundError):
        await registry.targets.erase("t1", officer)
    assert await registry.targets.page() == ([], None)
    changes = await registry.targets.changes_since(before)
    assert (changes.targets, changes.erased) == ((), ("t1",))
    assert changes.sequence == registry.version.read()
    assert (await registry.targets.changes_since(0)).erased == ()


async def test_the_tombstone_holds_no_content(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    await registry.targets.create(person(), officer, id="t1")
    await registry.targets.erase("t1", officer)
    columns = "kind, state, audiences, name_hmac, wrapped_key, wrapped_by, ciphertext"
    assert look_up(settings, f"SELECT {columns} FROM targets") == [(None,) * 7]
    assert look_up(settings, "SELECT id, version, erased_at IS NULL FROM targets") == [("t1", 2, 0)]


async def test_the_log_says_that_it_was_erased(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person(), officer, id="t1")
    await registry.targets.erase("t1", officer)
    event = (await log_of(registry))[-1]
    assert (event.action, event.target_id, event.target_version) == ("target.erased", "t1", 2)
    assert (event.digest, event.actor, event.case) == ("", "an officer", "case-7")
    assert (await checked(registry)).intact


async def test_an_erased_id_counts_on(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person(), officer, id="t1")
    await registry.targets.erase("t1", officer)
    again = await registry.targets.create(person(), officer, id="t1")
    assert again.version == 3
    changes = await registry.targets.changes_since(again.sequence - 1)
    assert (changes.targets, changes.erased) == ((again,), ())
    assert await registry.targets.page() == ([again], None)


async def test_nothing_is_left_in_any_file(
    registry: Registry, settings: Settings, officer: Actor, tmp_path: Path
) -> None:
    """The key and the ciphertext must be gone from the database, its log and its free pages."""
    await registry.targets.create_many(people(40), officer)
    secret = "a secret long enough to fill pages of its own " * 200
    await registry.targets.create(person(secrets=(secret,)), officer, id="t1")
    query = "SELECT wrapped_key, ciphertext, name_hmac FROM targets WHERE id = 't1'"
    ((wrapped_key, ciphertext, name_hmac),) = look_up(settings, query)
    assert isinstance(wrapped_key, bytes) and isinstance(ciphertext, bytes)
    assert isinstance(name_hmac, bytes)
    traces = [wrapped_key, name_hmac, ciphertext[:64], ciphertext[-64:], ciphertext[5000:5064]]
    assert occurrences(tmp_path, traces)
    await registry.targets.erase("t1", officer)
    assert occurrences(tmp_path, traces) == []


async def test_a_replaced_text_is_overwritten_too(
    registry: Registry, settings: Settings, officer: Actor, tmp_path: Path
) -> None:
    await registry.targets.create(person(), officer, id="t1")
    ((old,),) = look_up(settings, "SELECT ciphertext FROM targets")
    assert isinstance(old, bytes)
    await registry.targets.replace("t1", person("Somebody Else"), officer)
    await registry.targets.erase("t1", officer)
    assert occurrences(tmp_path, [old]) == []


async def test_no_name_is_ever_written_in_the_clear(
    registry: Registry, officer: Actor, tmp_path: Path
) -> None:
    content = person(secrets=("hush-hush",))
    await registry.targets.create(content, officer)
    assert occurrences(tmp_path, [b"Mirela", b"mirela", b"Oskarne", b"hush-hush"]) == []


async def test_a_reader_at_work_does_not_prevent_an_erasure(
    registry: Registry,
    officer: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    monkeypatch.setattr("gateway.registry.database.CHECKPOINT_MILLISECONDS", 10)
    await registry.targets.create(person(), officer, id="t1")
    ((wrapped_key,),) = look_up(settings, "SELECT wrapped_key FROM targets")
    assert isinstance(wrapped_key, bytes)
    reader = sqlite3.connect(database_of(settings), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM targets").fetchone()
    await registry.targets.erase("t1", officer)
    reader.close()
    await registry.targets.create(person(), officer, id="t2")
    await registry.targets.erase("t2", officer)
    assert occurrences(tmp_path, [wrapped_key]) == []
