"""Whether the gateway lives, and whether requests can be served.

Liveness never depends on the upstream; readiness does.
"""

from __future__ import annotations

import asyncio

from gateway.access import upstream_headers
from gateway.errors import GatewayError
from gateway.exchange import JSON_TYPE, Exchange
from gateway.inspection import Inspection
from gateway.live import LiveTargets
from gateway.settings import Settings
from gateway.upstream import Upstream
from gateway.wire.strict_json import dump

PROBE_SECONDS = 2.0


class Health:
    """Answers of `/healthz` and `/readyz`."""

    def __init__(
        self, settings: Settings, live: LiveTargets, inspection: Inspection, upstream: Upstream
    ) -> None:
        self._settings = settings
        self._live = live
        self._inspection = inspection
        self._upstream = upstream

    async def answer(self, exchange: Exchange) -> None:
        """Answer a health path: 200 when all is well, 503 and what is missing otherwise."""
        parts = await self._readiness() if exchange.path == "/readyz" else {}
        is_well = all(state == "ok" for state in parts.values())
        body = dump({"status": "ok" if is_well else "unavailable", **parts})
        await exchange.reply(200 if is_well else 503, [JSON_TYPE], body)

    async def _readiness(self) -> dict[str, str]:
        return {
            "registry": await self._registry_state(),
            "detector": await self._inspection.state(),
            "upstream": await self._upstream_state(),
        }

    async def _registry_state(self) -> str:
        try:
            await self._live.current()
        except GatewayError as error:
            return error.wire_code
        return "ok"

    async def _upstream_state(self) -> str:
        """Ask for the models; any answer below 500 means that the server is up."""
        headers = upstream_headers(
            [], own_key=self._settings.own_upstream_key(), is_lethe_key=False
        )
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                async with await self._upstream.send(
                    "GET", "/v1/models", headers=headers
                ) as answer:
                    await answer.body()
                    return "ok" if answer.status < 500 else "upstream_failed"
        except TimeoutError:
            return "upstream_timeout"
        except GatewayError as error:
            return error.wire_code
