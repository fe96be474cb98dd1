"""Registering many targets within one transaction, each on its own merits.

It knows which names and ids are taken; it knows nothing of where the targets came from.
"""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.errors import GatewayError
from gateway.registry.errors import TargetExistsError
from gateway.registry.holds import record_hold
from gateway.registry.rows import RowCipher
from gateway.registry.schema import targets
from gateway.registry.transactions import Transaction
from gateway.registry.values import Actor
from gateway.target import ForgetTarget, TargetContent

Item = tuple[TargetContent, str | None]
Outcome = ForgetTarget | GatewayError
Value = TypeVar("Value")

OVERRIDDEN = "target.overridden"
"""What the log calls a registration that an officer insisted on; beside that of the change."""

LOOKUP = 500
"""Values that one query looks for: databases bound the number of parameters."""


class Creation:
    """One batch in progress."""

    def __init__(
        self, transaction: Transaction, cipher: RowCipher, *, actor: Actor, action: str
    ) -> None:
        self._transaction = transaction
        self._cipher = cipher
        self._actor = actor
        self._action = action
        self._names: dict[bytes, str] = {}
        self._ids: set[str] = set()
        self._tombstones: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []

    async def run(self, items: Sequence[Item], overridden: Container[int] = ()) -> list[Outcome]:
        """Register what can be registered; the outcomes come in the order of the items.

        Args:
            items: contents, each with its id or None.
            overridden: places of those that an officer registers against the advice of the trial.
        """
        hmacs = [self._cipher.name_hmac(content) for content, _ in items]
        await self._look_up(hmacs, [id for _, id in items if id is not None])
        outcomes = [
            self._register(content, id, hmac, place in overridden)
            for place, ((content, id), hmac) in enumerate(zip(items, hmacs, strict=True))
        ]
        await self._write()
        return outcomes

    async def _look_up(self, hmacs: Sequence[bytes], ids: Sequence[str]) -> None:
        connection = self._transaction.connection
        self._names = await taken_names(connection, hmacs)
        columns = (targets.c.id, targets.c.version, targets.c.erased_at)
        for some in chunks(ids):
            query = select(*columns).where(targets.c.id.in_(some))
            for row in await connection.execute(query):
                if row.erased_at is None:
                    self._ids.add(row.id)
                else:
                    self._tombstones[row.id] = row.version

    def _register(
        self, content: TargetContent, id: str | None, hmac: bytes, is_overridden: bool
    ) -> Outcome:
        if hmac in self._names:
            return name_taken(self._names[hmac])
        if id in self._ids:
            return TargetExistsError(f"The id {id} is taken.", existing=id, param="id")
        id = id or f"t_{secrets.token_hex(10)}"
        self._names[hmac] = id
        self._ids.add(id)
        return self._add(content, id, is_overridden)

    def _add(self, content: TargetContent, id: str, is_overridden: bool) -> ForgetTarget:
        # An erased id counts on, so that no version of it ever names two contents.
        version = self._tombstones.get(id, 0) + 1
        data_key = self._cipher.new_data_key()
        if is_overridden:
            # Before the event of the change, whose number is the target's.
            self._transaction.record(OVERRIDDEN, self._actor, target_id=id, target_version=version)
        record_hold(
            self._transaction, self._actor, id=id, version=version, before=None, after=content
        )
        event = self._transaction.record(
            self._action,
            self._actor,
            target_id=id,
            target_version=version,
            digest=self._cipher.digest(data_key, content),
        )
        columns = self._cipher.columns(content, id=id, version=version, data_key=data_key)
        columns |= {"sequence": event.sequence, "created_sequence": event.sequence}
        columns |= {"created_at": event.time, "updated_at": event.time}
        self._rows.append(columns)
        moment = datetime.fromisoformat(event.time)
        return ForgetTarget(id, version, event.sequence, content, moment, moment)

    async def _write(self) -> None:
        connection = self._transaction.connection
        revived = [row["id"] for row in self._rows if row["id"] in self._tombstones]
        for some in chunks(revived):
            await connection.execute(delete(targets).where(targets.c.id.in_(some)))
        if self._rows:
            await connection.execute(insert(targets), self._rows)


async def taken_names(connection: AsyncConnection, hmacs: Sequence[bytes]) -> dict[bytes, str]:
    """Return the ids of the targets that have one of the names."""
    column: Column[bytes] = targets.c.name_hmac
    taken: dict[bytes, str] = {}
    for some in chunks(hmacs):
        rows = await connection.execute(select(column, targets.c.id).where(column.in_(some)))
        taken |= {row.name_hmac: row.id for row in rows}
    return taken


def name_taken(existing: str) -> TargetExistsError:
    """Return the error for a name that another target has."""
    message = (
        f"A target of this name is registered already, as {existing}: change that one, "
        "or remove it first."
    )
    return TargetExistsError(message, existing=existing, param="name")


def chunks(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield the values in lists that one query can look for."""
    iterator = iter(values)
    while some := list(islice(iterator, LOOKUP)):
        yield some
