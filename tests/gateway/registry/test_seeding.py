"""Keys that come with the start, from the settings or generated."""

from __future__ import annotations

import hashlib

import pytest

from gateway.errors import SettingsError
from gateway.registry import Actor, KeyKind, Registry, Role
from gateway.settings import Settings
from tests.gateway.registry.stored import KEY, checked


def with_keys(*, admin: str | None = "boss", clients: str | None = None) -> Settings:
    return Settings(encryption_key=KEY, admin_key=admin, api_keys=clients)


async def names_after(settings: Settings) -> dict[str, list[str]]:
    registry = await Registry.open(settings)
    listed, _ = await registry.keys.page()
    await registry.close()
    return {key.name: sorted(key.roles) for key in listed}


async def test_the_environment_brings_its_keys(own_directories: None) -> None:
    registry = await Registry.open(with_keys(clients="one, two:legal,two:press,,sk:three:x"))
    actor = await registry.keys.authenticate_admin("boss")
    clients = await registry.keys.client_keys()
    await registry.close()
    assert actor == Actor("environment-admin", frozenset(Role))
    roles = {digest: sorted(key.roles) for digest, key in clients.items()}
    assert roles == {
        hashlib.sha256(b"one").digest(): [],
        hashlib.sha256(b"two").digest(): ["legal", "press"],
        hashlib.sha256(b"sk:three").digest(): ["x"],
    }


async def test_keys_follow_the_environment(own_directories: None) -> None:
    first = await names_after(with_keys(clients="one,two"))
    assert sorted(first) == ["environment-admin", "environment-client", "environment-client-2"]
    second = await names_after(with_keys(clients="two:legal"))
    assert sorted(second.values()) == [["auditor", "officer", "operator"], ["legal"]]
    registry = await Registry.open(with_keys(clients=None))
    assert await registry.keys.client_keys() == {}
    assert (await checked(registry)).intact
    await registry.close()


async def test_the_same_environment_changes_nothing(own_directories: None) -> None:
    settings = with_keys(clients="one,two:legal")
    registry = await Registry.open(settings)
    head = await registry.events.head()
    again = await Registry.open(with_keys(clients="two:legal,one"))
    assert await again.events.head() == head
    await again.close()
    await registry.close()


async def test_a_start_without_any_admin_key_generates_one_once(own_directories: None) -> None:
    first = await Registry.open(with_keys(admin=None))
    token = first.generated_admin_key
    assert token is not None
    second = await Registry.open(with_keys(admin=None))
    assert second.generated_admin_key is None
    assert await second.keys.authenticate_admin(token) == Actor("first-admin", frozenset(Role))
    await first.close()
    await second.close()


async def test_taking_the_admin_key_away_generates_another(own_directories: None) -> None:
    await names_after(with_keys())
    registry = await Registry.open(with_keys(admin=None))
    assert registry.generated_admin_key is not None
    assert await registry.keys.authenticate_admin("boss") is None
    await registry.close()


async def test_a_revoked_generated_key_is_replaced_at_the_next_start(
    own_directories: None,
) -> None:
    registry = await Registry.open(with_keys(admin=None))
    (key,), _ = await registry.keys.page()
    await registry.keys.revoke(key.id, Actor("somebody"))
    await registry.close()
    registry = await Registry.open(with_keys(admin=None))
    assert registry.generated_admin_key is not None
    await registry.close()


async def test_a_key_made_through_the_api_may_move_to_the_environment(
    own_directories: None,
) -> None:
    registry = await Registry.open(with_keys())
    _, token = await registry.keys.create(
        "app", kind=KeyKind.CLIENT, roles=["legal"], actor=Actor("somebody")
    )
    await registry.close()
    assert await names_after(with_keys(clients=token)) == {
        "environment-admin": ["auditor", "officer", "operator"],
        "app": ["legal"],
    }
    with pytest.raises(SettingsError, match="other kind"):
        await Registry.open(with_keys(admin=token))


async def test_a_revoked_key_cannot_come_back_through_the_environment(
    own_directories: None,
) -> None:
    registry = await Registry.open(with_keys())
    record, token = await registry.keys.create(
        "app", kind=KeyKind.CLIENT, roles=[], actor=Actor("somebody")
    )
    await registry.keys.revoke(record.id, Actor("somebody"))
    await registry.close()
    with pytest.raises(SettingsError, match="revoked") as caught:
        await Registry.open(with_keys(clients=token))
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    ("admin", "clients"),
    [("", None), ("  ", None), ("same", "same"), ("boss", ":legal"), ("boss", "key:two words")],
)
async def test_unusable_keys_refuse_to_start(
    own_directories: None, admin: str, clients: str | None
) -> None:
    with pytest.raises(SettingsError, match="LETHE_"):
        await Registry.open(with_keys(admin=admin, clients=clients))
