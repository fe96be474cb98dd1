"""An upstream that listens on a unix socket, and on no port."""

from __future__ import annotations

import asyncio
from pathlib import Path

import uvicorn

from tests.gateway.conftest import MakeRig
from tests.gateway.upstreams import Upstream, chat_answer


async def test_the_gateway_asks_an_upstream_on_a_unix_socket(
    make_rig: MakeRig, tmp_path: Path
) -> None:
    upstream = Upstream(pieces=chat_answer("Hello."))
    file = tmp_path / "vllm.sock"
    server = uvicorn.Server(uvicorn.Config(upstream, uds=str(file), log_level="critical"))
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        elsewhere = Upstream()
        rig = await make_rig(elsewhere, upstream_socket=file)
        answer = await rig.chat("Hello?")
        assert answer.json()["choices"][0]["message"]["content"] == "Hello."
        assert (await rig.client.get("/readyz")).status_code == 200
        assert [received.target for received in upstream.received] == [
            "/v1/chat/completions",
            "/v1/models",
        ]
        assert elsewhere.received == []
    finally:
        server.should_exit = True
        await task


async def test_a_socket_that_nobody_listens_on_is_an_upstream_that_is_down(
    make_rig: MakeRig, tmp_path: Path
) -> None:
    rig = await make_rig(upstream_socket=tmp_path / "none.sock")
    answer = await rig.chat("Hello?")
    assert answer.status_code == 502
    assert answer.json()["error"]["code"] == "upstream_unreachable"
