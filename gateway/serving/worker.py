"""One worker process: uvicorn on the listening socket that the supervisor bound.

It knows its supervisor only as the other end of its standard input, whose end means: drain and go.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

from gateway.serving.launch import Launch
from gateway.serving.log import configure_logging
from gateway.settings import Settings

DRAIN_SECONDS = 30
READY = b"ready\n"

BuildApp = Callable[[Settings, Path | None], Callable[..., Any]]


class WorkerServer(uvicorn.Server):
    """A uvicorn server that tells its supervisor once it accepts requests."""

    def __init__(self, config: uvicorn.Config, channel: socket.socket) -> None:
        super().__init__(config)
        self._channel = channel

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, accept connections, and say so."""
        await super().startup(sockets=sockets)
        try:
            self._channel.sendall(READY)
        except OSError:
            self.should_exit = True  # The supervisor is gone.


def serve_worker(build_app: BuildApp) -> None:
    """Serve the application until the supervisor closes the channel on standard input."""
    channel = socket.socket(fileno=0)
    line = channel.makefile("rb").readline()
    if not line:
        return
    launch = Launch.decode(line)
    configure_logging(launch.log_level)
    server = WorkerServer(_config(launch, build_app), channel)
    threading.Thread(target=_watch, args=(channel, server), daemon=True).start()
    server.run(sockets=[socket.socket(fileno=launch.listener)])


def _config(launch: Launch, build_app: BuildApp) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(launch.settings, launch.detector_socket),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        # The upstream's answer carries its own Date; two would be one too many.
        date_header=False,
        proxy_headers=False,
        log_config=None,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _watch(channel: socket.socket, server: uvicorn.Server) -> None:
    while channel.recv(64):
        pass
    server.should_exit = True
    time.sleep(DRAIN_SECONDS + 5)
    # Nobody may be left to kill a worker that hangs.
    logging.getLogger(__name__).error("the drain did not end; leaving")
    os._exit(1)


if __name__ == "__main__":
    from gateway.app import build_app

    serve_worker(build_app)
