"""The master keys at work: proving that they fit a registry, and rotating them.

It knows which keys at rest each master key wraps; it does not know where the keys come from.
"""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.errors import EncryptionKeyError
from gateway.registry.cipher import DecryptionError, KeyRing, Wrapped, new_key
from gateway.registry.database import Database
from gateway.registry.keyfile import SETTING
from gateway.registry.rows import key_place
from gateway.registry.schema import registry_meta, targets

REGISTRY_KEY = "registry_key"
CHUNK = 1000


async def verify_ring(database: Database, ring: KeyRing) -> None:
    """Check, reading only, that the keys open everything that the registry holds.

    Raises:
        EncryptionKeyError: a key is wrong or missing.
    """
    others = targets.c.wrapped_by.not_in(ring.fingerprints)
    async with database.reading() as connection:
        await _stored_key(connection, ring)
        missing = select(targets.c.wrapped_by).where(others).limit(1)
        fingerprint = (await connection.execute(missing)).scalar_one_or_none()
    if fingerprint is not None:
        raise _does_not_fit(f"targets need key {fingerprint} as well")


async def registry_key(database: Database, ring: KeyRing) -> bytes:
    """Return the registry's own key, made on the first start, and finish any rotation.

    Whatever an older master key wraps is wrapped anew by the first one, so that the older one
    can be taken out of the settings once every process has started with both.
    """
    async with database.writing() as connection:
        key = await _stored_key(connection, ring)
        if key is None:
            key = new_key()
            row = _meta_row(ring.wrap(key, bound_to=REGISTRY_KEY))
            await connection.execute(insert(registry_meta), {"name": REGISTRY_KEY, **row})
        await _rotate_registry_key(connection, ring, key)
        await _rotate_data_keys(connection, ring)
    return key


async def _stored_key(connection: AsyncConnection, ring: KeyRing) -> bytes | None:
    query = select(registry_meta).where(registry_meta.c.name == REGISTRY_KEY)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    try:
        return ring.unwrap(Wrapped(row.wrapped_by, row.value), bound_to=REGISTRY_KEY)
    except DecryptionError as error:
        raise _does_not_fit(str(error)) from None


async def _rotate_registry_key(connection: AsyncConnection, ring: KeyRing, key: bytes) -> None:
    row = _meta_row(ring.wrap(key, bound_to=REGISTRY_KEY))
    older = registry_meta.c.wrapped_by != ring.first
    await connection.execute(update(registry_meta).where(older).values(row))


async def _rotate_data_keys(connection: AsyncConnection, ring: KeyRing) -> None:
    columns = (targets.c.id, targets.c.wrapped_by, targets.c.wrapped_key)
    older = select(*columns).where(targets.c.wrapped_by != ring.first).limit(CHUNK)
    change = (
        update(targets)
        .where(targets.c.id == bindparam("target"))
        .values(wrapped_by=ring.first, wrapped_key=bindparam("blob"))
    )
    while rows := (await connection.execute(older)).all():
        await connection.execute(change, [_rewrapped(ring, *row) for row in rows])


def _rewrapped(ring: KeyRing, id: str, wrapped_by: str, blob: bytes) -> dict[str, str | bytes]:
    try:
        key = ring.unwrap(Wrapped(wrapped_by, blob), bound_to=key_place(id))
    except DecryptionError as error:
        raise _does_not_fit(f"target {id}: {error}") from None
    return {"target": id, "blob": ring.wrap(key, bound_to=key_place(id)).blob}


def _meta_row(wrapped: Wrapped) -> dict[str, str | bytes]:
    return {"value": wrapped.blob, "wrapped_by": wrapped.wrapped_by}


def _does_not_fit(why: str) -> EncryptionKeyError:
    return EncryptionKeyError(f"{SETTING} does not fit the registry: {why}", param=SETTING)
