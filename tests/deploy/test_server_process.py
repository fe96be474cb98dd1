"""Servers as child processes: started, waited for, and never left behind.

The servers here are Python's own; vLLM and the gateway are started in tests/integration.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.server_process import TETHER, ServerError, ServerProcess, free_port

SLEEPER = "import time; print('up', flush=True); time.sleep(300)"
# A server whose child ignores SIGTERM, as a stuck worker does.
WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    "'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)']);"
    f"{SLEEPER}"
)


def _server(tmp_path: Path, *command: str, port: int, patience: float = 20.0) -> ServerProcess:
    return ServerProcess(
        "the test server",
        [sys.executable, *command],
        environment=dict(os.environ),
        log=tmp_path / "server.log",
        ready_url=f"http://127.0.0.1:{port}/",
        patience=patience,
        say=lambda line: None,
    )


def _group(pid: int) -> list[int]:
    """List the living processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _is_gone(pid: int) -> bool:
    last_look = time.monotonic() + 20
    while _group(pid):
        if time.monotonic() > last_look:
            return False
        time.sleep(0.05)
    return True


def _tethered(log: Path, program: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start a program on a tether, and return the tether and the program's process id."""
    tether = subprocess.Popen(
        [sys.executable, str(TETHER), str(log), sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert tether.stdout is not None
    pid = int(tether.stdout.readline())
    tether.stdout.close()
    while "up" not in log.read_text():
        time.sleep(0.02)
    return tether, pid


def test_a_server_is_up_inside_the_block_and_gone_after_it(tmp_path: Path) -> None:
    port = free_port()
    server = _server(tmp_path, "-m", "http.server", str(port), "--bind", "127.0.0.1", port=port)
    with server:
        pid = server._pid
        assert _group(pid)
    assert not _group(pid)


def test_a_killed_server_can_be_started_again(tmp_path: Path) -> None:
    port = free_port()
    server = _server(tmp_path, "-m", "http.server", str(port), "--bind", "127.0.0.1", port=port)
    with server:
        first = server._pid
        server.kill()
        assert _is_gone(first)
        server.start()
        assert server._pid != first


def test_a_server_that_ends_shows_the_end_of_its_log(tmp_path: Path) -> None:
    server = _server(tmp_path, "-c", "raise SystemExit('no such model')", port=free_port())
    with pytest.raises(ServerError, match="ended while starting:\nno such model"):
        server.start()


def test_a_server_that_never_answers_is_stopped(tmp_path: Path) -> None:
    server = _server(tmp_path, "-c", SLEEPER, port=free_port(), patience=0.3)
    with pytest.raises(ServerError, match="did not answer within"):
        server.start()
    assert _is_gone(server._pid)


def test_a_command_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    server = ServerProcess(
        "nothing",
        [tmp_path / "missing"],
        environment=dict(os.environ),
        log=tmp_path / "server.log",
        ready_url="http://127.0.0.1:1/",
    )
    with pytest.raises(ServerError, match="could not be started"):
        server.start()


def test_nothing_is_left_when_the_owner_dies(tmp_path: Path) -> None:
    tether, pid = _tethered(tmp_path / "log", SLEEPER)
    assert tether.stdin is not None
    tether.stdin.close()  # What the kernel does for an owner that was killed.
    assert tether.wait(20) == -signal.SIGTERM % 256
    assert not _group(pid)


def test_what_a_server_leaves_behind_is_killed(tmp_path: Path) -> None:
    tether, pid = _tethered(tmp_path / "log", WITH_CHILD)
    assert len(_group(pid)) == 2
    assert tether.stdin is not None
    tether.stdin.close()
    tether.wait(20)
    assert _is_gone(pid)


def test_a_port_that_is_taken_is_not_preferred() -> None:
    port = free_port()
    assert free_port(port) == port
    with socket.create_server(("127.0.0.1", port)):
        assert free_port(port) != port
