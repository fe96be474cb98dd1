"""What was done to the requests that were changed: queued on the hot path, written behind it.

It knows decisions as identifiers and numbers; it never sees a request's content.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from gateway.errors import NotFoundError, UnavailableError
from gateway.registry.database import Database
from gateway.registry.schema import decisions
from gateway.registry.values import Decision, iso_time

KEPT = 10_000
PAUSE_SECONDS = 0.1
"""How long decisions gather before they are written together."""
PATIENCE_SECONDS = 0.15
"""How long whoever asks waits for what another process may just be writing."""

logger = logging.getLogger(__name__)


class DecisionStore:
    """The last decisions, by the id of their request."""

    def __init__(self, database: Database, *, kept: int = KEPT) -> None:
        self._database = database
        self._kept = kept
        self._waiting: OrderedDict[str, Decision] = OrderedDict()
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def record(self, decision: Decision) -> None:
        """Queue a decision; a second one of the same id takes the place of the first.

        Never blocks and never fails: where the database does not keep up, the oldest are lost.
        """
        self._waiting.pop(decision.id, None)
        self._waiting[decision.id] = decision
        if len(self._waiting) > self._kept:
            self._waiting.popitem(last=False)
        self._arrived.set()
        if self._task is None:
            self._task = asyncio.create_task(self._write_behind())

    async def get(self, id: str) -> Decision:
        """Return a decision.

        Raises:
            NotFoundError: no decision of this id is kept.
        """
        if id in self._waiting:
            return self._waiting[id]
        body = await self._read(id)
        if body is None:
            await asyncio.sleep(PATIENCE_SECONDS)
            body = await self._read(id)
        if body is None:
            message = f"There is no decision {id}: the request was not changed, or is long past."
            raise NotFoundError(message, param="id", code="decision_not_found")
        return _from_json(body)

    async def close(self) -> None:
        """Write what is queued and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._flush()

    async def _read(self, id: str) -> str | None:
        query = select(decisions.c.body).where(decisions.c.id == id)
        async with self._database.reading() as connection:
            body: str | None = (await connection.execute(query)).scalar_one_or_none()
        return body

    async def _write_behind(self) -> None:
        while True:
            await self._arrived.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            self._arrived.clear()
            await self._flush()

    async def _flush(self) -> None:
        batch = list(self._waiting.values())
        if not batch:
            return
        try:
            await self._write(batch)
        except UnavailableError as error:
            logger.warning("decisions could not be written yet: %s", error)
            return
        for decision in batch:
            # A newer decision of the same id may have been queued meanwhile.
            if self._waiting.get(decision.id) is decision:
                del self._waiting[decision.id]

    async def _write(self, batch: Sequence[Decision]) -> None:
        rows = [{"id": decision.id, "body": _to_json(decision)} for decision in batch]
        async with self._database.writing() as connection:
            again = [{"old": row["id"]} for row in rows]
            await connection.execute(
                delete(decisions).where(decisions.c.id == bindparam("old")), again
            )
            await connection.execute(insert(decisions), rows)
            newest = select(func.max(decisions.c.position)).scalar_subquery()
            old = decisions.c.position <= newest - self._kept
            await connection.execute(delete(decisions).where(old))


def _to_json(decision: Decision) -> str:
    values: dict[str, Any] = {**asdict(decision), "time": iso_time(decision.time)}
    return json.dumps(values, separators=(",", ":"))


def _from_json(body: str) -> Decision:
    values: Mapping[str, Any] = json.loads(body)
    moment = datetime.fromisoformat(values["time"])
    return Decision(**{**values, "time": moment, "matches": tuple(values["matches"])})
