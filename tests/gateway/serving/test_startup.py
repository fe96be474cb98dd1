"""`lethe serve` from settings to drain, over a real registry and the stubs of this folder.

What becomes of children that die is tested in `test_supervisor.py`.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.gateway.serving.running import Running

Serve = Callable[..., Running]
SCRIPT = Path(__file__).parent / "stub_serve.py"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who runs Lethe for the first time."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LETHE_")}
    homes = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    return kept | homes | {"TMPDIR": str(tmp_path), "LETHE_PORT": "0"}


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """Start `lethe serve` with the stubs and read what it says, up to the last line about it."""
    with ExitStack() as stack:

        def run(**settings: str) -> tuple[Running, str]:
            process = subprocess.Popen(
                [sys.executable, str(SCRIPT)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment | settings,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            assert process.stdout
            said = ""
            for line in process.stdout:
                said += line
                if line.startswith("  workers"):
                    break
            found = re.search(r"http://127.0.0.1:\d+", said)
            return Running(process, tmp_path, found[0] if found else ""), said

        yield run


def _refusal(environment: dict[str, str], *options: str) -> str:
    """Run `lethe serve`, which must refuse with exit code 2, and return its last line."""
    command = [sys.executable, "-m", "gateway.cli.main", "serve", *options]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert ended.returncode == 2, ended.stderr
    return ended.stderr.splitlines()[-1]


def test_a_first_start_needs_no_settings_and_a_second_makes_no_other_key(serve: Serve) -> None:
    first, said = serve()
    assert re.search(r"^    export LETHE_ADMIN_KEY=lethe_\S+$", said, re.MULTILINE)
    _, encoder, detector_socket, _ = first.ask().split(maxsplit=3)
    assert Path(detector_socket).read_text()
    assert first.signal(signal.SIGTERM) == 0
    assert not Path(detector_socket).parent.exists()
    second, said = serve(LETHE_SEMANTIC="false", LETHE_WORKERS="2")
    assert "LETHE_ADMIN_KEY=" not in said
    assert second.ask().split()[2] == "None"
    assert second.signal(signal.SIGINT) == 0


def test_a_killed_gateway_can_be_started_again_at_once_on_its_port(serve: Serve) -> None:
    first, _ = serve()
    before = first.worker_pid()
    first.signal(signal.SIGKILL)
    second, _ = serve(LETHE_PORT=first.url.rpartition(":")[2])
    assert second.url == first.url
    assert second.worker_pid() != before


def test_one_gateway_runs_on_a_data_directory(serve: Serve, environment: dict[str, str]) -> None:
    serve()
    assert "another `lethe serve` runs" in _refusal(environment)


def test_a_port_in_use_is_one_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 is in use" in _refusal(environment, "--port", str(port))


def test_a_wrong_encryption_key_is_one_line_and_changes_nothing(
    serve: Serve, environment: dict[str, str], tmp_path: Path
) -> None:
    running, _ = serve()
    running.signal(signal.SIGTERM)
    database = tmp_path / "data" / "lethe" / "registry.db"
    before = database.read_bytes()
    other = environment | {"LETHE_ENCRYPTION_KEY": "A" * 43 + "="}
    assert "LETHE_ENCRYPTION_KEY" in _refusal(other)
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--upstream", "somewhere"], "LETHE_UPSTREAM_URL"),
        (["--workers", "0"], "LETHE_WORKERS"),
        (["--config", str(Path(__file__).parent / "none.toml")], "--config"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    environment: dict[str, str], options: list[str], named: str
) -> None:
    assert named in _refusal(environment, *options)


def test_options_win_over_the_environment_and_that_over_the_file(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "lethe.toml"
    file.write_text('LETHE_UPSTREAM_URL = "x"\nLETHE_WORKERS = 0\nLETHE_PORT = 70000\n')
    assert "LETHE_UPSTREAM_URL" in _refusal(environment, "--config", str(file))
    upstream = ("--upstream", "http://127.0.0.1:9/v1")
    last = _refusal(environment, "--config", str(file), *upstream)
    assert "LETHE_WORKERS" in last
