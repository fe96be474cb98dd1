"""What bad input and broken upstreams are answered with: `python -m tests.misuse` prints the table.

The same cases are asserted in tests/gateway/test_faults.py and tests/gateway/admin; an unknown
model, which vLLM itself refuses, in tests/integration.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from gateway.app import build_app
from gateway.settings import Settings
from tests.gateway.upstreams import EVENTS, Upstream, chat_answer, chat_events, serving

KEY = "admin-key-of-the-table"
ENCRYPTION_KEY = SecretStr("A" * 43 + "=")
HELLO = {"model": "demo", "messages": [{"role": "user", "content": "hello"}]}
JSON_TYPE = {"Content-Type": "application/json"}
CHAT, TARGETS = "/v1/chat/completions", "/admin/v1/targets"

FIELDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("scope facts without a fact", {"scope": "facts"}),
    ("scope facts of a topic", {"scope": "facts", "kind": "topic", "examples": ["x"]}),
    ("a rate of a half", {"false_positive_rate": 0.5}),
    ("a document without a text", {"kind": "document"}),
    ("a document of two words", {"kind": "document", "documents": ["two words"]}),
    ("an alias that would flood", {"aliases": ["Python"]}),
)


@asynccontextmanager
async def gateway(upstream: Upstream, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Run a gateway with an empty registry; yield a client of it."""
    with tempfile.TemporaryDirectory() as directory:
        async with serving(upstream) as upstream_url:
            base = {
                "upstream_url": f"{upstream_url}/v1",
                "data_directory": Path(directory),
                "encryption_key": ENCRYPTION_KEY,
                "admin_key": SecretStr(KEY),
                "semantic": False,
            }
            async with (
                serving(build_app(Settings(**{**base, **settings}), None)) as url,
                httpx.AsyncClient(base_url=url, timeout=60) as client,
            ):
                yield client


def show(case: str, answer: httpx.Response) -> None:
    """Print one line of the table."""
    text = answer.text.strip().splitlines()[-3 if "event-stream" in str(answer.headers) else -1]
    try:
        error = json.loads(text.removeprefix("data: "))["error"]
        said = f"{error['code']}" + (f" ({error['param']})" if error["param"] else "")
        said += f": {error['message']}"
    except (ValueError, KeyError):
        said = text[:60]
    print(f"{case:<38} {answer.status_code}  {said[:160]}")


async def main() -> None:
    """Print the table."""
    as_admin = {"Authorization": f"Bearer {KEY}"}
    async with gateway(Upstream(pieces=chat_answer("hello"))) as client:
        show("invalid JSON", await client.post(CHAT, content=b'{"messages": ['))
        show("a key twice", await client.post(CHAT, content=b'{"model": "a", "model": "b"}'))
        show("wrong type: messages", await client.post(CHAT, json={"messages": "hello"}))
        show("wrong type: stream", await client.post(CHAT, json={**HELLO, "stream": "yes"}))
        show("token ids", await client.post("/v1/completions", json={"prompt": [1, 2]}))
        show("unguarded path", await client.post("/v1/responses", json={}))
        large = {**HELLO, "messages": [{"role": "user", "content": "lorem ipsum " * 850_000}]}
        show("a body of 10 MB", await client.post(CHAT, json=large))
        show("a body of 40 MB", await client.post(CHAT, content=b"x" * 40_000_000))
        show(
            "a compressed body",
            await client.post(CHAT, content=b"x", headers={"Content-Encoding": "gzip"}),
        )
        show("admin: no key", await client.get(TARGETS))
        show("admin: wrong key", await client.get(TARGETS, headers={"Authorization": "Bearer x"}))
        client.headers.update(as_admin)
        show("admin: invalid JSON", await client.post(TARGETS, content=b"{", headers=JSON_TYPE))
        show("a target without a name", await client.post(TARGETS, json={"kind": "person"}))
        person = {"kind": "person", "name": "Mirela Oskarne"}
        show("an unknown field", await client.post(TARGETS, json={**person, "alias": "x"}))
        show(
            "a guard of a later release",
            await client.post(TARGETS, json={**person, "policy": {"guard": "adapter"}}),
        )
        for case, fields in FIELDS:
            show(case, await client.post(TARGETS, json={**person, **fields}))
        created = (await client.post(TARGETS, json=person)).json()["id"]
        show("a duplicate", await client.post(TARGETS, json={**person, "name": "MIRELA  oskarne"}))
        stale = {"If-Match": '"7"'}
        show(
            "a stale If-Match",
            await client.patch(f"{TARGETS}/{created}", json={"reason": "x"}, headers=stale),
        )
        show("an unknown target", await client.get(f"{TARGETS}/nobody"))
    async with gateway(Upstream(), api_keys=SecretStr("client-key")) as client:
        show("client: no key", await client.post(CHAT, json=HELLO))
        show(
            "client: wrong key",
            await client.post(CHAT, json=HELLO, headers={"Authorization": "Bearer x"}),
        )
    async with gateway(Upstream(), upstream_url="http://127.0.0.1:9/v1") as client:
        show("upstream down", await client.post(CHAT, json=HELLO))
    async with gateway(Upstream(pause=30), upstream_timeout=0.5) as client:
        show("upstream slow", await client.post(CHAT, json=HELLO))
    died = [*chat_events("Hello ", "you")[:3], ConnectionError("gone")]
    async with gateway(Upstream(headers=EVENTS, pieces=died)) as client:
        show("upstream dies in mid-stream", await client.post(CHAT, json={**HELLO, "stream": True}))


if __name__ == "__main__":
    asyncio.run(main())
