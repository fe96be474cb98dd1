"""Keys that come with the start: those that the settings hold, and one where there is none.

It knows settings and keys at rest; it does not know who shows a generated key, or to whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.errors import SettingsError
from gateway.registry.cipher import Digests
from gateway.registry.database import Database
from gateway.registry.keys import NewKey, add_key, new_token, remove_key, token_digest
from gateway.registry.schema import keys
from gateway.registry.transactions import Transaction, Writer
from gateway.registry.values import Actor, KeyKind, KeySource, Role
from gateway.settings import Settings

ALL_ROLES = tuple(role.value for role in Role)
ENVIRONMENT = Actor("environment")
FIRST_START = Actor("first-start")
ROLE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class _Difference:
    """What separates the stored keys from those of the settings."""

    new: tuple[NewKey, ...]
    gone: tuple[str, ...]
    lacks_admin: bool

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.lacks_admin)


def keys_of(settings: Settings) -> dict[bytes, NewKey]:
    """Return the keys that the settings hold, by their digests.

    Raises:
        SettingsError: a key is empty, a role is no name, or a key opens both sides.
    """
    found = {
        token_digest(token): NewKey(
            token, "environment-client", KeyKind.CLIENT, roles, KeySource.ENVIRONMENT
        )
        for token, roles in _client_keys(settings).items()
    }
    if settings.admin_key is not None:
        token = settings.admin_key.get_secret_value().strip()
        if not token:
            raise _refusal("LETHE_ADMIN_KEY", "it is empty")
        if token_digest(token) in found:
            raise _refusal("LETHE_ADMIN_KEY", "it is a client key in LETHE_API_KEYS too")
        found[token_digest(token)] = NewKey(
            token, "environment-admin", KeyKind.ADMIN, ALL_ROLES, KeySource.ENVIRONMENT
        )
    return found


async def seed_keys(
    database: Database, writer: Writer, digests: Digests, *, wanted: Mapping[bytes, NewKey]
) -> str | None:
    """Make the stored keys agree with the settings; return a generated admin key, if one was.

    Raises:
        SettingsError: a setting holds a key that was revoked, or that opens the other side.
    """
    async with database.reading() as connection:
        if not _compare(await _rows(connection), wanted):
            return None

    async def work(transaction: Transaction) -> str | None:
        difference = _compare(await _rows(transaction.connection), wanted)
        for id in difference.gone:
            await remove_key(transaction, id, ENVIRONMENT)
        for key in difference.new:
            await add_key(transaction, key, ENVIRONMENT, digests=digests)
        if not difference.lacks_admin:
            return None
        key = NewKey(new_token(), "first-admin", KeyKind.ADMIN, ALL_ROLES, KeySource.GENERATED)
        await add_key(transaction, key, FIRST_START, digests=digests)
        return key.token

    return await writer.run(work)


async def _rows(connection: AsyncConnection) -> list[RowMapping]:
    return list((await connection.execute(select(keys))).mappings().all())


def _compare(rows: Sequence[RowMapping], wanted: Mapping[bytes, NewKey]) -> _Difference:
    stored = {row["digest"]: row for row in rows}
    kept = [
        stored[digest]
        for digest, key in wanted.items()
        if digest in stored and _agrees(stored[digest], key)
    ]
    kept_ids = {row["id"] for row in kept}
    gone = [
        row for row in rows if row["source"] == KeySource.ENVIRONMENT and row["id"] not in kept_ids
    ]
    new = [key for digest, key in wanted.items() if digest not in {row["digest"] for row in kept}]
    remaining = [row for row in rows if row not in gone and row["revoked_at"] is None]
    admins = [row for row in remaining if row["kind"] == KeyKind.ADMIN]
    names = {row["name"] for row in remaining}
    return _Difference(
        new=tuple(_distinctly_named(new, names)),
        gone=tuple(row["id"] for row in gone),
        lacks_admin=not admins and all(key.kind is not KeyKind.ADMIN for key in new),
    )


def _agrees(row: RowMapping, key: NewKey) -> bool:
    """Return whether a stored key is the one wanted; if not, it is stored anew.

    A key that was made through the API and then put into the settings stays what it was.
    """
    setting = "LETHE_ADMIN_KEY" if key.kind is KeyKind.ADMIN else "LETHE_API_KEYS"
    if row["revoked_at"] is not None:
        raise _refusal(setting, f"it holds {row['id']}, which was revoked")
    if row["source"] == KeySource.ENVIRONMENT:
        return row["kind"] == key.kind and set(row["roles"]) == set(key.roles)
    if row["kind"] != key.kind:
        raise _refusal(setting, f"it holds {row['id']}, which is a key of the other kind")
    return True


def _distinctly_named(new: Sequence[NewKey], taken: set[str]) -> Iterator[NewKey]:
    """Number the keys whose names are taken: the log must tell one key from another."""
    taken = set(taken)
    for key in new:
        numbered = (f"{key.name}-{number}" for number in count(2))
        name = next(name for name in chain([key.name], numbered) if name not in taken)
        taken.add(name)
        yield replace(key, name=name)


def _client_keys(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the roles of each client key; a key that is listed again collects its roles."""
    found: dict[str, tuple[str, ...]] = {}
    listed = settings.api_keys.get_secret_value() if settings.api_keys is not None else ""
    for number, entry in enumerate(filter(None, map(str.strip, listed.split(","))), 1):
        token, colon, role = entry.rpartition(":") if ":" in entry else (entry, "", "")
        if not token or (colon and not ROLE_NAME.fullmatch(role)):
            raise _refusal("LETHE_API_KEYS", f"entry {number} is not `key` or `key:role`")
        found[token] = (*found.get(token, ()), role) if role else found.get(token, ())
    return found


def _refusal(setting: str, why: str) -> SettingsError:
    return SettingsError(f"{setting}: {why}", param=setting)
