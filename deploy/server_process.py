"""A server as a child process: started, waited for until it answers, and stopped with its group.

It does not know which server; `vllm_cpu.py` and `gateway_process.py` say how each is started.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

TETHER = Path(__file__).with_name("tether.py")
PROGRESS_SECONDS = 15.0
TAIL_LINES = 30


class ServerError(Exception):
    """Raised when a server ended or did not answer in time; carries the end of its log."""


def free_port(preferred: int = 0) -> int:
    """Return the preferred port of 127.0.0.1 if it is free, otherwise one that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(scratch: Path) -> dict[str, str]:
    """Return this process's environment without what would configure the servers by accident.

    Their temporary files go below `scratch`: vLLM leaves sockets and folders behind, and so does
    whatever is killed.
    """
    ours = ("LETHE_", "VLLM_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    # A server that starts twice starts faster with its bytecode kept; both environments are ours.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {
        "TMPDIR": str(scratch),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "NO_PROXY": "127.0.0.1",
    }


class ServerProcess:
    """One server; a context manager that returns when it is ready and stops it at the end.

    The server ends with this process, however that ends (see `tether.py`).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        log: Path,
        ready_url: str,
        patience: float = 300.0,
        say: Callable[[str], None] = print,
    ) -> None:
        self.name = name
        self.log = log
        self._command = [str(part) for part in command]
        self._environment = environment
        self._ready_url = ready_url
        self._patience = patience
        self._say = say
        self._tether: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerError: it ended, or did not answer within its patience (seconds).
        """
        self._tether = subprocess.Popen(
            [sys.executable, "-I", str(TETHER), str(self.log), *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(self._environment),
            start_new_session=True,
        )
        try:
            self._pid = self._read_pid(self._tether)
            self._wait_until_ready(self._tether)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server: SIGTERM, and SIGKILL when that does not end it in time."""
        if self._tether is None:
            return
        tether, self._tether = self._tether, None
        for pipe in (tether.stdin, tether.stdout):
            if pipe is not None:
                pipe.close()
        tether.wait()

    def kill(self) -> None:
        """End the server at once with SIGKILL, its children too, as a crash would."""
        for pid in (self._pid, *_descendants(self._pid)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.stop()

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server and its children so far (Linux's /proc, `proc(5)`)."""
        ticks = 0
        for pid in (self._pid, *_descendants(self._pid)):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            # The fields after the name: user and system time are the 12th and the 13th.
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def log_tail(self) -> str:
        """Return the last lines that the server wrote."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-TAIL_LINES:])

    def _read_pid(self, tether: subprocess.Popen[bytes]) -> int:
        line = tether.stdout.readline() if tether.stdout else b""
        if not line.strip():
            raise ServerError(f"{self.name} could not be started:\n{self.log_tail()}")
        return int(line)

    def _wait_until_ready(self, tether: subprocess.Popen[bytes]) -> None:
        started = time.monotonic()
        next_line = PROGRESS_SECONDS
        with httpx.Client(trust_env=False, timeout=5.0) as client:
            while not self._answers(client):
                waited = time.monotonic() - started
                if tether.poll() is not None:
                    raise ServerError(f"{self.name} ended while starting:\n{self.log_tail()}")
                if waited > self._patience:
                    raise ServerError(
                        f"{self.name} did not answer within {waited:.0f} s:\n{self.log_tail()}"
                    )
                if waited > next_line:
                    self._say(f"  {self.name} is still starting, {waited:.0f} s so far")
                    next_line += PROGRESS_SECONDS
                time.sleep(0.1)

    def _answers(self, client: httpx.Client) -> bool:
        try:
            return client.get(self._ready_url).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _descendants(pid: int) -> list[int]:
    """List the processes under this one, children before grandchildren."""
    found: list[int] = []
    for path in Path("/proc").glob(f"{pid}/task/*/children"):
        for child in path.read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found
