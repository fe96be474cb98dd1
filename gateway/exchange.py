"""One HTTP exchange over ASGI: the client's bytes in, our bytes out, and whether it is still there.

It knows ASGI; it does not know JSON, or what is asked.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine, Iterable
from email.utils import formatdate
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from gateway.errors import GatewayError, TooLargeError, UnsupportedMediaError
from gateway.upstream import Headers
from gateway.wire import messages_errors

REQUEST_ID = b"x-lethe-request-id"
MESSAGES_PATH = "/v1/messages"
JSON_TYPE = (b"content-type", b"application/json")
EVENT_STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
]


class ClientGoneError(Exception):
    """Raised when the client left before its exchange was over; nothing is to be answered."""


class Exchange:
    """A request being answered.

    Attributes:
        id: our own identifier, which every answer carries as `x-lethe-request-id`.
        started: whether the head of the answer has been sent.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.id = uuid.uuid4().hex
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope.get("query_string", b"")
        self.headers: Headers = list(scope["headers"])  # In lower case, as ASGI has them.
        self.started = False
        self._receive = receive
        self._send = send

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of a header, its name in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    async def body(self, limit: int) -> bytes:
        """Return the whole body.

        Raises:
            TooLargeError: it is longer than `limit` bytes.
            UnsupportedMediaError: it is compressed.
            ClientGoneError: the client left before the end.
        """
        if self.header(b"content-encoding") not in (None, b"identity"):
            raise UnsupportedMediaError(
                "Compressed bodies are not read; send the body without Content-Encoding."
            )
        declared = self.header(b"content-length")
        if declared and declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            piece: bytes = message.get("body", b"")
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            pieces.append(piece)
            if not message.get("more_body"):
                return b"".join(pieces)

    async def start(self, status: int, headers: Headers) -> None:
        """Send the head of the answer."""
        self.started = True
        stamped = [*headers, (REQUEST_ID, self.id.encode())]
        await self._send({"type": "http.response.start", "status": status, "headers": stamped})

    async def write(self, piece: bytes) -> None:
        """Send a piece of the body, more to follow."""
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})

    async def finish(self, piece: bytes = b"") -> None:
        """Send the last piece of the body."""
        await self._send({"type": "http.response.body", "body": piece})

    async def reply(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer."""
        length = (b"content-length", str(len(body)).encode())
        await self.start(status, [*headers, length])
        await self.finish(body)

    async def reply_stream(self, pieces: Iterable[bytes]) -> None:
        """Send a whole event stream whose events are at hand."""
        await self.start(200, EVENT_STREAM)
        await self.finish(b"".join(pieces))

    async def reply_error(self, error: GatewayError) -> None:
        """Send an error in the shape of the API whose path was asked for."""
        is_messages = self.path.startswith(MESSAGES_PATH)
        body = messages_errors.error_body(error) if is_messages else error.body()
        await self.reply(error.status, [JSON_TYPE], body)

    async def while_connected(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work`, and cancel it as soon as the client leaves.

        Raises:
            ClientGoneError: the client left first.
        """
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientGoneError
        finally:
            for running in (task, gone):
                running.cancel()
            await asyncio.wait({task, gone})
        await task

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def dated(send: Send) -> Send:
    """Return a `send` that gives an answer its Date unless it has one (RFC 9110, section 6.6.1).

    The server's own header is off, since a forwarded answer has the upstream's.
    """

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", [])
            if not any(name.lower() == b"date" for name, _ in headers):
                message = {
                    **message,
                    "headers": [*headers, (b"date", formatdate(usegmt=True).encode())],
                }
        await send(message)

    return send_dated


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        f"The body is longer than {limit} bytes; send less, or raise LETHE_MAX_BODY_BYTES."
    )
