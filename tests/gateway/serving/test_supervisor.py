"""The supervisor over stub workers and a stub detector: starting, dying, draining, orphans.

`lethe serve` as a whole is tested in `test_startup.py`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO

import httpx
import pytest

from tests.gateway.serving.running import Running, is_running

Start = Callable[..., Running]


def test_a_worker_gets_its_settings_and_no_secret_in_its_environment(start: Start) -> None:
    running = start()
    _, encoder, socket, environment = running.ask().split(maxsplit=3)
    assert encoder == "stub"
    assert socket == str(running.directory / "detector")
    assert environment == "[]"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_with_exit_code_0(start: Start, number: signal.Signals) -> None:
    running = start(workers=2)
    pids = [running.worker_pid(), running.detector_pid()]
    assert running.signal(number) == 0
    assert not any(is_running(pid) for pid in pids)


def test_a_request_in_flight_is_served_to_its_end(start: Start) -> None:
    running = start()
    with ThreadPoolExecutor(1) as pool, httpx.Client(trust_env=False) as client:
        with client.stream("GET", running.url + "/slow") as response:
            chunks = response.iter_text()
            assert next(chunks) == "begun "
            ending = pool.submit(running.signal, signal.SIGTERM)
            assert "".join(chunks).endswith("[]")
        assert ending.result() == 0


def test_a_dead_worker_is_replaced_and_its_port_stays_open(start: Start) -> None:
    running = start()
    before = running.worker_pid()
    with pytest.raises(httpx.TransportError):
        running.ask("/die")
    assert running.worker_pid() != before
    assert running.signal(signal.SIGTERM) == 0
    assert running.process.stderr
    assert "ended with exit code 7" in running.process.stderr.read()


def test_a_dead_detector_process_is_replaced(start: Start) -> None:
    running = start()
    before = running.detector_pid()
    os.kill(before, signal.SIGKILL)
    running.eventually(lambda: running.detector_pid() != before)


def test_a_killed_supervisor_leaves_no_orphans(start: Start) -> None:
    running = start()
    pids = [running.worker_pid(), running.detector_pid()]
    assert running.signal(signal.SIGKILL) == -signal.SIGKILL
    running.eventually(lambda: not any(is_running(pid) for pid in pids))


def test_a_second_signal_does_not_wait_for_requests(start: Start) -> None:
    running = start()
    pid = running.worker_pid()
    with httpx.Client(trust_env=False) as client:
        with client.stream("GET", running.url + "/slow"):
            running.process.send_signal(signal.SIGTERM)
            assert running.process.stderr
            running.eventually(partial(_says, running.process.stderr, "again to kill"))
            assert running.signal(signal.SIGTERM) == 0
    assert not is_running(pid)


def _says(lines: IO[str], words: str) -> bool:
    return words in lines.readline()


@pytest.mark.parametrize("encoder", ["cannot-start", "no-such-encoder"])
def test_what_cannot_start_is_an_error_and_not_tried_for_ever(start: Start, encoder: str) -> None:
    running = start(encoder=encoder)
    assert running.process.wait(30) == 1
    assert running.process.stderr
    assert "could not start" in running.process.stderr.read()
