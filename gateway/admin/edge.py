"""The edge of the admin API: who asks, before anything of the request is read.

It knows keys and headers; it does not know paths beyond which of them need no key.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.admin.access import CASE_HEADER, CASE_PATTERN
from gateway.admin.problems import problem
from gateway.errors import AuthenticationError, GatewayError, RequestError
from gateway.registry import Actor, Registry

NEEDS_KEY = "/v1/"


class AdminEdge:
    """Authenticates every request of the API and keeps every answer out of caches."""

    def __init__(self, app: ASGIApp, registry: Registry) -> None:
        self._app = app
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        uncached = _uncached(send)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.startswith(NEEDS_KEY):
            try:
                scope.setdefault("state", {})["actor"] = await self._actor(Headers(scope=scope))
            except GatewayError as error:
                await problem(error)(scope, receive, uncached)
                return
        try:
            await self._app(scope, receive, uncached)
        except ClientDisconnect:
            return

    async def _actor(self, headers: Headers) -> Actor:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthenticationError(
                "An admin key is needed: send it as `Authorization: Bearer KEY`.",
                code="missing_api_key",
            )
        actor = await self._registry.keys.authenticate_admin(token.strip())
        if actor is None:
            raise AuthenticationError("This admin key is unknown or revoked.")
        return Actor(actor.name, actor.roles, case=_case(headers))


def _case(headers: Headers) -> str:
    case = headers.get(CASE_HEADER, "")
    if case and not re.fullmatch(CASE_PATTERN, case):
        raise RequestError(
            f"{CASE_HEADER} must be a reference of 1 to 64 letters, digits or `_.:/#-`; it is "
            "kept in the log for good, so it must name nobody.",
            param=CASE_HEADER,
        )
    return case


def _uncached(send: Send) -> Send:
    async def uncached(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await send(message)

    return uncached
