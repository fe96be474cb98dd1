"""Routes that read a body only as JSON of a bounded size, and only as one parser can read it.

They know bytes, types and limits; they know nothing of what a body means.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from difflib import get_close_matches
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_dependant
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
        known = {field.alias for field in get_flat_dependant(self.dependant).query_params}
        changes = self.methods - {"GET", "HEAD"}

        async def strict(request: Request) -> Response:
            if changes:
                _refuse_unknown(request, known)
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


def _refuse_unknown(request: Request, known: set[str]) -> None:
    """Refuse query parameters that are not known: `dry_run` misspelt must not register."""
    for name in request.query_params:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else "."
            raise RequestError(
                f"`{name}` is not known{hint}",
                param=name,
                code="unknown_parameter",
            )


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
