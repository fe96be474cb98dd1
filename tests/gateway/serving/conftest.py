"""Starts the stub supervisor, and leaves no process behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.serving.running import Running

SCRIPT = Path(__file__).parent / "stub_supervisor.py"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start a stub supervisor; its url is empty if it ended before a worker was ready."""
    started: list[Running] = []

    def run(*, workers: int = 1, encoder: str = "stub") -> Running:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(tmp_path), str(workers), encoder],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LETHE_ADMIN_KEY": "of-the-supervisor"},
        )
        running = Running(process, tmp_path)
        started.append(running)
        assert process.stdout
        running.url = process.stdout.readline().strip()
        return running

    yield run
    for running in started:
        with running.process as process:
            process.kill()
