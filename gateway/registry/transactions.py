"""One way to change the registry: a transaction that logs what it does and then announces it.

It knows the order of lock, change, event, commit and announcement; it does not know the changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import desc, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.registry.chain import START, Event
from gateway.registry.database import Database
from gateway.registry.schema import events as events_table
from gateway.registry.values import Actor, iso_time, utc_now
from gateway.registry.version import VersionWord

Result = TypeVar("Result")


@dataclass(slots=True)
class Transaction:
    """A change in progress: the connection, and the events that will be written with it.

    `erases` is set by a change after which no file of the database may hold what it destroyed.
    """

    connection: AsyncConnection
    sequence: int
    head: str
    time: str
    events: list[Event] = field(default_factory=list)
    erases: bool = False

    def record(
        self,
        action: str,
        actor: Actor,
        *,
        target_id: str | None = None,
        target_version: int | None = None,
        key_id: str | None = None,
        digest: str = "",
    ) -> Event:
        """Add an event to the log and return it; its sequence numbers the change."""
        event = Event(
            sequence=self.sequence + 1,
            time=self.time,
            actor=actor.name,
            action=action,
            case=actor.case,
            target_id=target_id,
            target_version=target_version,
            key_id=key_id,
            digest=digest,
            previous=self.head,
            hash="",
        ).sealed()
        self.events.append(event)
        self.sequence, self.head = event.sequence, event.hash
        return event


class Writer:
    """Runs changes one after another, each to its end even when the caller is cancelled.

    A client that hangs up must not leave a change committed but unannounced.
    """

    def __init__(self, database: Database, version: VersionWord) -> None:
        self._database = database
        self._version = version
        # Waiting here is fair and free; waiting for SQLite's lock polls.
        self._lock = asyncio.Lock()
        self._running: set[asyncio.Task[object]] = set()

    async def run(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Run `work` in a transaction and return its result once it is durable and announced.

        Raises:
            UnavailableError: the database failed; nothing was changed.
        """
        task = asyncio.create_task(self._run(work))
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until no change is in progress."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        async with self._lock:
            async with self._database.writing() as connection:
                sequence, head = await read_head(connection)
                transaction = Transaction(connection, sequence, head, iso_time(utc_now()))
                result = await work(transaction)
                if transaction.events:
                    rows = [event.as_dict() for event in transaction.events]
                    await connection.execute(insert(events_table), rows)
            self._version.write(transaction.sequence)
            if transaction.erases:
                await self._database.forget_history()
        return result

    def _finished(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            # A caller that left cannot take the error; asyncio would report it as lost.
            task.exception()


async def read_head(connection: AsyncConnection) -> tuple[int, str]:
    """Return sequence and hash of the last event."""
    columns = (events_table.c.sequence, events_table.c.hash)
    newest = select(*columns).order_by(desc(events_table.c.sequence)).limit(1)
    row = (await connection.execute(newest)).one_or_none()
    return (row.sequence, row.hash) if row is not None else (0, START)
