"""The commands against a real `lethe serve`, without the semantic stage and without an upstream.

What one command sends and shows in each case is tested against a script in the other files.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main

Run = Callable[..., Result]


class Gateway:
    """A gateway on a data directory that outlives it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def database(self) -> Path:
        return self.home / "data" / "lethe" / "registry.db"

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LETHE_")}
        homes = {"XDG_DATA_HOME": f"{self.home}/data", "XDG_CONFIG_HOME": f"{self.home}/config"}
        settings = {"LETHE_ADMIN_KEY": "lethe_secret-key", "LETHE_SEMANTIC": "false"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli.main", "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=kept | homes | settings,
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if found := re.search(r"clients +(http://[^/]+)", line):
                self.url = found[1]
                return
        raise AssertionError("the gateway did not start")

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        assert self._process
        with self._process as process:
            process.send_signal(number)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("home"))
    running.start()
    yield running
    running.end()


@pytest.fixture
def run(gateway: Gateway) -> Run:
    """Run `lethe` against the real gateway."""

    def invoke(*arguments: str, input: bytes | None = None) -> Result:
        return CliRunner().invoke(main, [*arguments, "--url", gateway.url], input=input)

    return invoke


def _lines(prefix: str, count: int) -> bytes:
    # Words of letters only, so that no two names are one typing error apart.
    names = (f"{prefix} {'abcdefghij'[i % 10] * 3}{i:05d}" for i in range(count))
    return b"".join(json.dumps({"kind": "person", "name": n}).encode() + b"\n" for n in names)


def test_the_life_of_a_target(run: Run) -> None:
    added = run("target", "add", "Mirela Oskarne", "--kind", "person", "--json", "--case", "C-7")
    assert added.exit_code == 0, added.output
    identifier = json.loads(added.stdout)["id"]
    again = run("target", "add", "mirela  oskarne", "--kind", "person")
    assert again.exit_code == 4
    assert identifier in again.stderr and "irela" not in again.stderr
    assert "Mirela Oskarne" in run("target", "show", identifier).stdout
    assert identifier in run("target", "list").stdout
    assert run("detect", "Where was Mirela Oskarne born?").exit_code == 0
    assert run("target", "remove", identifier, "--yes").exit_code == 0
    assert run("detect", "Where was Mirela Oskarne born?").exit_code == 1
    assert run("target", "show", identifier).exit_code == 1
    history = run("target", "history", identifier).stdout
    assert "target.created" in history and "target.erased" in history and "C-7" in history


def test_a_hold_outlives_everything_but_its_lifting(run: Run) -> None:
    added = run("target", "add", "Joren Adlai", "--kind", "person", "--id", "held", "--hold")
    assert added.exit_code == 0, added.output
    kept = run("target", "remove", "held", "--yes")
    assert kept.exit_code == 4 and "legal hold" in kept.stderr
    assert run("target", "update", "held", "--name", "Somebody").exit_code == 4
    assert run("target", "update", "held", "--alias", "J. Adlai", "--mentions", "allow").stdout
    assert "withdrawn" in run("target", "withdraw", "held").stdout
    assert run("detect", "Who is Joren Adlai?").exit_code == 1
    assert run("target", "update", "held", "--no-hold", "--state", "active").exit_code == 0
    assert run("detect", "Who is Joren Adlai?").exit_code == 0
    spared = run("target", "update", "held", "--audience", "legal")
    assert spared.exit_code == 4 and "client key" in spared.stderr
    past = run("target", "update", "held", "--expires", "2020-01-01T00:00:00Z")
    assert past.exit_code == 4 and "has passed" in past.stderr
    assert run("target", "remove", "held", "--yes").exit_code == 0
    history = run("target", "history", "held").stdout
    assert "target.held" in history and "target.released" in history


def test_keys_open_what_their_roles_allow(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run("key", "create", "audit", "--kind", "admin", "--role", "auditor", "--json")
    key = json.loads(made.stdout)
    with monkeypatch.context() as context:
        context.setenv("LETHE_ADMIN_KEY", key["key"])
        assert run("target", "list").exit_code == 0
        assert run("target", "add", "N. N.", "--kind", "person").exit_code == 4
    assert key["id"] in run("key", "list").stdout
    assert run("key", "revoke", key["id"]).exit_code == 0
    monkeypatch.setenv("LETHE_ADMIN_KEY", key["key"])
    refused = run("target", "list")
    assert refused.exit_code == 4
    assert key["key"] not in refused.output


def test_an_import_names_the_lines_that_failed(run: Run) -> None:
    lines = b'{"kind": "person", "name": "Line One"}\n\n{"kind": "person"}\n{"kind": "topic"\n'
    result = run("target", "import", "-", input=lines)
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["line 3", "line 4"]
    assert "registered: 1;" in result.stderr


def test_what_was_acknowledged_survives_a_kill_in_the_middle(
    run: Run, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "targets.jsonl"
    file.write_bytes(_lines("Kill", 100_000))
    command = [sys.executable, "-m", "gateway.cli.main", "target", "import", str(file), "--json"]
    with subprocess.Popen(
        [*command, "--url", gateway.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as importing:
        assert importing.stdout and importing.stderr
        first = importing.stdout.readline()
        gateway.end(signal.SIGKILL)
        answers = [json.loads(line) for line in [first, *importing.stdout]]
        assert "nothing is known of the lines" in importing.stderr.read()
    assert importing.returncode == 3
    assert answers and all(answer["status"] == "created" for answer in answers)
    gateway.start()
    listed = run("target", "list", "--json").stdout.splitlines()
    present = {json.loads(line)["id"] for line in listed}
    assert {answer["id"] for answer in answers} <= present
    assert run("events", "verify").exit_code == 0


@pytest.mark.parametrize("value", ["target.createe", b"target.create\xe4"])
def test_one_changed_byte_in_the_log_is_found(run: Run, gateway: Gateway, value: object) -> None:
    run("target", "add", "Byte", "--kind", "person", "--id", "byte")
    with sqlite3.connect(gateway.database) as database:
        database.execute("UPDATE events SET action = CAST(? AS TEXT) WHERE sequence = 2", [value])
    database.close()
    result = run("events", "verify")
    assert result.exit_code == 1, result.output
    assert "broken at event 2" in result.stderr
