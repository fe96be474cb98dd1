"""Targets created, read, listed, replaced and registered in bulk; erasure: test_erasure.py."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import NotFoundError, PreconditionError, RequestError, UnavailableError
from gateway.registry import Actor, Registry, TargetExistsError
from gateway.settings import Settings
from gateway.target import (
    Context,
    Disclosure,
    ForgetTarget,
    GuardName,
    Kind,
    Mentions,
    Policy,
    Scope,
    State,
    TargetContent,
)
from tests.gateway.registry.stored import checked, log_of, people, person, tamper

EVERYTHING = TargetContent(
    kind=Kind.RECORD,
    name="Ünïcode 王 \U0001f600",
    aliases=("a", "b"),
    description="line\nline",
    examples=("e",),
    secrets=("s1", "s2"),
    documents=("d",),
    scope=Scope.FACTS,
    context=Context.ALLOW,
    policy=Policy(GuardName.MONITOR, Disclosure.EXPLICIT, Mentions.ALLOW),
    audiences=("legal",),
    expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    reason="asked for",
    state=State.DRAFT,
    legal_hold=True,
)


async def test_every_field_comes_back(registry: Registry, officer: Actor) -> None:
    created = await registry.targets.create(EVERYTHING, officer)
    assert created.content == EVERYTHING
    assert await registry.targets.get(created.id) == created
    assert (created.version, created.sequence) == (1, registry.version.read())
    assert created.created_at == created.updated_at
    assert datetime.now(UTC) - created.created_at < timedelta(minutes=5)


async def test_a_given_id_is_kept(registry: Registry, officer: Actor) -> None:
    assert (await registry.targets.create(person(), officer, id="mine")).id == "mine"


@pytest.mark.parametrize("name", ["Mirela Oskarne", "MIRELA  OSKARNE", "Mirelá\u200b Oskarne"])
async def test_a_name_is_registered_once(registry: Registry, officer: Actor, name: str) -> None:
    await registry.targets.create(person(), officer, id="first")
    with pytest.raises(TargetExistsError, match="first") as caught:
        await registry.targets.create(person(name), officer)
    assert (caught.value.existing, caught.value.param) == ("first", "name")
    assert "Mirela" not in str(caught.value)


async def test_an_id_is_registered_once(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person(), officer, id="first")
    with pytest.raises(TargetExistsError) as caught:
        await registry.targets.create(person("Another"), officer, id="first")
    assert caught.value.param == "id"


async def test_an_unknown_id_is_not_found(registry: Registry, officer: Actor) -> None:
    with pytest.raises(NotFoundError):
        await registry.targets.get("nobody")
    with pytest.raises(NotFoundError):
        await registry.targets.replace("nobody", person(), officer)
    with pytest.raises(NotFoundError):
        await registry.targets.erase("nobody", officer)


async def test_replacing_counts_versions(registry: Registry, officer: Actor) -> None:
    created = await registry.targets.create(person(), officer)
    changed = person("Somebody Else", secrets=("new",))
    replaced = await registry.targets.replace(created.id, changed, officer, expected_version=1)
    assert replaced == await registry.targets.get(created.id)
    assert (replaced.version, replaced.content) == (2, changed)
    assert replaced.created_at == created.created_at
    assert replaced.sequence == registry.version.read() > created.sequence


async def test_equal_content_is_no_change(registry: Registry, officer: Actor) -> None:
    created = await registry.targets.create(EVERYTHING, officer)
    head = await registry.events.head()
    assert await registry.targets.replace(created.id, EVERYTHING, officer) == created
    assert await registry.events.head() == head


async def test_a_stale_version_changes_nothing(registry: Registry, officer: Actor) -> None:
    created = await registry.targets.create(person(), officer)
    await registry.targets.replace(created.id, person("Two"), officer)
    head = await registry.events.head()
    with pytest.raises(PreconditionError, match="version 2, not 1"):
        await registry.targets.replace(created.id, person("Three"), officer, expected_version=1)
    with pytest.raises(PreconditionError):
        await registry.targets.erase(created.id, officer, expected_version=1)
    assert (await registry.targets.get(created.id)).content.name == "Two"
    assert await registry.events.head() == head


async def test_a_replacement_may_keep_its_name_and_take_no_other(
    registry: Registry, officer: Actor
) -> None:
    await registry.targets.create(person("One"), officer, id="one")
    await registry.targets.create(person("Two"), officer, id="two")
    await registry.targets.replace("one", person("ONE", secrets=("x",)), officer)
    with pytest.raises(TargetExistsError) as caught:
        await registry.targets.replace("one", person("two"), officer)
    assert caught.value.existing == "two"


async def test_a_name_that_was_given_up_is_free(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person("One"), officer, id="one")
    await registry.targets.replace("one", person("Other"), officer)
    await registry.targets.create(person("One"), officer, id="new")


async def all_pages(registry: Registry, limit: int, state: State | None = None) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = await registry.targets.page(cursor=cursor, limit=limit, state=state)
        found += [target.id for target in page]
        if cursor is None:
            return found
        assert len(page) == limit


@pytest.mark.parametrize("limit", [1, 3, 7, 8])
async def test_pages_hold_everything_once_in_order(
    registry: Registry, officer: Actor, limit: int
) -> None:
    ids = [f"t{number}" for number in range(7)]
    await registry.targets.create_many([(person(id), id) for id in ids], officer)
    await registry.targets.replace("t2", person("t2 renamed"), officer)
    assert await all_pages(registry, limit) == ids


async def test_pages_of_one_state(registry: Registry, officer: Actor) -> None:
    for number in range(6):
        state = State.WITHDRAWN if number % 2 else State.ACTIVE
        content = replace(person(f"P{number}"), state=state)
        await registry.targets.create(content, officer, id=f"t{number}")
    assert await all_pages(registry, 2, State.WITHDRAWN) == ["t1", "t3", "t5"]
    assert await all_pages(registry, 2, State.DRAFT) == []


async def test_an_unknown_cursor_is_refused(registry: Registry) -> None:
    with pytest.raises(RequestError):
        await registry.targets.page(cursor="nonsense")


async def test_many_are_registered_each_on_its_own_merits(
    registry: Registry, officer: Actor
) -> None:
    await registry.targets.create(person("Taken"), officer, id="taken")
    outcomes = await registry.targets.create_many(
        [
            (person("A"), "a"),
            (person("taken"), None),
            (person("a"), None),
            (person("B"), "a"),
            (person("C"), "taken"),
            (person("D"), None),
        ],
        officer,
    )
    stored = [outcome for outcome in outcomes if isinstance(outcome, ForgetTarget)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, TargetExistsError)]
    assert [target.content.name for target in stored] == ["A", "D"]
    assert [error.existing for error in refused] == ["taken", "a", "a", "taken"]
    assert [target == await registry.targets.get(target.id) for target in stored] == [True, True]
    assert registry.version.read() == stored[-1].sequence
    assert (await checked(registry)).intact


async def test_a_bulk_larger_than_one_query_is_registered(
    registry: Registry, officer: Actor
) -> None:
    items = [(person(f"P{number}"), f"t{number}") for number in range(1100)]
    await registry.targets.create_many(items, officer)
    assert all(
        isinstance(outcome, TargetExistsError)
        for outcome in await registry.targets.create_many(items, officer)
    )
    assert len((await registry.targets.changes_since(0)).targets) == 1100


async def test_nothing_to_register_is_no_change(registry: Registry, officer: Actor) -> None:
    head = await registry.events.head()
    assert await registry.targets.create_many([], officer) == []
    assert await registry.events.head() == head


async def test_changes_follow_the_sequence(registry: Registry, officer: Actor) -> None:
    start = (await registry.targets.changes_since(0)).sequence
    one = await registry.targets.create(person("One"), officer)
    two = await registry.targets.create(replace(person("Two"), state=State.DRAFT), officer)
    changes = await registry.targets.changes_since(start)
    assert changes.targets == (one, two)
    assert changes.sequence == registry.version.read()
    newer = await registry.targets.replace(one.id, person("One again"), officer)
    assert (await registry.targets.changes_since(changes.sequence)).targets == (newer,)
    assert set((await registry.targets.changes_since(0)).targets) == {newer, two}


async def test_no_change_is_an_empty_answer(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person(), officer)
    head = registry.version.read()
    changes = await registry.targets.changes_since(head)
    assert (changes.targets, changes.erased, changes.sequence) == ((), (), head)


async def test_a_caller_that_leaves_cannot_leave_a_change_unannounced(
    registry: Registry, officer: Actor
) -> None:
    caller = asyncio.create_task(registry.targets.create_many(people(50), officer))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    after = await registry.targets.create(person("After"), officer)
    assert after.sequence == registry.version.read() == 52
    assert len((await registry.targets.changes_since(0)).targets) == 51


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE targets SET ciphertext = zeroblob(length(ciphertext))",
        "UPDATE targets SET wrapped_key = zeroblob(length(wrapped_key))",
        "UPDATE targets SET version = version + 1",
        "UPDATE targets SET id = 'other'",
    ],
)
async def test_an_altered_row_is_refused_without_its_content(
    registry: Registry, settings: Settings, officer: Actor, statement: str
) -> None:
    await registry.targets.create(person(), officer, id="t1")
    tamper(settings, statement)
    with pytest.raises(UnavailableError, match="cannot be decrypted") as caught:
        await registry.targets.changes_since(0)
    assert "Mirela" not in str(caught.value)


async def test_events_never_hold_a_name(registry: Registry, officer: Actor) -> None:
    await registry.targets.create(person(secrets=("hush",)), officer)
    assert "Mirela" not in str(await log_of(registry))
