"""A supervisor that a test started, and questions to the processes it keeps."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx


def is_running(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(OSError):
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    return not stat.parent.parent.exists()


@dataclass
class Running:
    """A running stub supervisor."""

    process: subprocess.Popen[str]
    directory: Path
    url: str = ""

    def ask(self, path: str = "/") -> str:
        with httpx.Client(trust_env=False) as client:
            return client.get(self.url + path).text

    def worker_pid(self) -> int:
        return int(self.ask().split()[0])

    def detector_pid(self) -> int:
        self.eventually(lambda: bool(self._detector_file().strip()))
        return int(self._detector_file())

    def eventually(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition; what is awaited here takes a second at most when nothing else runs.

        Raises:
            AssertionError: it did not come within 30 seconds.
        """
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> int:
        """Send a signal to the supervisor and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def _detector_file(self) -> str:
        file = self.directory / "detector"
        return file.read_text() if file.exists() else ""
