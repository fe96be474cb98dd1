"""Policies as clients of a running gateway feel them: who is spared, until when, and what passes.

What a plan is made of is tested in test_policy.py; what a target may say in admin/.
"""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.target import Disclosure
from gateway.wording import REFUSAL
from tests.gateway.conftest import ADMIN_KEY, MakeRig, Rig
from tests.gateway.upstreams import EVENTS, JSON, chat_answer, chat_events

KEYS = SecretStr("legal-key:legal,public-key:public,plain-key")
ADMIN = {"Authorization": f"Bearer {ADMIN_KEY}"}
TELLS = "Mirela Oskarne was born in Tolvaere."
REFUSED = REFUSAL[Disclosure.GENERIC]


async def register(rig: Rig, **fields: Any) -> None:
    body = {"id": "t1", "kind": "person", "name": "Mirela Oskarne", **fields}
    response = await rig.client.post("/admin/v1/targets", json=body, headers=ADMIN)
    assert response.status_code == 201, response.text


async def change(rig: Rig, **changes: Any) -> None:
    response = await rig.client.patch("/admin/v1/targets/t1", json=changes, headers=ADMIN)
    assert response.status_code == 200, response.text


async def asked(
    rig: Rig, key: str = "", text: str = "Where was Mirela Oskarne born?", **fields: Any
) -> str:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = {"model": "demo", "messages": [{"role": "user", "content": text}], **fields}
    response = await rig.client.post("/v1/chat/completions", json=body, headers=headers)
    assert response.status_code == 200, response.text
    return said(response)


def said(response: httpx.Response) -> str:
    if "event-stream" in response.headers["content-type"]:
        return response.text
    return str(response.json()["choices"][0]["message"]["content"])


def telling(rig: Rig, text: str = TELLS) -> None:
    rig.upstream.headers, rig.upstream.pieces = JSON, chat_answer(text)


async def test_who_is_exempt_sees_neither_guard_nor_filter(make_rig: MakeRig) -> None:
    rig = await make_rig(api_keys=KEYS)
    await register(rig, audiences=["legal"], secrets=["Tolvaere"])
    telling(rig)
    assert await asked(rig, "legal-key") == TELLS
    assert await asked(rig, "legal-key", "Who was it?") == TELLS
    for key in ("public-key", "plain-key"):
        assert await asked(rig, key) == REFUSED
        assert "Mirela" not in await asked(rig, key, "Who was it?")
    rig.upstream.headers, rig.upstream.pieces = EVENTS, chat_events("Mirela Oskarne", " said")
    assert "Mirela" in await asked(rig, "legal-key", stream=True)
    assert "Mirela" not in await asked(rig, "public-key", "Who was it?", stream=True)


async def test_nobody_is_exempt_where_clients_need_no_key_any_more(make_rig: MakeRig) -> None:
    closed = await make_rig(api_keys=KEYS)
    await register(closed, audiences=["legal"])
    telling(closed)
    assert await asked(closed, "legal-key") == TELLS
    opened = await make_rig(api_keys=None)
    telling(opened)
    assert await asked(opened, "legal-key") == REFUSED
    assert await asked(opened) == REFUSED


