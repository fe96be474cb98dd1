"""Whom a target spares, until when it has an effect, and what a legal hold keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.offered import DISCLOSURES, GUARDS, KINDS, MENTIONS
from gateway.registry import Actor, Decision, KeyKind, Registry
from gateway.registry.chain import verify
from gateway.registry.values import utc_now
from gateway.target import Disclosure, Kind

PERSON: dict[str, Any] = {"kind": "person", "name": "Mirela Oskarne"}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AHEAD = "2130-01-31T12:00:00Z"
OF_KIND: dict[Kind, dict[str, Any]] = {
    Kind.TOPIC: {"examples": ["How are nerve agents made?"]},
    Kind.RECORD: {"secrets": ["14 Lantern Row"]},
    Kind.DOCUMENT: {"documents": [" ".join(f"word{n}" for n in range(40))]},
}


async def created(admin: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    response = await admin.post("/v1/targets", json={**PERSON, "id": "t1", **fields})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


async def patched(admin: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await admin.patch("/v1/targets/t1", json=changes)


def code_of(response: httpx.Response) -> tuple[int, str | None, str]:
    error = response.json()["error"]
    return response.status_code, error["param"], error["code"]


async def with_client_key(registry: Registry) -> str:
    record, _ = await registry.keys.create(
        "app", kind=KeyKind.CLIENT, roles=["public"], actor=Actor("tests")
    )
    return record.id


async def lapsed(registry: Registry, id: str = "t1") -> None:
    """Let a target's time pass, which no test can wait for."""
    target = await registry.targets.get(id)
    await registry.targets.replace(id, replace(target.content, expires_at=LONG_AGO), Actor("tests"))


@pytest.mark.parametrize("kind", KINDS)
async def test_every_policy_that_is_offered_comes_back(
    admin: httpx.AsyncClient, kind: Kind
) -> None:
    body = {"kind": kind, "name": "Mirela Oskarne", **OF_KIND.get(kind, {})}
    assert (await admin.post("/v1/targets", json={**body, "id": "t1"})).status_code == 201
    for guard in GUARDS:
        for disclosure in DISCLOSURES:
            for mentions in MENTIONS:
                policy = {"guard": guard, "disclosure": disclosure, "mentions": mentions}
                response = await patched(admin, policy=policy)
                if disclosure is Disclosure.UNKNOWN and kind not in (Kind.PERSON, Kind.ENTITY):
                    assert code_of(response)[:2] == (400, "policy.disclosure")
                else:
                    assert response.json()["policy"] == policy


