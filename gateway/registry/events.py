"""Reading the log of changes; it is written by the transactions that make them.

It knows the rows of the log; it does not know whether they are sound, which `chain` decides.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, select

from gateway.registry.chain import Event
from gateway.registry.database import Database
from gateway.registry.schema import events
from gateway.registry.transactions import read_head


class EventStore:
    """The log of changes, from the first to the last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, after: int = 0, limit: int = 100, *, target_id: str | None = None
    ) -> list[Event]:
        """Return at most `limit` events whose sequence is above `after`, in their order."""
        query = select(events).where(events.c.sequence > after)
        if target_id is not None:
            query = query.where(events.c.target_id == target_id)
        query = query.order_by(events.c.sequence).limit(limit)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
        return [_event(row) for row in rows.mappings()]

    async def head(self) -> tuple[int, str]:
        """Return sequence and hash of the last event; zero and `START` before the first."""
        async with self._database.reading() as connection:
            return await read_head(connection)


def _event(row: RowMapping) -> Event:
    """Read a row as it is: damage becomes a wrong value, which the chain finds, and no failure."""
    return Event(**{name: _readable(name, value) for name, value in row.items()})


def _readable(name: str, value: Any) -> Any:
    if name in ("sequence", "target_version"):
        return value if isinstance(value, int | None) else -1
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str | None) else str(value)
