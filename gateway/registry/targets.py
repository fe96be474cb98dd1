"""The targets at rest: created, read, listed, replaced and erased, each change with its event.

It knows rows and versions; it knows nothing of what a target does to a request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.errors import GatewayError, NotFoundError, PreconditionError
from gateway.registry.creation import (
    OVERRIDDEN,
    Creation,
    Item,
    Outcome,
    chunks,
    name_taken,
    taken_names,
)
from gateway.registry.cursors import read_cursor, write_cursor
from gateway.registry.database import Database
from gateway.registry.feed import (
    active_pages,
    changes_since,
    count_since,
    hash_of,
    pages_since,
)
from gateway.registry.holds import record_hold, refuse_loss
from gateway.registry.rows import EMPTY_COLUMNS, RowCipher
from gateway.registry.schema import targets
from gateway.registry.transactions import Transaction, Writer
from gateway.registry.values import Actor, Changes, iso_time, utc_now
from gateway.target import ForgetTarget, State, TargetContent


class TargetStore:
    """Every target that was registered and not erased."""

    def __init__(self, database: Database, writer: Writer, cipher: RowCipher) -> None:
        self._database = database
        self._writer = writer
        self._cipher = cipher

    async def create(
        self,
        content: TargetContent,
        actor: Actor,
        *,
        id: str | None = None,
        is_overridden: bool = False,
    ) -> ForgetTarget:
        """Register a target under a given or a random id.

        Args:
            content: the target.
            actor: who registers it.
            id: the id, or None for a random one.
            is_overridden: whether an officer insists on it, which the log is to keep.

        Raises:
            TargetExistsError: the name or the id is registered already.
        """
        overridden = (0,) if is_overridden else ()
        outcome = (await self._create([(content, id)], actor, "target.created", overridden))[0]
        if isinstance(outcome, GatewayError):
            raise outcome
        return outcome

    async def create_many(
        self, items: Sequence[Item], actor: Actor, *, overridden: Container[int] = ()
    ) -> list[Outcome]:
        """Register targets in one transaction; what cannot be registered gives its error.

        Args:
            items: contents, each with its id or None.
            actor: who registers them.
            overridden: places of the items that an officer insists on, which the log is to keep.
        """
        return await self._create(items, actor, "target.imported", overridden)

    async def get(self, id: str) -> ForgetTarget:
        """Return a target.

        Raises:
            NotFoundError: there is none of this id, or it was erased.
        """
        async with self._database.reading() as connection:
            return self._cipher.target(await _live_row(connection, id))

    async def page(
        self,
        *,
        cursor: str | None = None,
        limit: int = 100,
        state: State | None = None,
        expired: bool | None = None,
    ) -> tuple[list[ForgetTarget], str | None]:
        """Return targets in the order of their creation, and the cursor of the next page.

        Args:
            cursor: where to go on, as an earlier page told.
            limit: how many at most.
            state: only those in this state.
            expired: only those whose time is over, or only those whose time is not.

        Raises:
            RequestError: the cursor is none that an earlier page gave.
        """
        query = select(targets).where(targets.c.erased_at.is_(None))
        query = query.where(targets.c.created_sequence > read_cursor(cursor))
        if state is not None:
            query = query.where(targets.c.state == state.value)
        if expired is not None:
            # Texts of one length and zone: their order is that of the moments.
            is_over = targets.c.expires_at <= iso_time(utc_now())
            query = query.where(is_over if expired else ~func.coalesce(is_over, false()))
        query = query.order_by(targets.c.created_sequence).limit(limit + 1)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = [self._cipher.target(row) for row in rows[:limit]]
        more = len(rows) > limit
        return found, write_cursor(rows[limit - 1]["created_sequence"]) if more else None

    async def replace(
        self,
        id: str,
        content: TargetContent,
        actor: Actor,
        *,
        expected_version: int | None = None,
        is_overridden: bool = False,
        may_release: bool = True,
    ) -> ForgetTarget:
        """Give a target new content and the next version; equal content changes nothing.

        Args:
            id: of the target.
            content: what takes the place of its content.
            actor: who changes it.
            expected_version: the version that it must have, if any.
            is_overridden: whether an officer insists on it, which the log is to keep.
            may_release: whether content that is not on hold lifts a hold.

        Raises:
            NotFoundError: there is none of this id.
            PreconditionError: its version is not the expected one.
            TargetExistsError: another target has the name.
            ConflictError: a legal hold keeps what the change would destroy.
        """

        async def work(transaction: Transaction) -> ForgetTarget:
            row = await _live_row(transaction.connection, id, expected_version)
            hmac = self._cipher.name_hmac(content)
            owner = (await taken_names(transaction.connection, [hmac])).get(hmac, id)
            if owner != id:
                raise name_taken(owner)
            current = self._cipher.target(row)
            if current.content == content:
                return current
            refuse_loss(id, current.content, content, may_release=may_release)
            version = row["version"] + 1
            if is_overridden:
                transaction.record(OVERRIDDEN, actor, target_id=id, target_version=version)
            record_hold(
                transaction, actor, id=id, version=version, before=current.content, after=content
            )
            return await self._replace(transaction, row, content, actor)

        return await self._writer.run(work)

    async def erase(self, id: str, actor: Actor, *, expected_version: int | None = None) -> None:
        """Destroy a target's text and the key to it, and leave a tombstone.

        Raises:
            NotFoundError: there is none of this id.
            PreconditionError: its version is not the expected one.
            ConflictError: it is under a legal hold.
            UnavailableError: it cannot be read, so that nobody can tell whether it is.
        """

        async def work(transaction: Transaction) -> None:
            row = await _live_row(transaction.connection, id, expected_version)
            refuse_loss(id, self._cipher.target(row).content, None)
            version = row["version"] + 1
            event = transaction.record("target.erased", actor, target_id=id, target_version=version)
            tombstone: dict[str, Any] = {**EMPTY_COLUMNS, "version": version}
            tombstone |= {"sequence": event.sequence, "updated_at": event.time}
            tombstone |= {"erased_at": event.time}
            await _update(transaction.connection, id, tombstone)
            transaction.erases = True

        await self._writer.run(work)

    async def get_many(self, ids: Sequence[str]) -> list[ForgetTarget]:
        """Return those of the targets that exist, in no order."""
        found: list[ForgetTarget] = []
        async with self._database.reading() as connection:
            for some in chunks(ids):
                query = select(targets).where(targets.c.id.in_(some), targets.c.erased_at.is_(None))
                rows = (await connection.execute(query)).mappings()
                found += (self._cipher.target(row) for row in rows)
        return found

    async def changes_since(self, sequence: int) -> Changes:
        """Return what was created, changed or erased after an event; 0 gives all that live."""
        return await changes_since(self._database, self._cipher, sequence)

    def pages_since(self, sequence: int) -> AsyncIterator[Changes]:
        """Yield the same a page at a time, each with the number of the event it goes up to."""
        return pages_since(self._database, self._cipher, sequence)

    def active_pages(self) -> AsyncIterator[Changes]:
        """Yield all active targets in the order of their ids, as of one event or later."""
        return active_pages(self._database, self._cipher)

    async def count_since(self, sequence: int) -> int:
        """Return how many targets `changes_since` would give."""
        return await count_since(self._database, sequence)

    async def hash_of(self, sequence: int) -> str | None:
        """Return the hash of an event, which names all history before it."""
        return await hash_of(self._database, sequence)

    async def _create(
        self, items: Sequence[Item], actor: Actor, action: str, overridden: Container[int]
    ) -> list[Outcome]:
        async def work(transaction: Transaction) -> list[Outcome]:
            creation = Creation(transaction, self._cipher, actor=actor, action=action)
            return await creation.run(items, overridden)

        return await self._writer.run(work)

    async def _replace(
        self, transaction: Transaction, row: RowMapping, content: TargetContent, actor: Actor
    ) -> ForgetTarget:
        id, version, data_key = row["id"], row["version"] + 1, self._cipher.data_key(row)
        digest = self._cipher.digest(data_key, content)
        event = transaction.record(
            _action(row["state"], content.state),
            actor,
            target_id=id,
            target_version=version,
            digest=digest,
        )
        columns = self._cipher.columns(content, id=id, version=version, data_key=data_key)
        columns |= {"sequence": event.sequence, "updated_at": event.time}
        await _update(transaction.connection, id, columns)
        created, updated = (datetime.fromisoformat(at) for at in (row["created_at"], event.time))
        return ForgetTarget(id, version, event.sequence, content, created, updated)


def _action(before: str, after: State) -> str:
    """Return what the log calls a change: when a target came into force or left it is told."""
    if before == after.value:
        return "target.replaced"
    return {
        State.ACTIVE: "target.activated",
        State.WITHDRAWN: "target.withdrawn",
        State.DRAFT: "target.suspended",
    }[after]


async def _live_row(
    connection: AsyncConnection, id: str, expected_version: int | None = None
) -> RowMapping:
    query = select(targets).where(targets.c.id == id, targets.c.erased_at.is_(None))
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"There is no target {id}.", param="id", code="target_not_found")
    if expected_version not in (None, row["version"]):
        raise PreconditionError(
            f"Target {id} is at version {row['version']}, not {expected_version}: "
            "read it again and repeat the change.",
            param="If-Match",
        )
    return row


async def _update(connection: AsyncConnection, id: str, columns: Mapping[str, Any]) -> None:
    await connection.execute(update(targets).where(targets.c.id == id).values(columns))