async def test_audiences_need_clients_with_keys(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    body = {**PERSON, "id": "t1", "audiences": ["press", "legal", "press"]}
    refused = await admin.post("/v1/targets", json=body)
    assert code_of(refused) == (400, "audiences", "clients_need_no_key")
    await with_client_key(registry)
    assert (await admin.post("/v1/targets", json=body)).json()["audiences"] == ["legal", "press"]


async def test_a_revoked_client_key_keeps_the_door_closed(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    await registry.keys.revoke(await with_client_key(registry), Actor("tests"))
    assert (await created(admin, audiences=["legal"]))["audiences"] == ["legal"]


async def test_audiences_that_stand_may_stay_where_clients_need_no_key_any_more(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    await created(admin)
    target = await registry.targets.get("t1")
    await registry.targets.replace(
        "t1", replace(target.content, audiences=("legal",)), Actor("tests")
    )
    assert (await patched(admin, state="withdrawn")).json()["audiences"] == ["legal"]
    other = await patched(admin, audiences=["legal", "press"])
    assert code_of(other) == (400, "audiences", "clients_need_no_key")
    assert (await patched(admin, audiences=None)).json()["audiences"] == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (AHEAD, AHEAD),
        ("2130-01-31t14:00:00.000000+02:00", AHEAD),
        ("2130-01-31T12:00:00.25Z", "2130-01-31T12:00:00.250000Z"),
        (None, None),
    ],
)
async def test_an_expiry_date_is_a_moment(
    admin: httpx.AsyncClient, written: str | None, shown: str | None
) -> None:
    assert (await created(admin, expires_at=written))["expires_at"] == shown


async def test_a_target_whose_time_is_over_stays_and_says_so(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    body = await created(admin, expires_at=AHEAD)
    await created(admin, id="t2", name="Joren Adlai")
    assert body["protection"] == "guarded"
    before = registry.version.read()
    await lapsed(registry)
    shown = (await admin.get("/v1/targets/t1")).json()
    assert (shown["state"], shown["protection"]) == ("active", "expired")
    assert registry.version.read() == before + 1, "only the change of the date was an event"

    async def listed(**query: Any) -> list[str]:
        page = (await admin.get("/v1/targets", params=query)).json()
        return [each["id"] for each in page["data"]]

    assert await listed() == ["t1", "t2"]
    assert await listed(expired=True) == ["t1"]
    assert await listed(expired=False, state="active") == ["t2"]


async def test_a_target_whose_time_is_over_can_be_changed_and_brought_back(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    await created(admin)
    await lapsed(registry)
    assert (await patched(admin, reason="late")).json()["protection"] == "expired"
    assert (await patched(admin, state="withdrawn")).json()["protection"] == "none"
    again = await patched(admin, state="active", expires_at=AHEAD)
    assert again.json()["protection"] == "guarded"
    soon = (utc_now() - timedelta(seconds=1)).isoformat()
    assert code_of(await patched(admin, expires_at=soon))[:2] == (400, "expires_at")


async def test_a_hold_keeps_a_target_until_it_is_lifted(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    await created(admin, secrets=["14 Lantern Row"])
    assert (await patched(admin, legal_hold=True)).json()["legal_hold"] is True
    refused = await admin.delete("/v1/targets/t1")
    assert code_of(refused) == (409, "legal_hold", "legal_hold")
    assert "PATCH" in refused.json()["error"]["message"]
    assert (await patched(admin, state="withdrawn")).json()["protection"] == "none"
    assert code_of(await admin.delete("/v1/targets/t1"))[0] == 409
    assert (await patched(admin, legal_hold=None)).json()["legal_hold"] is False
    assert (await admin.delete("/v1/targets/t1")).status_code == 204
    events = await registry.events.page(0)
    assert [each.action for each in events if each.target_id == "t1"] == [
        "target.created",
        "target.held",
        "target.replaced",
        "target.withdrawn",
        "target.released",
        "target.replaced",
        "target.erased",
    ]
    assert verify(events).intact


async def test_a_target_is_registered_on_hold(admin: httpx.AsyncClient, registry: Registry) -> None:
    await created(admin, legal_hold=True)
    actions = [each.action for each in await registry.events.page(0) if each.target_id == "t1"]
    assert actions == ["target.held", "target.created"]
    assert code_of(await admin.delete("/v1/targets/t1"))[0] == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Somebody"}, "name"),
        ({"aliases": None}, "aliases"),
        ({"aliases": ["Another"]}, "aliases"),
        ({"description": ""}, "description"),
        ({"examples": []}, "examples"),
        ({"secrets": ["18 Lantern Row"]}, "secrets"),
        ({"reason": None}, "reason"),
        ({"kind": "entity"}, "kind"),
    ],
)
async def test_a_hold_keeps_every_text(
    admin: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    target = await created(
        admin,
        aliases=["M. Oskarne"],
        description="A glassblower.",
        examples=["Who blows glass?"],
        secrets=["14 Lantern Row"],
        reason="Request 7",
        legal_hold=True,
    )
    refused = await patched(admin, **changes)
    assert code_of(refused) == (409, "legal_hold", "legal_hold")
    assert f"`{field}`" in refused.json()["error"]["message"]
    assert (await admin.get("/v1/targets/t1")).json() == target


async def test_what_is_on_hold_can_be_added_to_and_guarded_otherwise(
    admin: httpx.AsyncClient,
) -> None:
    await created(admin, aliases=["M. Oskarne"], legal_hold=True)
    more = {
        "aliases": ["M. Oskarne", "The glassblower of Tolvaere"],
        "description": "A glassblower.",
        "policy": {"guard": "agentic"},
        "expires_at": AHEAD,
    }
    assert (await patched(admin, **more)).json()["aliases"] == more["aliases"]


async def test_no_replacement_lifts_a_hold(admin: httpx.AsyncClient) -> None:
    await created(admin, legal_hold=True)
    refused = await admin.put("/v1/targets/t1", json=PERSON)
    assert code_of(refused) == (409, "legal_hold", "legal_hold")
    kept = await admin.put("/v1/targets/t1", json={**PERSON, "legal_hold": True, "aliases": ["M"]})
    assert kept.json()["legal_hold"] is True


async def test_a_decision_says_what_its_guard_cost(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    registry.decisions.record(
        Decision("r1", utc_now(), "/v1/x", "agentic", "rewritten", (), 3, 1200)
    )
    body = (await admin.get("/v1/decisions/r1")).json()
    assert (body["guard_calls"], body["guard_tokens"]) == (3, 1200)
