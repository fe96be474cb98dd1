"""Routes that read a body only as JSON of a bounded size, and only as one parser can read it.

They know bytes, types and limits; they know nothing of what a body means.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from gateway.errors import RequestError, TooLargeError, UnsupportedMediaError
from gateway.wire import strict_json

MAX_BODY_BYTES = 4 * 1024 * 1024

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """A route whose JSON body is checked before FastAPI sees it."""

    def get_route_handler(self) -> Handler:
        """Return FastAPI's handler behind the check."""
        handler = super().get_route_handler()
        takes_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            if takes_body:
                request = _ParsedRequest(request, await _read(request))
            return await handler(request)

        return strict


class _ParsedRequest(Request):
    """A request whose body was read and parsed."""

    def __init__(self, request: Request, body: bytes) -> None:
        super().__init__(request.scope, request.receive)
        self._bytes = body
        self._value = strict_json.parse(body)

    async def body(self) -> bytes:
        return self._bytes

    async def json(self) -> Any:
        return self._value


def refuse_compression(request: Request) -> None:
    """Refuse a compressed body: its size would not be known before it is read.

    Raises:
        UnsupportedMediaError: the body is compressed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaError("Send the body uncompressed, without Content-Encoding.")


async def _read(request: Request) -> bytes:
    refuse_compression(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaError("Send JSON, with `Content-Type: application/json`.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLargeError(f"The body exceeds {MAX_BODY_BYTES} bytes.")
    if not body.strip():
        raise RequestError("A JSON object is needed as the body.", code="invalid_json")
    return bytes(body)
