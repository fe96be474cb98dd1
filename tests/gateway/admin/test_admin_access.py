"""Who may do what, and the answers to those who may not."""

from __future__ import annotations

import httpx
import pytest

from gateway.errors import UnavailableError
from gateway.registry import Actor, Registry, Role
from gateway.target import Kind, TargetContent

PERSON = {"kind": "person", "name": "Mirela Oskarne"}
OFFICER, OPERATOR, AUDITOR = Role.OFFICER, Role.OPERATOR, Role.AUDITOR
EVERYBODY = (OFFICER, OPERATOR, AUDITOR)
OPEN_TO: list[tuple[str, str, tuple[Role, ...]]] = [
    ("POST", "/v1/targets", (OFFICER,)),
    ("POST", "/v1/targets/import", (OFFICER,)),
    ("PUT", "/v1/targets/none", (OFFICER,)),
    ("PATCH", "/v1/targets/none", (OFFICER,)),
    ("DELETE", "/v1/targets/none", (OFFICER,)),
    ("GET", "/v1/targets", EVERYBODY),
    ("GET", "/v1/targets/none", EVERYBODY),
    ("POST", "/v1/detect", (OFFICER, OPERATOR)),
    ("GET", "/v1/decisions/none", EVERYBODY),
    ("GET", "/v1/events", EVERYBODY),
    ("POST", "/v1/keys", (OPERATOR,)),
    ("GET", "/v1/keys", (OPERATOR, AUDITOR)),
    ("DELETE", "/v1/keys/none", (OPERATOR,)),
]


@pytest.mark.parametrize(("method", "path", "roles"), OPEN_TO)
async def test_each_resource_is_open_to_its_roles(
    anonymous: httpx.AsyncClient,
    keys: dict[Role, dict[str, str]],
    method: str,
    path: str,
    roles: tuple[Role, ...],
) -> None:
    for role in Role:
        body = {} if method in ("GET", "DELETE") else {"json": {}}
        response = await anonymous.request(method, path, headers=keys[role], **body)
        assert (response.status_code != 403) == (role in roles), role
        if role not in roles:
            error = response.json()["error"]
            assert error["code"] == "insufficient_role"
            assert all(allowed in error["message"] for allowed in roles)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic bGV0aGU6eA=="},
    ],
)
async def test_nobody_gets_in_without_a_key(
    anonymous: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for method, path, _ in OPEN_TO:
        response = await anonymous.request(method, path, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.json()["error"]["type"] == "authentication_error"


async def test_the_scheme_is_read_in_any_case(
    anonymous: httpx.AsyncClient, keys: dict[Role, dict[str, str]]
) -> None:
    token = keys[OFFICER]["Authorization"].split()[1]
    headers = {"Authorization": f"bearer  {token}"}
    assert (await anonymous.get("/v1/targets", headers=headers)).status_code == 200


async def test_a_key_is_asked_for_before_the_body_is_read(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.post("/v1/targets", content=b"{", headers={"X-Lethe-Case": "a b"})
    assert response.status_code == 401


async def test_a_client_key_is_no_admin_key(
    anonymous: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = await admin.post("/v1/keys", json={"name": "app", "kind": "client"})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await anonymous.get("/v1/targets", headers=headers)).status_code == 401


async def test_an_operator_sees_ids_only(
    anonymous: httpx.AsyncClient, registry: Registry, keys: dict[Role, dict[str, str]]
) -> None:
    content = TargetContent(
        Kind.PERSON, "Mirela Oskarne", ("M",), "about", ("ex",), ("hush",), reason="why"
    )
    await registry.targets.create(content, Actor("tests"), id="t1")
    one = (await anonymous.get("/v1/targets/t1", headers=keys[OPERATOR])).json()
    listed = (await anonymous.get("/v1/targets", headers=keys[OPERATOR])).json()["data"]
    text = ("name", "aliases", "description", "examples", "secrets", "documents", "reason")
    assert {one[name] for name in text} == {None}
    assert (one["id"], one["kind"], one["version"]) == ("t1", "person", 1)
    assert listed == [one]
    for role in (OFFICER, AUDITOR):
        seen = (await anonymous.get("/v1/targets/t1", headers=keys[role])).json()
        assert (seen["name"], seen["secrets"]) == ("Mirela Oskarne", ["hush"])


async def test_a_revoked_key_is_refused_at_once(
    admin: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    made = (
        await admin.post("/v1/keys", json={"name": "a", "kind": "admin", "roles": ["auditor"]})
    ).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert (await anonymous.get("/v1/events", headers=headers)).status_code == 200
    assert (await admin.delete(f"/v1/keys/{made['id']}")).status_code == 204
    assert (await anonymous.get("/v1/events", headers=headers)).status_code == 401


async def test_a_registry_that_fails_is_unavailable(
    admin: httpx.AsyncClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: str) -> None:
        raise UnavailableError("The registry's database failed (OperationalError).")

    monkeypatch.setattr(registry.keys, "authenticate_admin", fail)
    response = await admin.get("/v1/targets")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "unavailable")