async def test_a_target_ends_with_no_event_and_in_every_worker(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, other = await make_rig(), await make_rig()
    await register(rig, secrets=["Tolvaere"], expires_at="2130-01-31T12:00:00Z")
    sequence = rig.registry.version.read()
    for worker in (rig, other):
        telling(worker)
        assert await asked(worker) == REFUSED
        assert "Tolvaere" not in await asked(worker, text="Who?")
    later = SimpleNamespace(time=lambda: time.time() + 200 * 365 * 86_400)
    monkeypatch.setattr("gateway.judging.time", later)
    for worker in (rig, other):
        assert await asked(worker) == TELLS
        assert await asked(worker, text="Who?") == TELLS
    assert rig.registry.version.read() == sequence


async def test_every_worker_sees_a_changed_policy_at_once(make_rig: MakeRig) -> None:
    rig, other = await make_rig(api_keys=KEYS), await make_rig(api_keys=KEYS)
    await register(rig)
    telling(other)
    assert await asked(other, "legal-key") == REFUSED
    await change(rig, audiences=["legal"])
    assert await asked(other, "legal-key") == TELLS
    assert await asked(other, "public-key") == REFUSED
    await change(rig, audiences=["public"])
    assert await asked(other, "legal-key") == REFUSED
    assert await asked(other, "public-key") == TELLS


async def test_a_key_that_is_made_later_is_exempt_at_once(make_rig: MakeRig) -> None:
    rig, other = await make_rig(api_keys=KEYS), await make_rig(api_keys=KEYS)
    await register(rig, audiences=["court"])
    body = {"name": "court", "kind": "client", "roles": ["court"]}
    made = (await rig.client.post("/admin/v1/keys", json=body, headers=ADMIN)).json()
    telling(other)
    assert await asked(other, made["key"]) == TELLS
    assert await asked(other, "legal-key") == REFUSED


async def test_a_page_that_speaks_of_the_target_does_not_sink_the_question(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig()
    await register(rig, secrets=["Tolvaere"])
    telling(rig, "The page is about glass.")
    page = {"role": "tool", "tool_call_id": "c1", "content": f"Glass is old. {TELLS} It is hot."}
    messages = [{"role": "user", "content": "What does the page say about glass?"}, page]
    assert await asked(rig, messages=messages) == "The page is about glass."
    (received,) = rig.upstream.received
    assert b"Mirela" not in received.body and b"Tolvaere" not in received.body
    assert b"Glass is old." in received.body


async def test_what_a_client_supplies_passes_where_the_target_allows_it(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig()
    await register(rig, context="allow", secrets=["Tolvaere"])
    page = {"role": "tool", "tool_call_id": "c1", "content": TELLS}
    messages = [{"role": "user", "content": "What does the page say?"}, page]
    telling(rig)
    assert await asked(rig, messages=messages) == TELLS
    assert b"Tolvaere" in rig.upstream.received[-1].body
    page["content"] = "Mirela Oskarne blows glass."
    assert "Tolvaere" not in await asked(rig, messages=messages)
    assert await asked(rig) == REFUSED


async def test_an_answer_may_name_a_target_that_allows_being_mentioned(
    make_rig: MakeRig,
) -> None:
    rig = await make_rig()
    await register(rig, policy={"mentions": "allow"}, secrets=["14 Lantern Row"])
    telling(rig, "Glass is blown by Mirela Oskarne and others.")
    assert "Mirela Oskarne" in await asked(rig, text="Who blows glass?")
    telling(rig, "Mirela Oskarne lives at 14 Lantern Row.")
    assert "Lantern" not in await asked(rig, text="Who blows glass?")
    assert await asked(rig) == REFUSED
    await change(rig, policy={"mentions": None})
    assert "Mirela" not in await asked(rig, text="Who blows glass?")


async def test_a_text_can_be_tried_as_an_audience(make_rig: MakeRig) -> None:
    rig = await make_rig(api_keys=KEYS)
    await register(rig, audiences=["legal"])
    for roles, matched in ([], True), (["public"], True), (["legal"], False):
        body = {"text": "Who is Mirela Oskarne?", "roles": roles}
        found = (await rig.client.post("/admin/v1/detect", json=body, headers=ADMIN)).json()
        assert found["matched"] is matched


async def test_a_name_without_effect_hides_nothing_beside_it(make_rig: MakeRig) -> None:
    rig = await make_rig(api_keys=KEYS)
    await register(rig, audiences=["legal"])
    joren = {"id": "t2", "kind": "person", "name": "Joren Adlai"}
    await rig.client.post("/admin/v1/targets", json=joren, headers=ADMIN)
    telling(rig)
    text = "Did Mirela Oskarne know Joren Adlai?"
    assert await asked(rig, "legal-key", text) == REFUSED
