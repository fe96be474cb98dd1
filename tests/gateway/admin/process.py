"""The admin API in a process of its own, for tests that kill it or send it arbitrary bytes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gateway.registry.stored import ADMIN_KEY, KEY

SERVER = Path(__file__).parent / "served.py"
START_SECONDS = 60


@contextmanager
def admin_process(directory: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the admin API over a data directory; yield the process and its port.

    The port accepts connections from the beginning; they are answered once the process is ready.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "LETHE_DATA_DIRECTORY": str(directory),
        "LETHE_ENCRYPTION_KEY": KEY,
        "LETHE_ADMIN_KEY": ADMIN_KEY,
    }
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, str(SERVER), str(listener.fileno())]
        with subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()]) as process:
            try:
                yield process, listener.getsockname()[1]
            finally:
                process.kill()
