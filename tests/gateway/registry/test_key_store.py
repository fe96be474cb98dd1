"""Keys made, used, listed and revoked; those that come with the start: test_seeding.py."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gateway.errors import ConflictError, NotFoundError, RequestError
from gateway.registry import Actor, ClientKey, KeyKind, Registry, Role
from tests.gateway.registry.stored import checked, log_of, occurrences


async def test_an_admin_key_authenticates_its_holder(registry: Registry, officer: Actor) -> None:
    record, token = await registry.keys.create(
        "Ada", kind=KeyKind.ADMIN, roles=[Role.AUDITOR], actor=officer
    )
    assert token.startswith("lethe_") and len(token) > 40
    actor = await registry.keys.authenticate_admin(token)
    assert actor == Actor("Ada", frozenset({Role.AUDITOR}))
    assert record.roles == frozenset({"auditor"})
    assert await registry.keys.client_keys() == {}


@pytest.mark.parametrize("text", ["", "lethe_", "x" * 10_000, "\udc80", "ü"])
async def test_other_text_authenticates_nobody(registry: Registry, text: str) -> None:
    assert await registry.keys.authenticate_admin(text) is None


async def test_a_client_key_opens_the_other_side_only(registry: Registry, officer: Actor) -> None:
    record, token = await registry.keys.create(
        "app", kind=KeyKind.CLIENT, roles=["legal", "legal"], actor=officer
    )
    digest = hashlib.sha256(token.encode()).digest()
    expected = {digest: ClientKey(record.id, "app", frozenset({"legal"}))}
    assert await registry.keys.client_keys() == expected
    assert await registry.keys.authenticate_admin(token) is None


async def test_making_and_revoking_move_the_word(registry: Registry, officer: Actor) -> None:
    start = registry.version.read()
    record, token = await registry.keys.create("app", kind=KeyKind.CLIENT, roles=[], actor=officer)
    assert registry.version.read() == start + 1
    await registry.keys.revoke(record.id, officer)
    assert registry.version.read() == start + 2
    assert await registry.keys.client_keys() == {}
    created, revoked = (await log_of(registry))[-2:]
    assert (created.action, created.key_id) == ("key.created", record.id)
    assert (revoked.action, revoked.key_id, revoked.case) == ("key.revoked", record.id, "case-7")
    assert (await checked(registry)).intact


async def test_a_revoked_admin_key_is_nobodys(registry: Registry, officer: Actor) -> None:
    record, token = await registry.keys.create(
        "Ada", kind=KeyKind.ADMIN, roles=[Role.OFFICER], actor=officer
    )
    await registry.keys.revoke(record.id, officer)
    assert await registry.keys.authenticate_admin(token) is None
    listed, _ = await registry.keys.page()
    assert next(key for key in listed if key.id == record.id).revoked_at is not None


async def test_revoking_again_changes_nothing(registry: Registry, officer: Actor) -> None:
    record, _ = await registry.keys.create("a", kind=KeyKind.CLIENT, roles=[], actor=officer)
    await registry.keys.revoke(record.id, officer)
    head = await registry.events.head()
    await registry.keys.revoke(record.id, officer)
    assert await registry.events.head() == head


async def test_an_unknown_key_is_not_found(registry: Registry, officer: Actor) -> None:
    with pytest.raises(NotFoundError):
        await registry.keys.revoke("key_none", officer)


async def test_a_key_of_the_environment_cannot_be_revoked(
    registry: Registry, officer: Actor
) -> None:
    (key,), _ = await registry.keys.page()
    with pytest.raises(ConflictError, match="environment"):
        await registry.keys.revoke(key.id, officer)


async def test_a_name_belongs_to_one_key_at_a_time(registry: Registry, officer: Actor) -> None:
    record, _ = await registry.keys.create("app", kind=KeyKind.CLIENT, roles=[], actor=officer)
    with pytest.raises(ConflictError, match=record.id):
        await registry.keys.create("app", kind=KeyKind.CLIENT, roles=[], actor=officer)
    await registry.keys.revoke(record.id, officer)
    await registry.keys.create("app", kind=KeyKind.CLIENT, roles=[], actor=officer)


async def test_pages_of_keys(registry: Registry, officer: Actor) -> None:
    for number in range(4):
        await registry.keys.create(f"k{number}", kind=KeyKind.CLIENT, roles=[], actor=officer)
    first, cursor = await registry.keys.page(limit=3)
    rest, end = await registry.keys.page(cursor=cursor, limit=3)
    names = [key.name for key in first + rest]
    assert (names, end) == (["environment-admin", "k0", "k1", "k2", "k3"], None)
    with pytest.raises(RequestError):
        await registry.keys.page(cursor="nonsense")


async def test_no_key_is_written_anywhere(
    registry: Registry, officer: Actor, tmp_path: Path
) -> None:
    _, token = await registry.keys.create("app", kind=KeyKind.CLIENT, roles=[], actor=officer)
    assert occurrences(tmp_path, [token.encode(), b"lethe_of_the_tests"]) == []
    assert token not in str(await registry.keys.page())
