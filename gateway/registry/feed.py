"""What changed since an event: the feed from which every derived index is kept up to date.

It knows how to read changes in order; it does not know who derives what from them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.registry.database import Database
from gateway.registry.rows import RowCipher
from gateway.registry.schema import targets
from gateway.registry.transactions import read_head
from gateway.registry.values import Changes
from gateway.target import ForgetTarget

CHUNK = 500
"""Rows that are decrypted before other work of the event loop gets its turn."""


async def changes_since(database: Database, cipher: RowCipher, sequence: int) -> Changes:
    """Return what was created, changed or erased after an event.

    The head is read before the rows. A database whose transactions see later commits can thus
    only show a change twice, never hide one.
    """
    found: list[ForgetTarget] = []
    erased: list[str] = []
    async with database.reading() as connection:
        head, _ = await read_head(connection)
        if head == sequence:
            return Changes((), (), head)
        async for row in _rows_after(connection, sequence):
            if row["erased_at"] is None:
                found.append(cipher.target(row))
            else:
                erased.append(row["id"])
    return Changes(tuple(found), tuple(erased), head)


async def _rows_after(connection: AsyncConnection, sequence: int) -> AsyncIterator[RowMapping]:
    alive = targets.c.erased_at.is_(None)
    while True:
        query = select(targets).where(targets.c.sequence > sequence)
        # Whoever starts from nothing has nothing to take back.
        query = query.where(alive) if sequence == 0 else query
        query = query.order_by(targets.c.sequence).limit(CHUNK)
        rows = (await connection.execute(query)).mappings().all()
        for row in rows:
            yield row
        if len(rows) < CHUNK:
            return
        sequence = rows[-1]["sequence"]
