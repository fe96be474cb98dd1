"""`lethe probe` on the command line: what it prints, and how it ends.

What the matrix finds is tested in tests/gateway/test_probe_matrix.py.
"""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.gateway.cli.fake_gateway import FakeGateway

NAME = "Mirela Oskarne"
VIEW = {
    "id": "t1",
    "kind": "person",
    "name": NAME,
    "aliases": [],
    "scope": "all",
    "policy": {"guard": "refuse"},
    "secret_rules": [],
    "documents": [],
    "examples": [],
}


def probe(fake: FakeGateway, *options: str) -> Result:
    fake.on("GET /targets/t1", VIEW)
    fake.on("GET /v1/models", {"data": [{"id": "demo"}]})
    command = ["probe", "--target", "t1", "--base-url", fake.url + "/v1", *options]
    return CliRunner().invoke(main, command)


def test_a_server_that_answers_nothing_proves_nothing(fake: FakeGateway) -> None:
    done = probe(fake)
    assert done.exit_code == 1
    assert "refused (404)" in done.output and "give --api-key" in done.output


def test_a_server_that_lets_nothing_through_holds(fake: FakeGateway) -> None:
    fake.on("POST /v1/embeddings", {"data": []})
    done = probe(fake, "--json")
    outcomes = json.loads(done.output)["outcomes"]
    assert outcomes["LEAK"] == 0 and outcomes["held"] > 0


def test_what_is_printed_names_no_target(fake: FakeGateway) -> None:
    done = probe(fake)
    assert "Earlier turns and other ways in slipping by: 0." in done.output
    assert "n/a (nothing tokenises)" in done.output
    assert NAME not in done.output


def test_every_hole_is_shown_and_ends_with_one(fake: FakeGateway) -> None:
    fake.on("POST /v1/completions", {"choices": [{"text": f"It is {NAME}."}]})
    fake.on("GET /sleep", {"detail": "Method Not Allowed"}, status=405)
    fake.on("POST /v1/messages", {"content": [{"type": "text", "text": "Hello."}]})
    done = probe(fake, "--json", "--model", "other")
    assert done.exit_code == 1
    assert NAME not in done.output
    report = json.loads(done.output)
    cells = report["cells"]
    assert {cell["path"] for cell in cells if cell["outcome"] == "LEAK"} == {"/v1/completions"}
    assert {cell["path"] for cell in cells if cell["outcome"] == "reachable"} == {"/sleep"}
    # Nothing was recorded of requests that were answered, so nobody noticed them.
    slipped = {cell["path"] for cell in cells if cell["slipped_by"]}
    assert slipped == {"/v1/completions", "/v1/messages"}
    assert report["outcomes"]["LEAK"] > 100 and report["said"] == 0
    asked = (each.json() for each in fake.asked if each.path == "/v1/completions")
    assert {body["model"] for body in asked} == {"other"}


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({**VIEW, "name": None}, 4),
        ({**VIEW, "kind": "topic"}, 4),
        ({**VIEW, "policy": {"guard": "monitor"}}, 4),
    ],
)
def test_a_target_that_cannot_be_probed(
    fake: FakeGateway, view: dict[str, object], code: int
) -> None:
    fake.on("GET /targets/t1", view)
    done = CliRunner().invoke(main, ["probe", "--target", "t1", "--base-url", fake.url])
    assert done.exit_code == code


def test_a_server_without_models(fake: FakeGateway) -> None:
    fake.on("GET /targets/t1", VIEW)
    done = CliRunner().invoke(main, ["probe", "--target", "t1", "--base-url", fake.url])
    assert done.exit_code == 3
    assert "--model" in done.output
