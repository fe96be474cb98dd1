"""An admin API that answers as a test scripts it, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn


@dataclass(frozen=True)
class Asked:
    """One request that arrived; `path` holds its query."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Respond = Callable[[Asked], tuple[int, Any]]


@dataclass
class FakeGateway:
    """The script: what answers which method and path below `/admin/v1`."""

    url: str
    script: dict[str, Respond] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def on(self, line: str, answer: Any = None, *, status: int = 200) -> None:
        """Answer `METHOD /path` with JSON, with bytes, or with what a function returns."""
        self.script[line] = answer if callable(answer) else lambda _: (status, answer)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = await _read(scope, receive)
        self.asked.append(asked)
        respond = self.script.get(f"{asked.method} {scope['path'].removeprefix('/admin/v1')}")
        status, answer = respond(asked) if respond else (404, {"detail": "Not Found"})
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _read(scope: Any, receive: Any) -> Asked:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    query = scope["query_string"].decode()
    path = scope["raw_path"].decode() + (f"?{query}" if query else "")
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    return Asked(scope["method"], path, headers, body)


@contextmanager
def running_fake() -> Iterator[FakeGateway]:
    """Serve a fake from a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fake = FakeGateway(f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(fake, lifespan="off", ws="none", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield fake
        finally:
            server.should_exit = True
            thread.join()
