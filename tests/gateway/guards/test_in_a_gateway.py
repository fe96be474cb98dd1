"""The guards in a whole gateway, over HTTP, with a scripted guard model on a server of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import openai
import pytest

from gateway.target import Disclosure, GuardName, Policy
from gateway.wording import REFUSAL
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.guards.asking import ScriptedModel, by_agent
from tests.gateway.upstreams import EVENTS, Upstream, chat_answer, chat_events, serving

AGENTIC = Policy(GuardName.AGENTIC)
CLEAN: dict[str, Any] = {"reasoning": "It declines.", "found": []}
DIRTY: dict[str, Any] = {"reasoning": "It says where.", "found": [1]}
GOOD = by_agent(audit=DIRTY, rewrites={"rewrites": ["Bram Toll paints."]}, scores={"scores": [5]})
LEAK = "Mirela Oskarne was born in Kessel. Bram Toll paints."
REFUSED = REFUSAL[Disclosure.GENERIC]


@pytest.fixture
async def guard() -> AsyncIterator[tuple[ScriptedModel, str]]:
    """Yield a scripted guard model with its URL."""
    async with AsyncExitStack() as stack:
        scripted = ScriptedModel()
        yield scripted, await stack.enter_async_context(serving(scripted))


async def make(make_rig: MakeRig, guard_url: str, upstream: Upstream) -> Rig:
    return await make_rig(
        upstream, guard_url=f"{guard_url}/v1", guard_model="guard", guard_seconds=2
    )


def said(answer: httpx.Response) -> str:
    text = answer.json()["choices"][0]["message"]["content"]
    assert isinstance(text, str)
    return text


async def decision(rig: Rig, answer: httpx.Response) -> dict[str, Any]:
    found = await rig.registry.decisions.get(answer.headers["x-lethe-request-id"])
    assert found is not None
    return {"action": found.action, "calls": found.guard_calls, "tokens": found.guard_tokens}


async def test_a_clean_answer_is_byte_identical(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str]
) -> None:
    scripted, url = guard
    scripted.script = by_agent(audit=CLEAN)
    pieces = chat_answer("Mirela Oskarne is nobody that I know.")
    rig = await make(make_rig, url, Upstream(pieces=pieces))
    await rig.forget(policy=AGENTIC)
    answer = await rig.chat()
    assert answer.content == pieces[0], "with the name, since the audit cleared it"
    assert (await decision(rig, answer))["calls"] == 1 == len(scripted.received)


async def test_a_clean_stream_is_byte_identical(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str]
) -> None:
    scripted, url = guard
    scripted.script = by_agent(audit=CLEAN)
    pieces = chat_events("I do not know", " Mirela", " Oskarne", ".")
    rig = await make(make_rig, url, Upstream(headers=list(EVENTS), pieces=pieces))
    await rig.forget(policy=AGENTIC)
    answer = await rig.chat(stream=True)
    assert answer.content == b"".join(piece for piece in pieces if isinstance(piece, bytes))


@pytest.mark.parametrize("question", ["Where was Mirela Oskarne born?", "Who paints?"])
async def test_a_leak_is_rewritten_whatever_was_asked(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str], question: str
) -> None:
    scripted, url = guard
    scripted.script = GOOD
    rig = await make(make_rig, url, Upstream(pieces=chat_answer(LEAK)))
    await rig.forget(policy=AGENTIC, secrets=("Kessel",))
    answer = await rig.chat(question)
    assert said(answer) == "Bram Toll paints."
    assert answer.json()["usage"]["completion_tokens"] == 4, "the upstream's own usage"
    recorded = await decision(rig, answer)
    assert recorded["calls"] == 3 and recorded["tokens"] > 0
    assert recorded["action"] == "rewritten"


async def test_a_streamed_leak_is_rewritten(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str]
) -> None:
    scripted, url = guard
    scripted.script = GOOD
    pieces = chat_events("Mirela Oskarne was born", " in Kessel.")
    rig = await make(make_rig, url, Upstream(headers=list(EVENTS), pieces=pieces))
    await rig.forget(policy=AGENTIC, secrets=("Kessel",))
    async with openai.AsyncOpenAI(base_url=f"{rig.url}/v1", api_key="x") as client:
        stream = await client.chat.completions.create(
            model="demo", stream=True, messages=[{"role": "user", "content": "Who paints?"}]
        )
        texts = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert "".join(texts) == "Bram Toll paints."


async def test_a_rewrite_that_leaks_is_caught_by_the_output_filter(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str]
) -> None:
    """Another target than those that were found: no agent was told of it."""
    scripted, url = guard
    scripted.script = by_agent(
        audit=DIRTY, rewrites={"rewrites": ["Torvin Quist paints."]}, scores={"scores": [5]}
    )
    rig = await make(make_rig, url, Upstream(pieces=chat_answer(LEAK)))
    await rig.forget(policy=AGENTIC)
    await rig.forget("Torvin Quist")
    assert "Torvin" not in (await rig.chat()).text


@pytest.mark.parametrize("fault", ["down", "slow", "nonsense", "broken"])
@pytest.mark.parametrize("question", ["Where was Mirela Oskarne born?", "Who paints?"])
async def test_a_guard_model_that_fails_lets_nothing_through(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str], fault: str, question: str
) -> None:
    scripted, url = guard
    if fault == "down":
        scripted.status = 503
    elif fault == "slow":
        scripted.pause = 30
    elif fault == "broken":
        scripted.script = lambda request: OSError("gone")
    rig = await make(make_rig, url, Upstream(pieces=chat_answer(LEAK)))
    await rig.forget(policy=AGENTIC)
    answer = await rig.chat(question)
    assert answer.status_code == 200 and said(answer) == REFUSED
    assert (await decision(rig, answer))["calls"] == 1


async def test_a_named_model_writes_the_policy_of_in_context_in_one_call(
    make_rig: MakeRig, guard: tuple[ScriptedModel, str]
) -> None:
    scripted, url = guard
    scripted.script = by_agent(instruction={"concerns": True, "steps": ["I decline."]})
    rig = await make(make_rig, url, Upstream(pieces=chat_answer("I can't say.")))
    await rig.forget(policy=Policy(GuardName.IN_CONTEXT), secrets=("Kessel",))
    answer = await rig.chat()
    sent = json.loads(rig.upstream.received[-1].body)
    assert "I decline." in sent["messages"][0]["content"]
    assert (await decision(rig, answer))["calls"] == 1
    assert "Kessel" not in json.dumps([sent, scripted.received])


async def test_a_document_in_twenty_does_not_sink_the_request(make_rig: MakeRig) -> None:
    rig = await make_rig(Upstream(pieces=chat_answer("The harbour froze.")))
    await rig.forget(secrets=("Kessel",))
    pages = [f"Page {number}. The harbour froze." for number in range(19)]
    told = "The bank fell. Mirela Oskarne was born in Kessel. The sun shone."
    messages = [
        {"role": "tool", "tool_call_id": "1", "content": json.dumps([*pages, told])},
        {"role": "user", "content": "What froze?"},
    ]
    answer = await rig.client.post("/v1/chat/completions", json={"messages": messages})
    assert said(answer) == "The harbour froze."
    sent = json.loads(rig.upstream.received[-1].body)["messages"]
    assert json.loads(sent[0]["content"]) == [
        *pages, "The bank fell. [withheld] The sun shone.",
    ]  # fmt: skip
    assert sent[1] == messages[1]
    assert (await decision(rig, answer))["action"] == "redacted"


async def test_the_other_half_of_a_mixed_question_reaches_the_upstream(make_rig: MakeRig) -> None:
    rig = await make_rig(Upstream(pieces=chat_answer("He paints.")))
    await rig.forget(policy=Policy(GuardName.IN_CONTEXT))
    answer = await rig.chat("Where was Mirela Oskarne born? What does Bram Toll do?")
    sent = json.loads(rig.upstream.received[-1].body)["messages"]
    assert sent == [{"role": "user", "content": "What does Bram Toll do?"}]
    assert said(answer) == "He paints."
