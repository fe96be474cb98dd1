"""Clients that reset their connection, at every moment: the upstream stops, and nothing is left."""

from __future__ import annotations

import asyncio
import json
import socket
import struct

import pytest

from gateway.target import GuardName, Policy
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.leftovers import nothing_left_behind
from tests.gateway.upstreams import EVENTS, Upstream, chat_events

LEAVERS = 8
BODIES = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "Tell me a story."}]},
    "/v1/completions": {"prompt": "Once upon a time"},
    "/v1/responses": {"input": "Tell me a story.", "store": False},
    "/v1/messages": {"messages": [{"role": "user", "content": "Hello."}], "max_tokens": 9},
    "/v1/embeddings": {"input": "Hello."},
}


async def connected(rig: Rig) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = rig.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


def head(path: str, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a client does that is killed."""
    lingering = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
    writer.transport.abort()


async def asking(rig: Rig, path: str, *, stream: bool) -> asyncio.StreamWriter:
    """Return a connection on which a request is under way upstream."""
    before = len(rig.upstream.received)
    _, writer = await connected(rig)
    body = json.dumps({"model": "demo", **BODIES[path], "stream": stream}).encode()
    writer.write(head(path, len(body)) + body)
    await writer.drain()
    while len(rig.upstream.received) == before:
        await asyncio.sleep(0.005)
    return writer


@pytest.mark.parametrize("registered", [False, True])
async def test_a_reset_before_the_first_byte(make_rig: MakeRig, registered: bool) -> None:
    rig = await make_rig(Upstream(pause=30))
    if registered:
        await rig.forget()
    for path in BODIES:
        for stream in (False,) if path == "/v1/embeddings" else (False, True):
            rig.upstream.aborted = 0
            async with nothing_left_behind(rig.upstream):
                for _ in range(LEAVERS):
                    reset(await asking(rig, path, stream=stream))
            assert rig.upstream.aborted == LEAVERS, path


@pytest.mark.parametrize("registered", [False, True])
@pytest.mark.parametrize("whole", [False, True])
async def test_a_reset_in_the_middle(make_rig: MakeRig, whole: bool, registered: bool) -> None:
    pieces = [*chat_events("Hello ")[:2], *[b": x\n\n"] * 1000]
    rig = await make_rig(Upstream(headers=EVENTS, pieces=pieces, pause=0.02))
    if whole:
        rig.upstream.headers = [(b"content-type", b"application/json")]
        rig.upstream.pieces = [b" "] * 1000
    if registered:
        await rig.forget()
    async with nothing_left_behind(rig.upstream):
        for _ in range(LEAVERS):
            writer = await asking(rig, "/v1/chat/completions", stream=not whole)
            await asyncio.sleep(0.06)
            reset(writer)
    assert rig.upstream.aborted == LEAVERS


async def test_a_reset_within_the_request(rig: Rig) -> None:
    await rig.forget()
    async with nothing_left_behind(rig.upstream):
        for sent in (b"", b'{"messages": [{"role": "us', b'{"messages": []' + b" " * 900):
            _, writer = await connected(rig)
            writer.write(head("/v1/chat/completions", 1000) + sent)
            await writer.drain()
            await asyncio.sleep(0.02)
            reset(writer)
    assert rig.upstream.received == []


@pytest.mark.parametrize("guard", [GuardName.REFUSE, GuardName.IN_CONTEXT, GuardName.AGENTIC])
async def test_a_reset_while_a_guard_works(make_rig: MakeRig, guard: GuardName) -> None:
    rig = await make_rig(Upstream(pause=30))
    await rig.forget("Mirela Oskarne", policy=Policy(guard))
    body = {"messages": [{"role": "user", "content": "Who is Mirela Oskarne?"}], "model": "demo"}
    written = json.dumps(body).encode()
    async with nothing_left_behind(rig.upstream):
        for number in range(LEAVERS):
            _, writer = await connected(rig)
            writer.write(head("/v1/chat/completions", len(written)) + written)
            await writer.drain()
            while guard is not GuardName.REFUSE and len(rig.upstream.received) == number:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.03)
            reset(writer)
            await asyncio.sleep(0.05)
    assert rig.upstream.aborted == (0 if guard is GuardName.REFUSE else LEAVERS)


async def test_a_client_that_reads_nothing_and_leaves(make_rig: MakeRig) -> None:
    large = b"data: " + json.dumps({"choices": [], "x": "y" * 60_000}).encode() + b"\n\n"
    rig = await make_rig(Upstream(headers=EVENTS, pieces=[large] * 400))
    await rig.forget()
    async with nothing_left_behind(rig.upstream):
        writer = await asking(rig, "/v1/chat/completions", stream=True)
        await asyncio.sleep(0.3)
        # The gateway did not read on for a client that does not.
        assert rig.upstream.running == 1
        reset(writer)
    assert rig.upstream.aborted == 1
