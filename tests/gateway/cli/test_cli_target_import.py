"""`lethe target import`: batches, line numbers, failed lines, and a gateway that is lost midway."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from gateway.cli.progress import Progress
from gateway.cli.target_import import BATCH_BYTES, BATCH_LINES, batches
from tests.gateway.cli.conftest import Lethe
from tests.gateway.cli.fake_gateway import Asked, FakeGateway


def _register(asked: Asked) -> tuple[int, bytes]:
    """Answer as the gateway does; a line with a `bad` member fails."""
    answers = [
        {"line": number, "status": "error", "error": {"message": "Is bad.", "param": "name"}}
        if "bad" in json.loads(line)
        else {"line": number, "status": "created", "id": f"t{number}", "version": 1}
        for number, line in enumerate(asked.body.splitlines(), start=1)
    ]
    return 200, "".join(json.dumps(answer) + "\n" for answer in answers).encode()


LINES = b'{"name": "a"}\n\n{"bad": 1}\r\n  \n{"name": "b"}'


def test_lines_keep_their_numbers_in_the_file(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /targets/import", _register)
    result = lethe("target", "import", "-", "--case", "C-7", input=LINES)
    assert result.exit_code == 1
    assert result.stdout == "line 3: name: Is bad.\n"
    assert "targets registered: 2; lines that failed: 1" in result.stderr
    assert fake.asked[0].body == b'{"name": "a"}\n{"bad": 1}\n{"name": "b"}\n'
    assert fake.asked[0].headers["x-lethe-case"] == "C-7"


def test_json_is_a_result_for_each_line(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /targets/import", _register)
    result = lethe("target", "import", "-", "--json", input=LINES)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["line"], answer["status"]) for answer in answers] == [
        (1, "created"),
        (3, "error"),
        (5, "created"),
    ]


def test_a_long_file_goes_in_batches(lethe: Lethe, fake: FakeGateway, tmp_path: Path) -> None:
    fake.on("POST /targets/import", _register)
    file = tmp_path / "targets.jsonl"
    file.write_bytes(b'{"name": "a"}\n' * (2 * BATCH_LINES + 1))
    result = lethe("target", "import", str(file))
    assert result.exit_code == 0
    assert result.stdout == f"Targets registered: {2 * BATCH_LINES + 1}.\n"
    assert [asked.body.count(b"\n") for asked in fake.asked] == [BATCH_LINES, BATCH_LINES, 1]


def test_a_gateway_lost_midway_leaves_a_line_to_go_on_from(lethe: Lethe, fake: FakeGateway) -> None:
    def first_only(asked: Asked) -> tuple[int, object]:
        if len(fake.asked) == 1:
            return _register(asked)
        return 503, {"error": {"message": "Stopping.", "param": None}}

    fake.on("POST /targets/import", first_only)
    result = lethe("target", "import", "-", input=b'{"name": "a"}\n' * (BATCH_LINES + 1))
    assert result.exit_code == 3
    assert f"registered before: {BATCH_LINES}" in result.stderr
    assert f"from {BATCH_LINES + 1} on" in result.stderr


def test_an_answer_that_ends_early_is_a_lost_gateway(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /targets/import", b'{"line": 1, "status": "created"}\n')
    result = lethe("target", "import", "-", input=LINES)
    assert result.exit_code == 3
    assert "from 3 on" in result.stderr
    assert "registered before: 1;" in result.stderr


def test_a_refused_import_registers_nothing(lethe: Lethe, fake: FakeGateway) -> None:
    error = {"error": {"message": "No such role.", "param": None}}
    fake.on("POST /targets/import", error, status=403)
    result = lethe("target", "import", "-", input=LINES)
    assert result.exit_code == 4
    assert "No such role. Targets registered before: 0\n" in result.stderr


def test_more_answers_than_lines_are_not_those_of_a_gateway(
    lethe: Lethe, fake: FakeGateway
) -> None:
    fake.on("POST /targets/import", b'{"line": 1, "status": "created"}\n' * 4)
    assert lethe("target", "import", "-", input=LINES).exit_code == 3


def test_an_empty_file_registers_nothing(lethe: Lethe, fake: FakeGateway) -> None:
    assert lethe("target", "import", "-", input=b"\n\n").exit_code == 0
    assert fake.asked == []


def test_batches_are_bounded_in_bytes() -> None:
    line = b"x" * (BATCH_BYTES // 2) + b"\n"
    parts = list(batches(io.BytesIO(line * 3)))
    assert [part.numbers for part in parts] == [[1], [2], [3]]
    assert parts[-1].ends == [3 * len(line)]


class Terminal(io.StringIO):
    """Standard error of somebody who looks at it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("size", "bar"), [(200, r"\[#{15}-{15}\]  50%  "), (None, "")])
def test_progress_is_shown_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, size: int | None, bar: str
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress(size) as progress:
        progress.show(100, 1200, 3)
        assert re.search(bar + "1,200 lines, 3 failed$", terminal.getvalue())
    assert terminal.getvalue().endswith("\r\x1b[K")
