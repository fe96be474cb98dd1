"""`lethe target` without `import`: what it sends, and what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gateway.cli.conftest import Lethe
from tests.gateway.cli.fake_gateway import Asked, FakeGateway

TARGET = {
    "id": "t1",
    "version": 3,
    "state": "active",
    "kind": "person",
    "name": "Mirela Oskarne",
    "aliases": ["Miri", "M. O."],
    "policy": {"guard": "refuse", "disclosure": "generic"},
    "protection": "guarded",
    "semantic": "pending",
}


def test_add_sends_only_what_was_given(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /targets", TARGET, status=201)
    result = lethe("target", "add", "Mirela Oskarne", "--kind", "person")
    assert result.exit_code == 0
    assert fake.asked[0].json() == {"name": "Mirela Oskarne", "kind": "person"}
    assert "t1 is registered, version 3." in result.stdout
    assert "guarded" in result.stdout and "pending" in result.stdout


def test_add_turns_every_option_into_its_field(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /targets", TARGET, status=201)
    options = "--kind record --alias A --alias B --description D --example E --secret S --id t1"
    more = "--scope facts --false-positive-rate 0.01 --guard monitor --disclosure explicit "
    more += "--reason R --state draft --case C-7 --mentions allow --context allow --hold "
    more += "--audience legal --audience press --expires 2030-01-31T12:00:00Z"
    assert lethe("target", "add", "N", *options.split(), *more.split()).exit_code == 0
    assert fake.asked[0].headers["x-lethe-case"] == "C-7"
    assert fake.asked[0].json() == {
        "id": "t1",
        "kind": "record",
        "name": "N",
        "aliases": ["A", "B"],
        "description": "D",
        "examples": ["E"],
        "secrets": ["S"],
        "scope": "facts",
        "false_positive_rate": 0.01,
        "policy": {"guard": "monitor", "disclosure": "explicit", "mentions": "allow"},
        "context": "allow",
        "audiences": ["legal", "press"],
        "expires_at": "2030-01-31T12:00:00Z",
        "legal_hold": True,
        "reason": "R",
        "state": "draft",
    }


def test_add_can_try_and_insist(lethe: Lethe, fake: FakeGateway) -> None:
    flagged = {"prompt": "A question?", "stage": "exact", "reason": "r"}
    trial = {
        "dry_run": True,
        "benign": {"prompts": 4000, "flagged": 6, "rate": 0.0015, "examples": [flagged]},
        "secrets": [{"value": "Bern", "alone": False, "because": "Common.", "chosen": False}],
        "target": TARGET,
    }
    fake.on("POST /targets", trial)
    result = lethe("target", "add", "N", "--kind", "person", "--dry-run")
    assert fake.asked[0].path.endswith("/targets?dry_run=true")
    assert "6 of 4000" in result.stdout and "0.15 %" in result.stdout
    assert "A question?" in result.stdout and "Common." in result.stdout
    fake.on("POST /targets", TARGET, status=201)
    assert lethe("target", "add", "N", "--kind", "person", "--override").exit_code == 0
    assert fake.asked[1].path.endswith("/targets?override=true")


def test_add_reads_documents_from_files(lethe: Lethe, fake: FakeGateway, tmp_path: Path) -> None:
    fake.on("POST /targets", TARGET, status=201)
    file = tmp_path / "text.txt"
    file.write_text("Words \u00e4 of it.", encoding="utf-8")
    options = ("--kind", "document", "--document", str(file))
    assert lethe("target", "add", "N", *options).exit_code == 0
    assert fake.asked[0].json()["documents"] == ["Words \u00e4 of it."]
    file.write_bytes(b"\xff")
    result = lethe("target", "add", "N", *options)
    assert result.exit_code == 2 and "not UTF-8" in result.stderr


def test_add_passes_a_file_on_as_it_is(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /targets", TARGET, status=201)
    result = lethe("target", "add", "--file", "-", "--json", input=b'{"any": "bytes"')
    assert fake.asked[0].body == b'{"any": "bytes"'
    assert json.loads(result.stdout) == TARGET


@pytest.mark.parametrize(
    "arguments",
    [[], ["N"], ["--kind", "person"], ["N", "--file", "-"], ["--file", "/no/file"]]
    + [["--file", "-", "--hold"], ["--file", "-", "--id", "t1"]],
)
def test_add_with_too_little_or_too_much_is_wrong_usage(
    lethe: Lethe, fake: FakeGateway, arguments: list[str]
) -> None:
    assert lethe("target", "add", *arguments).exit_code == 2
    assert fake.asked == []


def test_a_case_that_no_header_carries_is_wrong_usage(lethe: Lethe, fake: FakeGateway) -> None:
    assert lethe("target", "remove", "t1", "--yes", "--case", "Fäll").exit_code == 2
    assert fake.asked == []


def _pages(asked: Asked) -> tuple[int, object]:
    if "cursor=c1" in asked.path:
        return 200, {"data": [TARGET | {"id": "t2", "name": None}], "next_cursor": None}
    return 200, {"data": [TARGET], "next_cursor": "c1"}


def test_list_follows_the_cursor(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /targets", _pages)
    lines = lethe("target", "list", "--state", "active").stdout.splitlines()
    assert lines[0].split() == "ID VERSION STATE KIND PROTECTION SEMANTIC NAME".split()
    assert lines[1].endswith("Mirela Oskarne")
    assert lines[2].split()[0] == "t2" and lines[2].endswith("-")
    assert all("state=active" in asked.path for asked in fake.asked)


def test_list_as_json_is_an_object_a_line(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /targets", _pages)
    lines = lethe("target", "list", "--json").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["t1", "t2"]


def test_show_prints_every_field_that_holds_something(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /targets/t1", TARGET)
    shown = lethe("target", "show", "t1").stdout.splitlines()
    assert "name        Mirela Oskarne" in shown
    assert "aliases     Miri" in shown
    assert "            M. O." in shown
    assert "policy      guard: refuse" in shown
    assert json.loads(lethe("target", "show", "t1", "--json").stdout) == TARGET


def test_show_disarms_what_a_terminal_would_obey(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /targets/t1", TARGET | {"name": "a\x1b[2Jb\u202e"})
    assert "a\ufffd[2Jb\ufffd" in lethe("target", "show", "t1").stdout
    assert lethe("target", "show", "t1", "--json").stdout.isascii()


def test_update_sends_a_merge_patch(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("PATCH /targets/t1", TARGET)
    options = "--name N --guard agentic --no-hold --audience legal --reset disclosure"
    more = "--reset expires_at --state draft --override --case C-7"
    result = lethe("target", "update", "t1", *options.split(), *more.split())
    assert result.exit_code == 0
    assert fake.asked[0].headers["content-type"] == "application/merge-patch+json"
    assert fake.asked[0].headers["x-lethe-case"] == "C-7"
    assert fake.asked[0].path.endswith("/targets/t1?override=true")
    assert fake.asked[0].json() == {
        "name": "N",
        "policy": {"guard": "agentic", "disclosure": None},
        "audiences": ["legal"],
        "expires_at": None,
        "legal_hold": False,
        "state": "draft",
    }
    assert "t1 is at version 3, active." in result.stdout and "guarded" in result.stdout


def test_update_passes_a_file_on_as_it_is(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("PATCH /targets/t1", TARGET)
    result = lethe("target", "update", "t1", "--file", "-", "--json", input=b'{"any": "bytes"')
    assert fake.asked[0].body == b'{"any": "bytes"'
    assert json.loads(result.stdout) == TARGET


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--file", "-", "--name", "N"],
        ["--file", "-", "--no-hold"],
        ["--file", "-", "--reset", "aliases"],
        ["--guard", "refuse", "--reset", "guard"],
        ["--alias", "A", "--reset", "aliases"],
        ["--reset", "name"],
    ],
)
def test_update_with_too_little_or_too_much_is_wrong_usage(
    lethe: Lethe, fake: FakeGateway, arguments: list[str]
) -> None:
    assert lethe("target", "update", "t1", *arguments).exit_code == 2
    assert fake.asked == []


def test_withdraw_keeps_the_target(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("PATCH /targets/t1", {**TARGET, "state": "withdrawn", "protection": "none"})
    result = lethe("target", "withdraw", "t1")
    assert fake.asked[0].json() == {"state": "withdrawn"}
    assert "t1 is at version 3, withdrawn." in result.stdout


def test_list_asks_for_what_has_expired(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /targets", _pages)
    lethe("target", "list", "--expired")
    lethe("target", "list", "--not-expired")
    paths = [asked.path.lower() for asked in fake.asked]
    assert "expired=true" in paths[0] and "expired=false" in paths[-1]


def test_remove_needs_a_yes(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("DELETE /targets/t1", b"", status=204)
    assert lethe("target", "remove", "t1").exit_code == 2
    assert fake.asked == []
    assert "t1 is erased" in lethe("target", "remove", "t1", "--yes").stdout
    assert fake.asked[0].method == "DELETE"


EVENT = {"sequence": 4, "time": "2026-01-01T00:00:00Z", "action": "target.created"}


def test_history_shows_the_events_of_the_target(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /events", {"data": [EVENT], "next_after": None})
    assert "target.created" in lethe("target", "history", "t1").stdout
    assert "target=t1" in fake.asked[0].path


def test_history_of_nothing_is_not_so(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("GET /events", {"data": []})
    assert lethe("target", "history", "t1").exit_code == 1


def test_show_says_how_each_secret_counts(lethe: Lethe, fake: FakeGateway) -> None:
    rules = [{"value": "Bern", "alone": False, "because": "a common word"}]
    fake.on("GET /targets/t1", {**TARGET, "secret_rules": rules})
    shown = lethe("target", "show", "t1").stdout
    assert "value: Bern, alone: False, because: a common word" in shown
