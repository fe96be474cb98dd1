"""`lethe events`: paging through the log, and the chain recomputed from what was fetched."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.cli.client import PAGE
from gateway.registry.chain import START, Event
from tests.gateway.cli.conftest import Lethe
from tests.gateway.cli.fake_gateway import Asked, FakeGateway


def _log(length: int) -> list[dict[str, Any]]:
    rows, previous = [], START
    for sequence in range(1, length + 1):
        change = ("officer", "target.created", "C-7", f"t{sequence}", 1, None, "digest")
        event = Event(sequence, "2026-01-01T00:00:00.000000Z", *change, previous, "").sealed()
        rows.append(event.as_dict())
        previous = event.hash
    return rows


def _serve(fake: FakeGateway, rows: list[dict[str, Any]]) -> None:
    def page(asked: Asked) -> tuple[int, object]:
        query = {
            name: int(values[0]) for name, values in parse_qs(urlsplit(asked.path).query).items()
        }
        later = [row for row in rows if row["sequence"] > query["after"]]
        page = later[: query["limit"]]
        is_full = len(page) == query["limit"]
        return 200, {"data": page, "next_after": page[-1]["sequence"] if is_full else None}

    fake.on("GET /events", page)


@pytest.mark.parametrize("length", [0, 3, PAGE, PAGE + 1])
def test_an_intact_chain_over_any_number_of_pages(
    lethe: Lethe, fake: FakeGateway, length: int
) -> None:
    rows = _log(length)
    _serve(fake, rows)
    result = lethe("events", "verify", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "count": length,
        "head": rows[-1]["hash"] if rows else START,
        "first_broken": None,
        "reason": "",
        "intact": True,
    }


@pytest.mark.parametrize(
    ("field", "value"), [("actor", "nobody"), ("time", 7), ("hash", "0" * 64), ("extra", "")]
)
def test_a_changed_row_is_found_and_numbered(
    lethe: Lethe, fake: FakeGateway, field: str, value: object
) -> None:
    rows = _log(5)
    rows[2][field] = value
    _serve(fake, rows)
    result = lethe("events", "verify", "--json")
    assert result.exit_code == 1
    assert "broken at event 3" in result.stderr
    report = json.loads(result.stdout)
    assert (report["count"], report["head"]) == (2, rows[1]["hash"])
    assert (report["first_broken"], report["intact"]) == (3, False)


def test_a_missing_row_is_found(lethe: Lethe, fake: FakeGateway) -> None:
    rows = _log(5)
    del rows[1]
    _serve(fake, rows)
    result = lethe("events", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["first_broken"] == 2


def test_list_starts_after_an_event(lethe: Lethe, fake: FakeGateway) -> None:
    _serve(fake, _log(3))
    lines = lethe("events", "list", "--after", "2").stdout.splitlines()
    assert len(lines) == 2
    assert lines[1].split()[0] == "3"
    assert "C-7" in lines[1]
