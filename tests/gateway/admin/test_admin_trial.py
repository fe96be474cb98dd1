"""Dry runs, and targets that would flag much of ordinary traffic; see also test_trial.py."""

from __future__ import annotations

import json

import httpx
import pytest

from gateway.registry import Registry

FLOOD = {"kind": "entity", "name": "Python"}
PERSON = {"kind": "person", "name": "Mirela Oskarne", "secrets": ["Bern"]}


async def test_a_dry_run_shows_what_would_be_flagged_and_registers_nothing(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    head = await registry.events.head()
    found = await admin.post("/v1/targets?dry_run=true", json=FLOOD)
    assert found.status_code == 200
    body = found.json()
    benign = body["benign"]
    assert body["dry_run"] and benign["flagged"] / benign["prompts"] == benign["rate"] > 0.001
    assert all("python" in each["prompt"].casefold() for each in benign["examples"])
    assert {each["stage"] for each in benign["examples"]} == {"exact"}
    assert await registry.events.head() == head


async def test_a_dry_run_of_a_name_that_nobody_writes_flags_nothing(
    admin: httpx.AsyncClient,
) -> None:
    body = (await admin.post("/v1/targets?dry_run=true", json={**PERSON, "id": "t9"})).json()
    assert body["benign"]["flagged"] == 0 and body["benign"]["examples"] == []
    assert body["secrets"] == body["target"]["secret_rules"]
    assert (body["target"]["id"], body["target"]["version"]) == ("t9", 0)


@pytest.mark.parametrize(
    ("method", "path", "param"),
    [
        ("POST", "/v1/targets?dryrun=true", "dryrun"),
        ("PATCH", "/v1/targets/t9?dry_run=true", "dry_run"),
        ("PUT", "/v1/targets/t9?dry_run=true", "dry_run"),
        ("DELETE", "/v1/targets/t9?dry_run=true", "dry_run"),
    ],
)
async def test_a_parameter_that_is_not_known_changes_nothing(
    admin: httpx.AsyncClient, registry: Registry, method: str, path: str, param: str
) -> None:
    await admin.post("/v1/targets", json={**PERSON, "id": "t9"})
    head = await registry.events.head()
    body = None if method == "DELETE" else {**PERSON, "name": "Torvin Quist"}
    response = await admin.request(method, path, json=body)
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (400, param)
    assert error["code"] == "unknown_parameter"
    assert await registry.events.head() == head


async def test_a_dry_run_is_checked_like_a_registration(admin: httpx.AsyncClient) -> None:
    response = await admin.post("/v1/targets?dry_run=true", json={"kind": "topic", "name": "x"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"name": "Python"}, "name"),
        ({"aliases": ["Mirela O.", "Python"]}, "aliases.1"),
        ({"secrets": ["Bern", {"value": "recipe", "alone": True}]}, "secrets.1"),
    ],
)
async def test_a_target_that_would_flood_is_refused(
    admin: httpx.AsyncClient, registry: Registry, fields: dict[str, object], param: str
) -> None:
    head = await registry.events.head()
    response = await admin.post("/v1/targets", json={**PERSON, **fields})
    error = response.json()["error"]
    assert (response.status_code, error["param"], error["code"]) == (400, param, "floods")
    assert "%" in error["message"] and "override" in error["message"]
    assert "ython" not in error["message"] and "recipe" not in error["message"]
    assert await registry.events.head() == head


async def test_an_override_is_kept_in_the_log(admin: httpx.AsyncClient, registry: Registry) -> None:
    target = (await admin.post("/v1/targets?override=true", json={**FLOOD, "id": "t1"})).json()
    events = [event for event in await registry.events.page(0) if event.target_id == "t1"]
    assert [(event.action, event.target_version) for event in events] == [
        ("target.overridden", 1),
        ("target.created", 1),
    ]
    assert (await registry.targets.get("t1")).sequence == events[-1].sequence
    # What was insisted on once is not asked for again while it stays as it is.
    path = f"/v1/targets/{target['id']}"
    assert (await admin.patch(path, json={"reason": "why"})).status_code == 200
    response = await admin.patch(path, json={"aliases": ["recipe"]})
    assert response.json()["error"]["code"] == "floods"
    response = await admin.patch(f"{path}?override=true", json={"aliases": ["recipe"]})
    assert response.status_code == 200
    actions = [event.action for event in await registry.events.page(0, target_id="t1")]
    assert actions[2:] == ["target.replaced", "target.overridden", "target.replaced"]


async def test_an_override_that_is_not_needed_is_not_noted(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    await admin.post("/v1/targets?override=true", json={**PERSON, "id": "t1"})
    actions = [event.action for event in await registry.events.page(0, target_id="t1")]
    assert actions == ["target.created"]


async def test_a_draft_is_judged_when_it_comes_into_force(admin: httpx.AsyncClient) -> None:
    draft = {**FLOOD, "state": "draft", "id": "t1"}
    assert (await admin.post("/v1/targets", json=draft)).status_code == 201
    response = await admin.patch("/v1/targets/t1", json={"state": "active"})
    assert response.json()["error"]["code"] == "floods"


async def test_an_import_refuses_the_lines_that_would_flood(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in (FLOOD, PERSON))
    headers = {"Content-Type": "application/x-ndjson"}
    response = await admin.post("/v1/targets/import", content=lines, headers=headers)
    first, second = map(json.loads, response.text.splitlines())
    assert (first["status"], first["error"]["code"], second["status"]) == (
        "error",
        "floods",
        "created",
    )
    response = await admin.post("/v1/targets/import?override=true", content=lines, headers=headers)
    first = json.loads(response.text.splitlines()[0])
    assert first["status"] == "created"
    actions = [each.action for each in await registry.events.page(0, target_id=first["id"])]
    assert actions == ["target.overridden", "target.imported"]
