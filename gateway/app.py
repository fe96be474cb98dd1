"""The ASGI edge: routes, errors, and the life of everything a worker holds.

It knows which part answers a path; it does not know how a request is judged.
"""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from detectors.service.client import DetectorClient
from gateway.access import upstream_headers
from gateway.admin import build_admin_app
from gateway.admin_inspector import AdminInspector
from gateway.errors import GatewayError, StartupError
from gateway.exchange import ClientGoneError, Exchange, dated
from gateway.guards.model import GuardServer
from gateway.health import Health
from gateway.inspection import Inspection
from gateway.live import LiveTargets
from gateway.pipeline import Pipeline
from gateway.registry import Registry
from gateway.routes import ADMIN_PREFIX, Posture, route_for
from gateway.semantic_feed import SemanticFeed
from gateway.settings import Settings
from gateway.snapshots import Snapshots
from gateway.token_ids import TokenTexts
from gateway.unknown import Unknowns
from gateway.unknown.asking import tokenise_through
from gateway.unknown.learning import Learning
from gateway.unknown.own import OwnStrings
from gateway.upstream import Upstream, over_socket

logger = logging.getLogger(__name__)


def build_app(settings: Settings, detector_socket: Path | None) -> ASGIApp:
    """Return the gateway as an ASGI application with a lifespan.

    Args:
        settings: every setting.
        detector_socket: where the detector process listens; None when the semantic stage is off.
    """
    return Gateway(settings, detector_socket)


class Gateway:
    """One worker: its parts are opened at start-up and closed at shutdown."""

    def __init__(self, settings: Settings, detector_socket: Path | None) -> None:
        self._settings = settings
        self._detector_socket = detector_socket
        self._parts: Parts | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                self._parts = await Parts.open(self._settings, self._detector_socket, stack)
            except (GatewayError, OSError) as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        self._parts = None
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._parts is None:
            raise StartupError("The gateway was asked before its lifespan began.")
        send = dated(send)
        if scope["path"].startswith(ADMIN_PREFIX + "/"):
            await self._parts.admin(_mounted(scope), receive, send)
            return
        exchange = Exchange(scope, receive, send)
        try:
            await self._parts.answer(exchange)
        except ClientGoneError:
            logger.debug("client left", extra={"request_id": exchange.id})
        except GatewayError as error:
            if exchange.started:
                raise
            await exchange.reply_error(error)
        except Exception:
            # Messages of unforeseen errors may hold content; the log handler drops them.
            logger.exception("unforeseen error", extra={"request_id": exchange.id})
            if exchange.started:
                raise
            await exchange.reply_error(GatewayError("The gateway failed; its log says where."))


class Parts:
    """What a worker holds while it lives."""

    def __init__(self, pipeline: Pipeline, health: Health, admin: ASGIApp) -> None:
        self._pipeline = pipeline
        self._health = health
        self.admin = admin

    @classmethod
    async def open(
        cls, settings: Settings, detector_socket: Path | None, stack: AsyncExitStack
    ) -> Parts:
        """Open everything; what was opened is closed with the stack, also on failure."""
        registry = await Registry.open(settings)
        stack.push_async_callback(registry.close)
        socket = settings.upstream_socket
        upstream = Upstream(
            settings.upstream_url,
            timeout=settings.upstream_timeout,
            transport=over_socket(socket) if socket else None,
        )
        stack.push_async_callback(upstream.aclose)
        live = LiveTargets(registry, Snapshots(settings, registry))
        await live.start()
        stack.push_async_callback(live.aclose)
        client = DetectorClient(detector_socket) if detector_socket else None
        feed = SemanticFeed(client, registry) if client else None
        if client and feed:
            stack.push_async_callback(client.aclose)
            await feed.start()
            stack.push_async_callback(feed.aclose)
        inspection = Inspection(settings, client)
        own = upstream_headers([], own_key=settings.own_upstream_key(), is_lethe_key=False)
        guards = (
            Upstream(settings.guard_url, timeout=settings.guard_seconds)
            if (settings.guard_url)
            else upstream
        )
        stack.push_async_callback(guards.aclose)
        unknowns = Unknowns(registry.surrogate_key, tokenise_through(upstream, own))
        learning = Learning(registry, live, unknowns, upstream, own)
        await learning.start()
        stack.push_async_callback(learning.aclose)
        pipeline = Pipeline(
            settings,
            registry,
            live,
            inspection,
            upstream,
            GuardServer.of(settings, guards),
            unknowns,
            OwnStrings(),
            TokenTexts(upstream),
        )
        health = Health(settings, live, inspection, upstream)
        admin = build_admin_app(registry, AdminInspector(live, inspection, feed))
        return cls(pipeline, health, admin)

    async def answer(self, exchange: Exchange) -> None:
        """Answer one request.

        Raises:
            GatewayError: what the client is to be told.
            ClientGoneError: the client left.
        """
        route = route_for(exchange.method, exchange.path)
        if route.dialect is not None:
            await self._pipeline.run(exchange, route.dialect)
        elif route.posture is Posture.CARRIED:
            await self._pipeline.carry(exchange)
        else:
            await self._health.answer(exchange)


def _mounted(scope: Scope) -> Scope:
    """Return the scope for the admin application, which knows its routes without the prefix."""
    return {**scope, "root_path": scope.get("root_path", "") + ADMIN_PREFIX}
