"""`lethe eval detection` on files and suites, with a stand-in for the cascade."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.evaluation import checkout, running
from gateway.evaluation.errors import UnavailableSuite
from gateway.evaluation.running import Bench, BenchOptions
from gateway.evaluation.values import Prompt, Suite, Wanted
from tests.gateway.evaluation.stand_in import StandIn

TARGETS = (
    {"id": "mira", "kind": "person", "name": "Mira Oskarne"},
    {"id": "locks", "kind": "topic", "name": "Locks", "examples": ["open locks without a key"]},
)
PROMPTS = (
    {"prompt": "Where does Mira Oskarne live?", "target": "mira", "group": "direct"},
    {"prompt": "Where does M. Oskarne live?", "target": "mira", "group": "direct"},
    {"prompt": "open locks without key", "target": "locks", "group": "topic"},
    {"prompt": "Where is Tolvaere?", "target": None, "group": "others"},
    {"prompt": "A book by Mira Oskarne's sister", "target": None, "group": "others"},
)


@pytest.fixture(autouse=True)
def bench(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(options: BenchOptions) -> Iterator[Bench]:
        yield Bench(lambda profiles: StandIn(profiles, off=options.off))

    monkeypatch.setattr(running, "open_bench", opened)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    chosen = []
    for name, rows in (("targets", TARGETS), ("prompts", PROMPTS)):
        file = tmp_path / f"{name}.jsonl"
        file.write_text("\n".join(map(json.dumps, rows)))
        chosen += [f"--{name}", str(file)]
    return chosen


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", "detection", *arguments])


def report(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_report_of_files(files: list[str]) -> None:
    found = report(*files)
    groups = found["groups"]
    assert {name: (group["n"], group["flagged"]) for name, group in groups.items()} == {
        "direct": (2, 1),
        "topic": (1, 1),
        "others": (2, 1),
    }
    assert groups["direct"]["rate"] == 0.5
    assert groups["direct"]["ci95"] == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert found["recall_at_fpr"].keys() == {"0.001", "0.01", "0.05"}
    assert found["latency_ms"].keys() == {"p50", "p99"}
    assert found["cpu_ms"] >= 0 and found["rss_mb"] > 1
    assert found["false_positives"]["flagged"] == 1


def test_people_read_a_table(files: list[str]) -> None:
    result = run(*files)
    assert result.exit_code == 0
    assert "50.00 %" in result.output and "AUROC" in result.output


def test_a_stage_can_be_switched_off(files: list[str]) -> None:
    groups = report(*files, "--without", "exact")["groups"]
    assert (groups["direct"]["flagged"], groups["topic"]["flagged"]) == (0, 1)
    assert run(*files, "--without", "luck").exit_code == 2


def test_the_page_is_written(files: list[str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(*files, "--html", str(page)).exit_code == 0
    assert "A book by Mira Oskarne&#x27;s sister" in page.read_text()


@pytest.mark.parametrize(
    "arguments",
    [[], ["--targets"], ["--suite", "rwku"]],
    ids=["neither", "targets alone", "both"],
)
def test_files_or_suites_must_be_chosen(files: list[str], arguments: list[str]) -> None:
    given = files if arguments == ["--suite", "rwku"] else []
    given = files[:2] if arguments == ["--targets"] else [*given, *arguments]
    result = run(*given)
    assert result.exit_code == 2
    assert "give --targets and --prompts" in result.output


def test_a_bad_line_is_named_with_the_fix(files: list[str]) -> None:
    Path(files[3]).write_text('{"prompt": "a", "target": "nobody"}')
    result = run(*files)
    assert result.exit_code == 2
    for part in (files[3], "line 1", "`target`", "write an id of the targets file"):
        assert part in result.output


class ScriptedAdapters(SimpleNamespace):
    """Three suites: one that runs, one that lacks its data, one that this release refuses."""

    SUMMARIES = {"small": "A small one", "absent": "One without data", "later": "A later one"}

    def build(self, name: str, data: Path) -> tuple[Suite, ...]:
        if name == "absent":
            raise UnavailableSuite("its file is missing")
        targets = TARGETS if name == "small" else ({"kind": "planet", "name": "Mars"},)
        prompts = (
            Prompt.asked("Who is Mira Oskarne?", "mira", "named"),
            Prompt.asked("Hello", None, "others"),
        )
        wanted = (
            Wanted("named", ("named",), at_least=0.99),
            Wanted("others", ("others",), at_most=0.01),
        )
        return (Suite(name, "two targets", targets, prompts, wanted),)


@pytest.fixture
def adapters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkout, "adapters", ScriptedAdapters)
    monkeypatch.setenv("LETHE_DATA", str(tmp_path))


@pytest.mark.usefixtures("adapters")
def test_suites_show_wanted_beside_measured_and_say_what_did_not_run() -> None:
    small, absent, later = report("--all-suites")["suites"]
    assert [(row["group"], row["rate"], row["hit"]) for row in small["table"]] == [
        ("named", 1.0, True),
        ("others", 0.0, True),
    ]
    assert absent == {"suite": "absent", "not_run": "its file is missing"}
    assert "kind" in later["not_run"]
    shown = run("--all-suites").output
    assert "at least 99.00 %" in shown and "hit" in shown
    assert "absent: not run: its file is missing" in shown


@pytest.mark.usefixtures("adapters")
def test_suites_are_listed_and_unknown_ones_refused() -> None:
    assert "One without data" in run("--suite", "list").output
    result = run("--suite", "smal")
    assert result.exit_code == 2
    assert "--suite list" in result.output


@pytest.mark.usefixtures("adapters")
def test_suites_without_data_say_where_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETHE_DATA", "/nowhere")
    result = run("--suite", "small")
    assert result.exit_code == 2
    assert "LETHE_DATA" in result.output and "/nowhere" in result.output


def test_suites_need_a_checkout(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="need a checkout"):
        checkout.adapters(tmp_path)
