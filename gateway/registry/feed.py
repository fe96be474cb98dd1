"""What changed since an event: the feed from which every derived index is kept up to date.

It knows how to read changes in order, a page at a time; it does not know who derives what from
them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.registry.database import Database
from gateway.registry.rows import RowCipher
from gateway.registry.schema import events, targets
from gateway.registry.transactions import read_head
from gateway.registry.values import Changes
from gateway.target import ForgetTarget, State

CHUNK = 200
"""Rows that are decrypted before other work of the event loop gets its turn."""


async def pages_since(
    database: Database, cipher: RowCipher, sequence: int
) -> AsyncIterator[Changes]:
    """Yield what was created, changed or erased after an event, in the order of the changes.

    Every page says up to where it goes; there is one at least, and the last goes up to the head.
    That is read before the rows, and each page in a transaction of its own: what changes
    meanwhile belongs to an event after the head, for whoever asks from there on.
    """
    is_first_load = sequence == 0
    head: int | None = None
    while head is None or sequence < head:
        async with database.reading() as connection:
            if head is None:
                head, _ = await read_head(connection)
            query = _between(sequence, head, is_first_load=is_first_load)
            rows = await _rows(connection, query) if sequence < head else ()
        is_last = len(rows) < CHUNK
        sequence = head if is_last else rows[-1]["sequence"]
        yield _page(rows, cipher, sequence)
        if is_last:
            return
    yield Changes((), (), head)


async def changes_since(database: Database, cipher: RowCipher, sequence: int) -> Changes:
    """Return all pages as one: for whoever knows that little has changed."""
    found: list[ForgetTarget] = []
    erased: list[str] = []
    reached = sequence
    async for page in pages_since(database, cipher, sequence):
        found += page.targets
        erased += page.erased
        reached = page.sequence
    return Changes(tuple(found), tuple(erased), reached)


async def active_pages(database: Database, cipher: RowCipher) -> AsyncIterator[Changes]:
    """Yield all active targets in the order of their ids; every page names the same event.

    What changes meanwhile may be among them or not: its event comes after the one that is named.
    """
    async with database.reading() as connection:
        head, _ = await read_head(connection)
    last = ""
    while True:
        query = select(targets).where(targets.c.id > last, targets.c.erased_at.is_(None))
        async with database.reading() as connection:
            rows = await _rows(connection, query.order_by(targets.c.id).limit(CHUNK))
        active = [row for row in rows if row["state"] == State.ACTIVE.value]
        yield _page(active, cipher, head)
        if len(rows) < CHUNK:
            return
        last = rows[-1]["id"]


async def count_since(database: Database, sequence: int) -> int:
    """Return how many targets changed after an event, without reading them."""
    query = select(func.count()).select_from(targets).where(targets.c.sequence > sequence)
    query = query.where(targets.c.erased_at.is_(None)) if sequence == 0 else query
    async with database.reading() as connection:
        return int((await connection.execute(query)).scalar_one())


async def hash_of(database: Database, sequence: int) -> str | None:
    """Return the hash of an event, which names the history before it; None without the event."""
    query = select(events.c.hash).where(events.c.sequence == sequence)
    async with database.reading() as connection:
        found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found


def _between(sequence: int, head: int, *, is_first_load: bool) -> Select[Any]:
    query = select(targets).where(targets.c.sequence > sequence, targets.c.sequence <= head)
    # Whoever starts from nothing has nothing to take back.
    query = query.where(targets.c.erased_at.is_(None)) if is_first_load else query
    return query.order_by(targets.c.sequence).limit(CHUNK)


def _page(rows: Sequence[RowMapping], cipher: RowCipher, sequence: int) -> Changes:
    living = tuple(cipher.target(row) for row in rows if row["erased_at"] is None)
    erased = tuple(row["id"] for row in rows if row["erased_at"] is not None)
    return Changes(living, erased, sequence)


async def _rows(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows
