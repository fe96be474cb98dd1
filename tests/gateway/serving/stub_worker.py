"""A worker whose application does what its path says; the tests run it as a script."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from gateway.serving.worker import serve_worker
from gateway.settings import Settings


def build_app(settings: Settings, detector_socket: Path | None) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await _lifespan(settings, receive, send)
        if scope["path"] == "/die":
            os._exit(7)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/slow":
            await send({"type": "http.response.body", "body": b"begun ", "more_body": True})
            await asyncio.sleep(0.5)
        about = f"{os.getpid()} {settings.encoder} {detector_socket} {_own_environment()}"
        await send({"type": "http.response.body", "body": about.encode()})

    return app


async def _lifespan(settings: Settings, receive: Any, send: Any) -> None:
    await receive()
    if settings.encoder == "cannot-start":
        await send({"type": "lifespan.startup.failed", "message": "as the test wants it"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def _own_environment() -> list[str]:
    return sorted(name for name in os.environ if name.startswith("LETHE_"))


if __name__ == "__main__":
    serve_worker(build_app)
