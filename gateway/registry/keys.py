"""The keys that open the gateway: shown once when they are made, kept as hashes.

It knows digests, names and roles; it does not know what a role allows.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.errors import ConflictError, NotFoundError
from gateway.registry.cipher import Digests
from gateway.registry.cursors import read_cursor, write_cursor
from gateway.registry.database import Database
from gateway.registry.schema import keys
from gateway.registry.transactions import Transaction, Writer
from gateway.registry.values import Actor, ClientKey, KeyKind, KeyRecord, KeySource, Role

TOKEN_PREFIX = "lethe_"
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is about to be stored; `token` is the key itself."""

    token: str = field(repr=False)
    name: str
    kind: KeyKind
    roles: tuple[str, ...]
    source: KeySource


class KeyStore:
    """Every key, the revoked ones included: a name in the log stays the name of one key."""

    def __init__(self, database: Database, writer: Writer, digests: Digests) -> None:
        self._database = database
        self._writer = writer
        self._digests = digests

    async def create(
        self, name: str, *, kind: KeyKind, roles: Iterable[str], actor: Actor
    ) -> tuple[KeyRecord, str]:
        """Make a key; the second value is the key itself, which nothing can show again.

        Raises:
            ConflictError: a key that is not revoked has the name.
        """
        key = NewKey(new_token(), name, kind, tuple(roles), KeySource.API)

        async def work(transaction: Transaction) -> KeyRecord:
            await _refuse_taken(transaction.connection, name)
            return await add_key(transaction, key, actor, digests=self._digests)

        return await self._writer.run(work), key.token

    async def page(
        self, *, cursor: str | None = None, limit: int = 100
    ) -> tuple[list[KeyRecord], str | None]:
        """Return keys in the order of their creation, and the cursor of the next page.

        Raises:
            RequestError: the cursor is none that an earlier page gave.
        """
        query = select(keys).where(keys.c.created_sequence > read_cursor(cursor))
        query = query.order_by(keys.c.created_sequence).limit(limit + 1)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        more = len(rows) > limit
        cursor = write_cursor(rows[limit - 1]["created_sequence"]) if more else None
        return [_record(row) for row in rows[:limit]], cursor

    async def revoke(self, id: str, actor: Actor) -> None:
        """Make a key useless; doing so again changes nothing.

        Raises:
            NotFoundError: there is none of this id.
            ConflictError: the environment holds the key and would bring it back.
        """

        async def work(transaction: Transaction) -> None:
            query = select(keys).where(keys.c.id == id)
            row = (await transaction.connection.execute(query)).mappings().one_or_none()
            if row is None:
                raise NotFoundError(f"There is no key {id}.", param="id", code="key_not_found")
            if row["source"] == KeySource.ENVIRONMENT and row["revoked_at"] is None:
                raise ConflictError(
                    f"Key {id} comes from the environment: remove it there and restart.",
                    param="id",
                    code="environment_key",
                )
            if row["revoked_at"] is None:
                await _mark_revoked(transaction, id, actor)

        await self._writer.run(work)

    async def authenticate_admin(self, plaintext: str) -> Actor | None:
        """Return who holds an admin key, or None for any other text."""
        query = _live().where(keys.c.digest == token_digest(plaintext))
        query = query.where(keys.c.kind == KeyKind.ADMIN.value)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return Actor(row["name"], frozenset(Role(role) for role in row["roles"])) if row else None

    async def client_keys(self) -> Mapping[bytes, ClientKey]:
        """Return the client keys by SHA-256 of the key: what the hot path keeps in memory."""
        query = _live().where(keys.c.kind == KeyKind.CLIENT.value)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {
            row["digest"]: ClientKey(row["id"], row["name"], frozenset(row["roles"]))
            for row in rows
        }

    async def clients_need_key(self) -> bool:
        """Return whether the door is closed: a client key is in force, or one was revoked.

        To revoke the last key must not let everybody in. Keys of the environment leave no trace,
        so that taking the setting back does open the door.
        """
        query = select(keys.c.id).where(keys.c.kind == KeyKind.CLIENT.value).limit(1)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first() is not None


def new_token() -> str:
    """Return a random key of 256 bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(plaintext: str) -> bytes:
    """Return the SHA-256 of a key; its 256 random bits make a slow hash needless."""
    return hashlib.sha256(plaintext.encode(errors="surrogatepass")).digest()


async def add_key(
    transaction: Transaction, key: NewKey, actor: Actor, *, digests: Digests
) -> KeyRecord:
    """Store a key within a transaction, with its event."""
    id = f"key_{secrets.token_hex(8)}"
    about = {"name": key.name, "kind": key.kind.value, "roles": sorted(set(key.roles))}
    canonical = json.dumps({**about, "id": id}, sort_keys=True, separators=(",", ":"))
    digest = digests.of_record(canonical.encode())
    event = transaction.record("key.created", actor, key_id=id, digest=digest)
    row: dict[str, Any] = {**about, "id": id, "digest": token_digest(key.token)}
    row |= {"source": key.source.value, "created_sequence": event.sequence}
    row |= {"created_at": event.time, "revoked_at": None}
    await transaction.connection.execute(insert(keys), row)
    return _record(row)


async def remove_key(transaction: Transaction, id: str, actor: Actor) -> None:
    """Take out a key that the environment no longer holds, so that it may come back later."""
    transaction.record("key.revoked", actor, key_id=id)
    await transaction.connection.execute(delete(keys).where(keys.c.id == id))


async def _mark_revoked(transaction: Transaction, id: str, actor: Actor) -> None:
    event = transaction.record("key.revoked", actor, key_id=id)
    change = update(keys).where(keys.c.id == id).values(revoked_at=event.time)
    await transaction.connection.execute(change)


async def _refuse_taken(connection: AsyncConnection, name: str) -> None:
    row = (await connection.execute(_live().where(keys.c.name == name))).mappings().one_or_none()
    if row is not None:
        raise ConflictError(f"Key {row['id']} has this name already.", param="name")


def _live() -> Select[Any]:
    return select(keys).where(keys.c.revoked_at.is_(None))


def _record(row: RowMapping | dict[str, Any]) -> KeyRecord:
    revoked = row["revoked_at"]
    return KeyRecord(
        id=row["id"],
        name=row["name"],
        kind=KeyKind(row["kind"]),
        roles=frozenset(row["roles"]),
        source=KeySource(row["source"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        revoked_at=datetime.fromisoformat(revoked) if revoked else None,
    )
