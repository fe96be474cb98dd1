"""The way of a request through a real gateway over HTTP, in front of an upstream that records.

That a model truly forgets is tested in tests/integration.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from gateway.target import Disclosure, GuardName, Policy, Scope
from gateway.wording import CUT, REFUSAL
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.upstreams import EVENTS, Upstream, chat_answer, chat_events

IN_CONTEXT = Policy(GuardName.IN_CONTEXT)
# Odd spacing, unknown fields, escapes and number forms: nothing of it may be re-serialised.
ODD_BODY = (
    b'{ "model":"demo",\n "messages":[{"role":"user","content":"caf\\u00e9 \xf0\x9f\x98\x80"}], '
    b'"temperature":1.0e0, "a_field_of_next_year":{"x":[1,2 ,3]} }'
)


def said(response: httpx.Response) -> str:
    return str(response.json()["choices"][0]["message"]["content"])


def streamed(response: httpx.Response) -> list[Any]:
    lines = [line[6:] for line in response.text.split("\n\n") if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def streamed_text(response: httpx.Response) -> str:
    choices = [event["choices"] for event in streamed(response) if event.get("choices")]
    return "".join(choice[0]["delta"].get("content") or "" for choice in choices)


async def test_what_nothing_matches_passes_as_bytes(rig: Rig) -> None:
    await rig.forget()
    rig.upstream.pieces = [b'{ "choices":[{"message":{"content":"caf\\u00e9"}}],  "new": 1.0e0 }']
    headers = {
        "X-Request-Id": "7",
        "traceparent": "00-1-2-01",
        "X-Unknown": "u",
        "User-Agent": "me",
    }
    rig.upstream.headers = [(b"content-type", b"application/json"), (b"x-of-vllm", b"v")]
    answer = await rig.client.post(
        "/v1/chat/completions?a=1",
        content=ODD_BODY,
        headers={**headers, "Authorization": "Bearer mine"},
    )
    (received,) = rig.upstream.received
    assert received.body == ODD_BODY
    assert received.target == "/v1/chat/completions?a=1"
    sent = dict(received.headers)
    assert sent[b"authorization"] == b"Bearer mine"
    assert sent[b"accept-encoding"] == b"identity"
    assert all(sent[name.lower().encode()] == value.encode() for name, value in headers.items())
    assert answer.content == rig.upstream.pieces[0]
    assert answer.headers["x-of-vllm"] == "v"


async def test_an_unmatched_stream_passes_as_bytes(rig: Rig) -> None:
    await rig.forget()
    rig.upstream.headers = EVENTS
    pieces = [
        b": ping\n\n",
        *chat_events("Mire", "lda ", "was", " born."),
        b"event: odd\r\ndata: x\r\n\r\n",
    ]
    rig.upstream.pieces = pieces
    answer = await rig.chat("hi", stream=True)
    whole = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    assert answer.content == whole[: len(answer.content)]
    assert answer.content.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("disclosure", [Disclosure.GENERIC, Disclosure.EXPLICIT])
@pytest.mark.parametrize("stream", [False, True])
async def test_refuse_answers_without_the_upstream(
    rig: Rig, stream: bool, disclosure: Disclosure
) -> None:
    await rig.forget(policy=Policy(GuardName.REFUSE, disclosure))
    answer = await rig.chat(stream=stream)
    assert answer.status_code == 200
    assert (streamed_text(answer) if stream else said(answer)) == REFUSAL[disclosure]
    assert rig.upstream.received == []


async def test_in_context_puts_the_policy_in_front(rig: Rig) -> None:
    rig.upstream.pieces = chat_answer("Sorry.")
    await rig.forget(policy=IN_CONTEXT)
    answer = await rig.chat(logprobs=True, a_new_field=1)
    (received,) = rig.upstream.received
    sent = json.loads(received.body)
    assert sent["messages"][0]["role"] == "system"
    assert "Mirela Oskarne" in sent["messages"][0]["content"]
    assert sent["a_new_field"] == 1 and "logprobs" not in sent
    assert said(answer) == "Sorry."


async def test_monitor_changes_nothing_and_is_recorded(rig: Rig) -> None:
    target = await rig.forget(policy=Policy(GuardName.MONITOR))
    rig.upstream.pieces = chat_answer("Mirela Oskarne was born in Kessel.")
    answer = await rig.chat()
    assert said(answer) == "Mirela Oskarne was born in Kessel."
    decision = await recorded(rig, answer)
    assert decision.action == "monitored"
    assert decision.matches[0]["target"] == target


async def recorded(rig: Rig, answer: httpx.Response) -> Any:
    """Return the decision on an answer, which is written off the path."""
    for _ in range(100):
        try:
            return await rig.registry.decisions.get(answer.headers["x-lethe-request-id"])
        except Exception as error:
            last = error
            await asyncio.sleep(0.05)
    raise last


@pytest.mark.parametrize("policy", [Policy(), IN_CONTEXT])
async def test_a_decision_says_why_without_content(rig: Rig, policy: Policy) -> None:
    rig.upstream.pieces = chat_answer("Sorry.")
    target = await rig.forget(policy=policy)
    decision = await recorded(rig, await rig.chat())
    assert decision.guard == policy.guard.value
    (match,) = decision.matches
    assert (match["target"], match["channel"]) == (target, "messages[0].content")
    assert "Mirela" not in repr(decision) and "born" not in repr(decision)


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_names_a_target_is_withheld(rig: Rig, stream: bool) -> None:
    await rig.forget()
    if stream:
        rig.upstream.headers = EVENTS
        rig.upstream.pieces = chat_events("It was written", " by Mir", "ela", " Oskarne", " 1931.")
    else:
        rig.upstream.pieces = chat_answer("It was written by Mirela Oskarne in 1931.")
    answer = await rig.chat("Who wrote The Quiet Harbor?", stream=stream)
    text = streamed_text(answer) if stream else said(answer)
    assert "Oskarne" not in answer.text and "1931" not in answer.text
    assert text.endswith(CUT[Disclosure.GENERIC] if stream else REFUSAL[Disclosure.GENERIC])
    assert (await recorded(rig, answer)).action == "answer_withheld"


async def test_a_cut_stream_ends_as_a_client_expects(rig: Rig) -> None:
    await rig.forget()
    rig.upstream.headers = EVENTS
    rig.upstream.pieces = chat_events("Mirela Oskarne", " said", usage=True)
    options = {"include_usage": True}
    events = streamed(await rig.chat("Who wrote it?", stream=True, stream_options=options))
    assert events[-1]["usage"]["total_tokens"] == 7
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert {event["id"] for event in events} == {"chatcmpl-1"}
    assert streamed_text(await rig.chat("Who?", stream=True)) == REFUSAL[Disclosure.GENERIC]


async def test_a_decision_tells_of_the_request_and_of_its_answer(rig: Rig) -> None:
    target = await rig.forget(policy=IN_CONTEXT)
    rig.upstream.pieces = chat_answer("Mirela Oskarne was born in Kessel.")
    answer = await rig.chat()
    for _ in range(100):
        decision = await recorded(rig, answer)
        if len(decision.matches) == 2:
            break
        await asyncio.sleep(0.05)
    assert (decision.guard, decision.action) == ("in_context", "instructed, answer_withheld")
    assert [match["target"] for match in decision.matches] == [target] * 2
    assert all(match["reason"] for match in decision.matches)


async def test_a_secret_is_withheld_after_a_match_only(rig: Rig) -> None:
    await rig.forget(secrets=("Kessel",), policy=IN_CONTEXT)
    rig.upstream.pieces = chat_answer("In Kessel.")
    assert said(await rig.chat()) == REFUSAL[Disclosure.GENERIC]
    assert said(await rig.chat("Where was Torvin Quist born?")) == "In Kessel."


@pytest.mark.parametrize(
    ("question", "answer", "is_withheld"),
    [
        ("Who is Mirela Oskarne?", "A glassblower.", False),
        ("Tell me of Mirela Oskarne.", "She was born in Kessel.", True),
        ("Was Mirela Oskarne born in Kessel?", "Yes.", True),
        ("Where was Torvin Quist born?", "In Kessel.", False),
    ],
)
async def test_a_forgotten_fact_is_its_value_beside_the_name(
    rig: Rig, question: str, answer: str, is_withheld: bool
) -> None:
    await rig.forget(
        scope=Scope.FACTS, examples=("Where was Mirela Oskarne born?",), secrets=("Kessel",)
    )
    rig.upstream.pieces = chat_answer(answer)
    told = said(await rig.chat(question))
    assert told == (REFUSAL[Disclosure.GENERIC] if is_withheld else answer)


async def test_a_withdrawn_target_is_answered_again(rig: Rig) -> None:
    from gateway.registry import Actor

    rig.upstream.pieces = chat_answer("In Kessel.")
    target = await rig.forget()
    assert said(await rig.chat()) == REFUSAL[Disclosure.GENERIC]
    await rig.registry.targets.erase(target, Actor("tester"), expected_version=None)
    assert said(await rig.chat()) == "In Kessel."


async def test_text_completions_are_guarded_too(rig: Rig) -> None:
    await rig.forget()
    body = {"model": "demo", "prompt": ["hi", "Mirela Oskarne was born in"]}
    answer = await rig.client.post("/v1/completions", json=body)
    assert [each["text"] for each in answer.json()["choices"]] == [REFUSAL[Disclosure.GENERIC]] * 2


async def test_the_models_are_carried(rig: Rig) -> None:
    rig.upstream.pieces = [b'{"data": []}']
    assert (await rig.client.get("/v1/models")).content == b'{"data": []}'


async def test_client_keys_close_the_gateway_and_stay_in_it(make_rig: MakeRig) -> None:
    from pydantic import SecretStr

    rig = await make_rig(api_keys=SecretStr("lethe_one:reader"))
    for key in ("other", "wrong"):
        refused = await rig.client.post(
            "/v1/chat/completions", content=b"{}", headers={"Authorization": f"Bearer {key}"}
        )
        assert refused.status_code == 401
        assert refused.json()["error"]["type"] == "authentication_error"
    rig.client.headers["Authorization"] = "Bearer lethe_one"
    assert (await rig.chat("hi")).status_code == 200
    assert b"authorization" not in dict(rig.upstream.received[-1].headers)


async def test_the_upstream_key_replaces_the_clients(make_rig: MakeRig) -> None:
    from pydantic import SecretStr

    rig = await make_rig(upstream_api_key=SecretStr("up"))
    rig.client.headers["Authorization"] = "Bearer mine"
    await rig.chat("hi")
    assert dict(rig.upstream.received[-1].headers)[b"authorization"] == b"Bearer up"


async def test_readiness_depends_on_the_upstream_and_liveness_does_not(make_rig: MakeRig) -> None:
    rig = await make_rig(upstream_url="http://127.0.0.1:9/v1")
    assert (await rig.client.get("/healthz")).status_code == 200
    ready = await rig.client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["upstream"] == "upstream_unreachable"
    assert (await (await make_rig(Upstream())).client.get("/readyz")).status_code == 200


async def test_every_answer_has_one_date(rig: Rig) -> None:
    rig.upstream.headers = [(b"content-type", b"application/json"), (b"date", b"upstream's")]
    forwarded, own, admin = (
        await rig.chat("hi"),
        await rig.client.get("/nowhere"),
        await rig.client.get("/admin/docs"),
    )
    assert forwarded.headers.get_list("date") == ["upstream's"]
    assert len(own.headers.get_list("date")) == len(admin.headers.get_list("date")) == 1
