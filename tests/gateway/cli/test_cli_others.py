"""`lethe detect`, `lethe key` and `lethe decision`: what they send, and what they show."""

from __future__ import annotations

import json

from tests.gateway.cli.conftest import Lethe
from tests.gateway.cli.fake_gateway import FakeGateway

MATCH = {
    "target": "t1",
    "stage": "fuzzy",
    "view": "base64",
    "score": 0.934,
    "threshold": 0.9,
    "span": [3, 17],
    "reason": "One letter off a registered name.",
}
FOUND = {
    "matched": True,
    "matches": [MATCH],
    "guard": "refuse",
    "reason": "The target's policy says so.",
    "notes": ["The last 2 kB were not read."],
}
SILENT = {"matched": False, "matches": [], "guard": None, "reason": "", "notes": []}


def test_detect_explains_a_match(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /detect", FOUND)
    result = lethe("detect", "Who is she?")
    assert result.exit_code == 0
    assert fake.asked[0].json() == {"text": "Who is she?"}
    for shown in ("refuse", "t1", "fuzzy", "base64", "0.934", "3, 17", "One letter", "last 2 kB"):
        assert shown in result.stdout


def test_detect_tries_a_text_as_an_audience(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /detect", FOUND)
    lethe("detect", "Who?", "--role", "legal", "--role", "press")
    assert fake.asked[0].json() == {"text": "Who?", "roles": ["legal", "press"]}


def test_detect_of_what_nothing_matches_is_not_so(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /detect", SILENT)
    assert lethe("detect", "Hello.").exit_code == 1
    result = lethe("detect", "Hello.", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == SILENT


def test_detect_reads_standard_input(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /detect", FOUND)
    lethe("detect", "-", input="Zoë\n".encode())
    assert fake.asked[0].json() == {"text": "Zoë\n"}
    assert lethe("detect", "-", input=b"\xff").exit_code == 2


def test_a_key_goes_to_standard_output_alone(lethe: Lethe, fake: FakeGateway) -> None:
    fake.on("POST /keys", {"id": "k1", "name": "ci", "key": "lethe_new"}, status=201)
    result = lethe("key", "create", "ci", "--kind", "admin", "--role", "officer")
    assert result.stdout == "lethe_new\n"
    assert "once" in result.stderr
    assert fake.asked[0].json() == {"name": "ci", "kind": "admin", "roles": ["officer"]}


def test_keys_are_listed_and_revoked(lethe: Lethe, fake: FakeGateway) -> None:
    key = {"id": "k1", "name": "ci", "kind": "admin", "roles": ["auditor", "officer"]}
    fake.on("GET /keys", {"data": [key], "next_cursor": None})
    fake.on("DELETE /keys/k1", b"", status=204)
    assert "auditor, officer" in lethe("key", "list").stdout
    assert json.loads(lethe("key", "list", "--json").stdout) == key
    assert lethe("key", "revoke", "k1").stdout == "k1 is revoked.\n"
    assert json.loads(lethe("key", "revoke", "k1", "--json").stdout)["revoked"] is True


def test_a_decision_is_shown_with_its_matches(lethe: Lethe, fake: FakeGateway) -> None:
    decision = {"id": "r1", "guard": "refuse", "action": "refused", "matches": [MATCH]}
    fake.on("GET /decisions/r1", decision)
    shown = lethe("decision", "show", "r1").stdout
    assert "refused" in shown and "One letter off" in shown
    assert json.loads(lethe("decision", "show", "r1", "--json").stdout) == decision
