"""A whole gateway in the test's own event loop, in front of an upstream that records."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import build_app
from gateway.registry import Actor, Registry
from gateway.settings import Settings
from gateway.target import Kind, TargetContent
from tests.gateway.upstreams import Upstream, serving

ENCRYPTION_KEY = SecretStr(base64.b64encode(bytes(32)).decode())
ADMIN_KEY = "admin-key-of-the-tests"


@dataclass
class Rig:
    """A running gateway.

    Attributes:
        upstream: what it forwards to.
        registry: its registry, opened a second time as another worker would.
        client: an HTTP client of it, without a default Authorization.
        url: its base URL.
        upstream_url: that of the upstream.
    """

    upstream: Upstream
    registry: Registry
    client: httpx.AsyncClient
    url: str
    upstream_url: str

    async def forget(self, name: str = "Mirela Oskarne", **content: Any) -> str:
        """Register a target and return its id."""
        kind = content.pop("kind", Kind.PERSON)
        created = await self.registry.targets.create(
            TargetContent(kind, name, **content), Actor("tester")
        )
        return created.id

    async def chat(
        self, text: str = "Where was Mirela Oskarne born?", **fields: Any
    ) -> httpx.Response:
        """Send one user message and return the whole answer."""
        body = {"model": "demo", "messages": [{"role": "user", "content": text}], **fields}
        return await self.client.post("/v1/chat/completions", json=body)


MakeRig = Callable[..., Awaitable[Rig]]


@pytest.fixture
async def make_rig(tmp_path: Path) -> AsyncIterator[MakeRig]:
    """Return a function that starts a gateway with the settings it is given."""
    async with AsyncExitStack() as stack:

        async def make(upstream: Upstream | None = None, **settings: Any) -> Rig:
            upstream = upstream or Upstream()
            upstream_url = await stack.enter_async_context(serving(upstream))
            chosen = Settings(
                **{
                    "upstream_url": f"{upstream_url}/v1",
                    "data_directory": tmp_path / "data",
                    "encryption_key": ENCRYPTION_KEY,
                    "admin_key": SecretStr(ADMIN_KEY),
                    "semantic": False,
                    **settings,
                }
            )
            registry = await Registry.open(chosen)
            stack.push_async_callback(registry.close)
            url = await stack.enter_async_context(serving(build_app(chosen, None)))
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
            return Rig(upstream, registry, client, url, upstream_url)

        yield make


@pytest.fixture
async def rig(make_rig: MakeRig) -> Rig:
    """Return a gateway with the usual settings."""
    return await make_rig()
