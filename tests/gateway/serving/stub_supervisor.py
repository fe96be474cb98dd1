"""Runs the supervisor over the stubs; the tests run it as a script.

Arguments: a free directory, the number of workers, and the encoder that the stubs are told.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

from gateway.errors import StartupError
from gateway.serving.child import ChildCommand
from gateway.serving.launch import Launch
from gateway.serving.listener import bound_listeners, url_of
from gateway.serving.log import configure_logging
from gateway.serving.supervisor import Supervisor
from gateway.settings import Settings

HERE = Path(__file__).parent


def worker_command(listener: socket.socket, directory: Path, encoder: str) -> ChildCommand:
    settings = Settings(encoder=encoder, data_directory=directory)
    launch = Launch(settings, listener.fileno(), directory / "detector", "info")
    return ChildCommand(
        "worker",
        (sys.executable, str(HERE / "stub_worker.py")),
        greeting=launch.encode(),
        inherited=(listener.fileno(),),
    )


def detector_command(directory: Path, encoder: str) -> ChildCommand:
    options = ("--socket", str(directory / "detector"), "--encoder", encoder)
    script = str(HERE / "stub_detector.py")
    return ChildCommand("detector process", (sys.executable, script, *options))


def main(directory: Path, workers: int, encoder: str) -> None:
    configure_logging("info")
    with bound_listeners("127.0.0.1", 0, workers) as listeners:
        supervisor = Supervisor(
            [worker_command(listener, directory, encoder) for listener in listeners],
            detector_command(directory, encoder),
            close=lambda: [listener.close() for listener in listeners],
        )
        url = url_of(listeners[0]) + "\n"
        asyncio.run(supervisor.run(lambda: os.write(1, url.encode())))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    except StartupError as error:
        sys.exit(error.message)
