"""An upstream that records what it is sent and answers as it is told, and a server to run it in.

It stands in for vLLM where bytes, faults and timing are tested; that vLLM itself behaves so is
tested in tests/integration.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
JSON: Headers = [(b"content-type", b"application/json")]
EVENTS: Headers = [(b"content-type", b"text/event-stream; charset=utf-8")]


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: Headers
    body: bytes


@dataclass
class Upstream:
    """Answers every request with the same status, headers and pieces.

    Attributes:
        pieces: the body, sent piece by piece; an `Exception` in it breaks the connection there.
        pause: seconds before each piece; the first waits too.
        silence: seconds after each piece, more than `pause`.
    """

    status: int = 200
    headers: Headers = field(default_factory=lambda: list(JSON))
    pieces: list[bytes | Exception] = field(default_factory=lambda: [b"{}"])
    pause: float = 0.0
    silence: float = 0.0
    received: list[Received] = field(default_factory=list)
    running: int = 0
    aborted: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = scope["query_string"]
        target = scope["path"] + (f"?{query.decode()}" if query else "")
        self.received.append(Received(scope["method"], target, list(scope["headers"]), body))
        await self._until_gone(receive, self._answer(send))

    async def _until_gone(self, receive: Receive, answer: Awaitable[None]) -> None:
        self.running += 1
        work = asyncio.ensure_future(answer)
        gone = asyncio.ensure_future(receive())
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        self.running -= 1
        gone.cancel()
        if not work.done():
            work.cancel()
            self.aborted += 1
            return
        await work

    async def _answer(self, send: Send) -> None:
        if self.pause:
            await asyncio.sleep(self.pause)
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(max(self.pause, self.silence))
        await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Run an application on a port of its own; yield its base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", server_header=False, date_header=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def chat_events(*pieces: str, usage: bool = False) -> list[bytes | Exception]:
    """Return a chat stream that says `pieces`, an event each, as vLLM writes it."""
    opening = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "demo"}
    deltas = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces), {}]
    finishes = [*(None for _ in deltas[1:]), "stop"]
    events = [
        {**opening, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": f}]}
        for delta, f in zip(deltas, finishes, strict=True)
    ]
    if usage:
        counts = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
        events.append({**opening, "choices": [], "usage": counts})
    written: list[bytes | Exception] = [
        b"data: " + json.dumps(event).encode() + b"\n\n" for event in events
    ]
    return [*written, b"data: [DONE]\n\n"]


def chat_answer(text: str) -> list[bytes | Exception]:
    """Return a whole chat answer that says `text`."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    answer = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "demo",
        "choices": [choice],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }
    return [json.dumps(answer).encode()]
