"""`/v1/targets/import`: many targets as lines of JSON, each answered once it is on the disk.

It knows lines, batches and their results; the registry knows what is stored.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.admin.access import Officer
from gateway.admin.admission import Override, admitted
from gateway.admin.ndjson import MAX_LINE_BYTES, Line, lines_as_they_come
from gateway.admin.services import Services, WithServices
from gateway.admin.standing import refusals
from gateway.admin.strict_route import StrictRoute, refuse_compression
from gateway.admin.target_form import NewTargetForm
from gateway.errors import GatewayError, TooLargeError, UnsupportedMediaError
from gateway.registry import Actor, TargetExistsError
from gateway.target import ForgetTarget, TargetContent
from gateway.wire import strict_json

MEDIA_TYPE = "application/x-ndjson"
MEDIA_TYPES = frozenset({MEDIA_TYPE, "application/ndjson", "application/jsonl"})
BATCH = 200
WAITING_BATCHES = 1000
"""Results that wait for a client that sends everything before it reads anything."""

LINES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One target a line, each as the body of `POST /v1/targets`.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string"},
                "example": '{"kind": "person", "name": "Mirela Oskarne"}\n',
            }
        },
    }
}
RESULTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One result a line, in the order of the lines: `created` with `id` and "
        "`version`, or `error` with the error, and with the `id` of the target in the way.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string"},
                "example": '{"line": 1, "status": "created", "id": "t_0f3c", "version": 1}\n',
            }
        },
    }
}

Item = tuple[TargetContent, str | None]

router = APIRouter(prefix="/v1/targets", tags=["targets"], route_class=StrictRoute)
logger = logging.getLogger(__name__)


@router.post(
    "/import",
    summary="Register many targets",
    response_class=Response,
    responses=RESULTS,
    openapi_extra=LINES,
)
async def import_targets(
    request: Request, actor: Officer, services: WithServices, override: Override = False
) -> Response:
    """Results are sent while the lines are read, each once its target is on the disk and in force.

    A line that cannot be registered does not stop the others, and blank lines are skipped. After
    a broken connection send the file again: what was registered answers `already_exists`.
    """
    _check_media_type(request)
    work = _Import(services, actor, override=override)
    return _Duplex(work.results(request.stream()), media_type=MEDIA_TYPE)


class _Duplex(StreamingResponse):
    """A streamed answer that leaves the request's body to whoever writes the answer.

    Starlette's own listens for the client's departure where the body would arrive.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.stream_response(send)


class _Import:
    """One import in progress.

    It does not wait for this worker's view after each batch: the registry's version has moved, so
    that no request is served without the new targets, and renewing the view has its price.
    """

    def __init__(self, services: Services, actor: Actor, *, override: bool) -> None:
        self._services = services
        self._actor = actor
        self._override = override

    async def results(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the results of a body; reading goes on while they wait to be sent."""
        waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_BATCHES)
        reader = asyncio.create_task(self._read(body, waiting))
        try:
            while (block := await waiting.get()) is not None:
                yield block
            await reader
        finally:
            reader.cancel()

    async def _read(self, body: AsyncIterator[bytes], waiting: asyncio.Queue[bytes | None]) -> None:
        try:
            async for lines in lines_as_they_come(body):
                for start in range(0, len(lines), BATCH):
                    results = await self._register(lines[start : start + BATCH])
                    await waiting.put(b"".join(map(_as_line, results)))
        except ClientDisconnect:
            # What was registered stays; the line that was cut off is none.
            logger.info("the client of an import left before its end")
        except Exception:
            await waiting.put(None)
            raise
        await waiting.put(None)

    async def _register(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        standing = await self._standing([_parse(line) for line in lines])
        parsed = await self._admitted(standing)
        items = [item for item in parsed if not isinstance(item, GatewayError)]
        outcomes = iter(await self._store(items))
        return [
            _result(line, item if isinstance(item, GatewayError) else next(outcomes))
            for line, item in zip(lines, parsed, strict=True)
        ]

    async def _standing(self, parsed: Sequence[_Row | GatewayError]) -> list[_Row | GatewayError]:
        """Return the rows with those refused that time or keys forbid."""
        contents = [row.item[0] for row in parsed if isinstance(row, _Row)]
        refused = iter(await refusals(contents, None, self._services))
        return [next(refused) or row if isinstance(row, _Row) else row for row in parsed]

    async def _admitted(self, parsed: Sequence[_Row | GatewayError]) -> list[_Row | GatewayError]:
        """Return the rows with those refused that would flag much of ordinary traffic."""
        contents = [row.item[0] for row in parsed if isinstance(row, _Row)]
        verdicts = iter(await admitted(contents, override=self._override))

        def judged(row: _Row) -> _Row | GatewayError:
            verdict = next(verdicts)
            if isinstance(verdict, GatewayError):
                return verdict
            return replace(row, is_overridden=verdict)

        return [judged(row) if isinstance(row, _Row) else row for row in parsed]

    async def _store(self, rows: Sequence[_Row]) -> Sequence[ForgetTarget | GatewayError]:
        if not rows:
            return []
        items = [row.item for row in rows]
        overridden = {place for place, row in enumerate(rows) if row.is_overridden}
        try:
            return await self._services.registry.targets.create_many(
                items, self._actor, overridden=overridden
            )
        except GatewayError as error:
            return [error] * len(items)


@dataclass(frozen=True, slots=True)
class _Row:
    """A target of one line, and whether it is registered although it flags much."""

    item: Item
    is_overridden: bool = False


def _parse(line: Line) -> _Row | GatewayError:
    if line.content is None:
        return TooLargeError(f"The line exceeds {MAX_LINE_BYTES} bytes.")
    try:
        form = NewTargetForm.read(strict_json.parse(line.content))
        return _Row((form.content(), form.id))
    except GatewayError as error:
        return error


def _result(line: Line, outcome: ForgetTarget | GatewayError) -> dict[str, Any]:
    if isinstance(outcome, ForgetTarget):
        identity = {"id": outcome.id, "version": outcome.version}
        return {"line": line.number, "status": "created", **identity}
    existing = {"id": outcome.existing} if isinstance(outcome, TargetExistsError) else {}
    return {"line": line.number, "status": "error", **existing, **outcome.as_dict()}


def _as_line(result: dict[str, Any]) -> bytes:
    return json.dumps(result).encode() + b"\n"


def _check_media_type(request: Request) -> None:
    refuse_compression(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise UnsupportedMediaError(
            f"Send one JSON object a line, with `Content-Type: {MEDIA_TYPE}`."
        )
