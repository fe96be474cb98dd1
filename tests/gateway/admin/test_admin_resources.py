"""Keys, events, decisions and trying a text, over HTTP; the page and the paths that are none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.errors import UnavailableError
from gateway.registry import Decision, Event, Registry, Role, verify
from tests.gateway.admin.scripted import ScriptedInspector

PERSON = {"kind": "person", "name": "Mirela Oskarne"}


async def test_a_key_is_shown_once(
    admin: httpx.AsyncClient, inspector: ScriptedInspector, registry: Registry
) -> None:
    response = await admin.post(
        "/v1/keys", json={"name": "app", "kind": "client", "roles": ["legal", "legal"]}
    )
    made = response.json()
    assert response.status_code == 201
    assert made["key"].startswith("lethe_")
    assert (made["roles"], made["source"], made["revoked_at"]) == (["legal"], "api", None)
    assert inspector.settled == [registry.version.read()]
    listed = (await admin.get("/v1/keys")).json()
    assert made["key"] not in str(listed)
    assert [key["name"] for key in listed["data"]] == ["environment-admin", "app"]


async def test_keys_go_page_by_page(admin: httpx.AsyncClient) -> None:
    for number in range(3):
        await admin.post("/v1/keys", json={"name": f"k{number}", "kind": "client"})
    first = (await admin.get("/v1/keys", params={"limit": 2})).json()
    rest = (await admin.get("/v1/keys", params={"cursor": first["next_cursor"]})).json()
    assert len(first["data"] + rest["data"]) == 4
    assert rest["next_cursor"] is None


async def test_revoking(admin: httpx.AsyncClient, inspector: ScriptedInspector) -> None:
    made = (await admin.post("/v1/keys", json={"name": "app", "kind": "client"})).json()
    path = f"/v1/keys/{made['id']}"
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.delete("/v1/keys/none")).status_code == 404
    (listed,) = [
        key for key in (await admin.get("/v1/keys")).json()["data"] if key["name"] == "app"
    ]
    assert listed["revoked_at"] is not None


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({"kind": "client"}, 400, "name"),
        ({"name": "", "kind": "client"}, 400, "name"),
        ({"name": "a\nb", "kind": "client"}, 400, "name"),
        ({"name": "environment-admin", "kind": "client"}, 400, "name"),
        ({"name": "first-admin", "kind": "client"}, 400, "name"),
        ({"name": "a", "kind": "root"}, 400, "kind"),
        ({"name": "a", "kind": "admin"}, 400, "roles"),
        ({"name": "a", "kind": "admin", "roles": ["root"]}, 400, "roles"),
        ({"name": "a", "kind": "client", "roles": ["two words"]}, 400, "roles.0"),
        ({"name": "a", "kind": "client", "roles": ["r"] * 33}, 400, "roles"),
        ({"name": "a", "kind": "client", "key": "mine"}, 400, "key"),
    ],
)
async def test_a_key_that_cannot_be_made(
    admin: httpx.AsyncClient, body: dict[str, Any], status: int, param: str
) -> None:
    response = await admin.post("/v1/keys", json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (status, param)


async def test_a_key_name_is_taken_once(admin: httpx.AsyncClient) -> None:
    await admin.post("/v1/keys", json={"name": "app", "kind": "client"})
    again = await admin.post("/v1/keys", json={"name": "app", "kind": "client"})
    assert again.status_code == 409


async def test_a_key_of_the_environment_is_not_revoked(admin: httpx.AsyncClient) -> None:
    (key,) = (await admin.get("/v1/keys")).json()["data"]
    response = await admin.delete(f"/v1/keys/{key['id']}")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "environment_key")


async def test_nobody_gives_a_role_that_they_do_not_have(
    anonymous: httpx.AsyncClient, keys: dict[Role, dict[str, str]]
) -> None:
    """An operator sees ids only, and must not become an officer by making a key."""
    body = {"name": "a", "kind": "admin", "roles": ["officer"]}
    response = await anonymous.post("/v1/keys", json=body, headers=keys[Role.OPERATOR])
    assert response.status_code == 403
    body["roles"] = ["operator"]
    response = await anonymous.post("/v1/keys", json=body, headers=keys[Role.OPERATOR])
    assert response.status_code == 201


async def all_events(admin: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = (await admin.get("/v1/events", params={**query, "after": after})).json()
        found += page["data"]
        after = page["next_after"]
    return found


async def test_the_log_can_be_checked_from_outside(admin: httpx.AsyncClient) -> None:
    target = (await admin.post("/v1/targets", json=PERSON)).json()
    await admin.patch(f"/v1/targets/{target['id']}", json={"state": "withdrawn"})
    await admin.delete(f"/v1/targets/{target['id']}")
    log = await all_events(admin, limit=2)
    assert verify(map(Event.from_dict, log)).intact
    assert "Mirela" not in str(log)
    actions = [event["action"] for event in await all_events(admin, target=target["id"])]
    assert actions == ["target.created", "target.withdrawn", "target.erased"]
    log[1]["actor"] = "somebody else"
    assert verify(map(Event.from_dict, log)).first_broken == 2


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", f"after={2**63}", "limit=0", "target=a%20b", "since=3"]
)
async def test_a_log_asked_for_wrongly_is_refused(admin: httpx.AsyncClient, query: str) -> None:
    response = await admin.get(f"/v1/events?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["param"] == query.partition("=")[0]


async def test_a_decision_is_shown_without_content(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    match = {"target": "t1", "target_version": 1, "score": 0.91, "reason": "Its meaning is near."}
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    registry.decisions.record(
        Decision("req-1", moment, "/v1/chat/completions", "refuse", "refused", (match,))
    )
    body = (await admin.get("/v1/decisions/req-1")).json()
    assert body["matches"] == [match]
    assert (body["guard"], body["action"], body["time"]) == (
        "refuse",
        "refused",
        "2026-01-02T00:00:00Z",
    )
    missing = await admin.get("/v1/decisions/req-2")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "decision_not_found")


async def test_a_text_is_tried(admin: httpx.AsyncClient, inspector: ScriptedInspector) -> None:
    text = "Where was Mirela Oskarne born?"
    body = (await admin.post("/v1/detect", json={"text": text})).json()
    assert (body["matched"], body["guard"]) == (True, "refuse")
    assert body["matches"][0]["target"] == "t1"
    assert body["matches"][0]["span"] == [10, 24]
    assert inspector.asked == [text]
    await admin.post("/v1/detect", json={"text": text, "roles": ["legal"]})
    assert inspector.roles == [(), ("legal",)]
    nothing = (await admin.post("/v1/detect", json={"text": ""})).json()
    assert (nothing["matched"], nothing["guard"], nothing["matches"]) == (False, None, [])
    assert nothing["notes"] == ["One window was not read."]


async def test_a_text_that_cannot_be_judged_is_unavailable(
    admin: httpx.AsyncClient, inspector: ScriptedInspector
) -> None:
    inspector.error = UnavailableError("The detector does not answer.")
    response = await admin.post("/v1/detect", json={"text": "x"})
    assert response.status_code == 503


@pytest.mark.parametrize("body", [{}, {"text": 1}, {"text": "x", "model": "y"}, {"text": None}])
async def test_a_text_asked_for_wrongly_is_refused(
    admin: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    assert (await admin.post("/v1/detect", json=body)).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/targets/", 404),
        ("PUT", "/v1/targets", 405),
        ("GET", "/v1/targets/import", 404),
        ("PUT", "/v1/targets/import", 400),
        ("GET", "/v1/detect", 405),
        ("DELETE", "/v1/events", 405),
    ],
)
async def test_other_paths_and_methods(
    admin: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    body = {"json": {}} if method == "PUT" else {}
    response = await admin.request(method, path, **body)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    if status == 405:
        assert response.headers["Allow"]


async def test_a_bug_tells_nothing_of_the_request(
    admin: httpx.AsyncClient, registry: Registry, inspector: ScriptedInspector
) -> None:
    inspector.error = KeyError("Mirela")
    transport = admin._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.raise_app_exceptions = False
    response = await admin.post("/v1/detect", json={"text": "Mirela"})
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal_error")
    assert "Mirela" not in response.text


async def test_the_page_needs_no_key_and_describes_everything(
    anonymous: httpx.AsyncClient,
) -> None:
    page = await anonymous.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert (await anonymous.get(asset)).status_code == 200
    schema = (await anonymous.get("/openapi.json")).json()
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len(operations) == 13
    assert all(operation["summary"] and operation["description"] for operation in operations)
    assert all("422" not in operation["responses"] for operation in operations)
    for name, component in schema["components"]["schemas"].items():
        for field, properties in component.get("properties", {}).items():
            assert "description" in properties or "$ref" in properties, (name, field)


async def test_mounted_elsewhere_the_paths_say_so(admin: httpx.AsyncClient) -> None:
    transport = admin._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.root_path = "/admin"
    response = await admin.post("/admin/v1/targets", json=PERSON)
    assert response.headers["Location"] == f"/admin/v1/targets/{response.json()['id']}"
    del admin.headers["Authorization"]
    assert (await admin.get("/admin/v1/targets")).status_code == 401
