"""The ways of guarded requests through a whole gateway: drafts and audits, audiences, supplied
texts, token ids, embeddings, and what is carried.

What each guard decides is tested in tests/gateway/guards.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.types import Send

from gateway.registry.values import utc_now
from gateway.target import Context, Disclosure, GuardName, Kind, Mentions, Policy
from gateway.wording import REFUSAL
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.test_pipeline import recorded, said, streamed_text
from tests.gateway.upstreams import EVENTS, JSON, Received, Upstream, chat_answer, chat_events

AGENTIC = Policy(GuardName.AGENTIC)
IN_CONTEXT = Policy(GuardName.IN_CONTEXT)


@dataclass
class Scripted(Upstream):
    """Answers each request with the next of its answers, and with the last one from then on."""

    answers: list[list[bytes | Exception]] = field(default_factory=list)

    async def _answer(self, send: Send) -> None:
        asked = min(len(self.received), len(self.answers)) - 1
        self.pieces = self.answers[asked]
        first = self.pieces[0]
        self.headers = EVENTS if isinstance(first, bytes) and first.startswith(b"data") else JSON
        await super()._answer(send)


def audit_that_finds(*numbers: int) -> list[bytes | Exception]:
    return chat_answer(json.dumps({"reason": "read", "revealed": list(numbers)}))


async def test_the_answer_to_an_unmatched_request_is_audited_too(make_rig: MakeRig) -> None:
    upstream = Scripted(answers=[chat_answer("It was Mirela Oskarne."), audit_that_finds()])
    rig = await make_rig(upstream)
    await rig.forget(policy=AGENTIC)
    answer = await rig.chat("Who wrote The Quiet Harbor?")
    assert len(upstream.received) == 2
    assert "Mirela Oskarne" in json.loads(upstream.received[1].body)["messages"][-1]["content"]
    decision = await recorded(rig, answer)
    assert decision.guard == "agentic" and decision.guard_calls >= 1
    assert decision.guard_tokens > 0


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_without_candidates_passes_as_bytes(
    make_rig: MakeRig, stream: bool
) -> None:
    pieces = chat_events("Par", "is.", usage=True) if stream else chat_answer("Paris.")
    upstream = Scripted(answers=[pieces])
    rig = await make_rig(upstream)
    await rig.forget(policy=AGENTIC)
    answer = await rig.chat("What is the capital of France?", stream=stream)
    assert answer.content == b"".join(piece for piece in pieces if isinstance(piece, bytes))
    assert len(upstream.received) == 1


async def test_an_audience_is_spared_in_requests_and_answers(make_rig: MakeRig) -> None:
    rig = await make_rig(api_keys=SecretStr("for-all,for-lawyers:legal"))
    await rig.forget(audiences=("legal",))
    rig.upstream.pieces = chat_answer("Mirela Oskarne was born in Kessel.")
    for key, expected in (("for-lawyers", "Mirela"), ("for-all", REFUSAL[Disclosure.GENERIC])):
        rig.client.headers["Authorization"] = f"Bearer {key}"
        assert expected in said(await rig.chat())
        assert expected in said(await rig.chat("Who lives there?"))


async def test_an_expired_target_has_no_effect(rig: Rig) -> None:
    await rig.forget(expires_at=utc_now() - timedelta(seconds=1))
    rig.upstream.pieces = chat_answer("Mirela Oskarne was born in Kessel.")
    assert "Kessel" in said(await rig.chat())


async def test_supplied_texts_are_redacted_and_the_question_stays(rig: Rig) -> None:
    await rig.forget()
    rig.upstream.pieces = chat_answer("It rains.")
    page = "The sky is grey. Mirela Oskarne was born in Kessel. It rains."
    messages = [
        {"role": "user", "content": "What does the page say of the weather?"},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "tool_call_id": "1", "content": page},
    ]
    answer = await rig.client.post("/v1/chat/completions", json={"messages": messages})
    sent = json.loads(rig.upstream.received[0].body)["messages"]
    assert sent[0]["content"] == messages[0]["content"]
    assert "Oskarne" not in sent[2]["content"] and "Kessel" not in sent[2]["content"]
    assert sent[2]["content"].startswith("The sky is grey.")
    assert said(answer) == "It rains."
    assert (await recorded(rig, answer)).action == "redacted"


async def test_allowed_context_passes_and_may_be_repeated(rig: Rig) -> None:
    await rig.forget(context=Context.ALLOW, secrets=("14 Lantern Row", "Kessel-77-X"))
    page = {"role": "system", "content": "Mirela Oskarne lives at 14 Lantern Row."}
    body = {"messages": [page, {"role": "user", "content": "Where does she live?"}]}
    rig.upstream.pieces = chat_answer("Mirela Oskarne lives at 14 Lantern Row.")
    first = await rig.client.post("/v1/chat/completions", json=body)
    assert "Lantern Row" in said(first)
    assert json.loads(rig.upstream.received[0].body) == body
    rig.upstream.pieces = chat_answer("Her key is Kessel-77-X.")
    second = await rig.client.post("/v1/chat/completions", json=body)
    assert "Kessel-77-X" not in second.text


async def test_a_target_may_be_mentioned_where_its_policy_allows(rig: Rig) -> None:
    await rig.forget(
        policy=Policy(mentions=Mentions.ALLOW), secrets=("DE89 3704 0044 0532 0130 00",)
    )
    rig.upstream.pieces = chat_answer("The book is by Mirela Oskarne.")
    assert "Oskarne" in said(await rig.chat("Who wrote it?"))
    rig.upstream.pieces = chat_answer("Mirela Oskarne has DE89 3704 0044 0532 0130 00.")
    assert "DE89" not in (await rig.chat("Who wrote it?")).text


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("protection", "is_told", "is_instructed"), [("guard", True, True), ("filter", False, False)]
)
async def test_what_guard_and_filter_do_apart_can_be_measured(
    make_rig: MakeRig, protection: str, is_told: bool, is_instructed: bool, stream: bool
) -> None:
    told = "Mirela Oskarne was born in Kessel."
    upstream = Scripted(answers=[chat_events(told) if stream else chat_answer(told)])
    rig = await make_rig(upstream, protection=protection)
    await rig.forget(policy=IN_CONTEXT)
    answer = await rig.chat(stream=stream)
    text = streamed_text(answer) if stream else said(answer)
    assert ("Kessel" in text) is is_told
    sent = json.loads(upstream.received[-1].body)["messages"]
    assert (len(sent) == 2) is is_instructed


async def test_a_swapped_request_never_names_the_target(make_rig: MakeRig) -> None:
    @dataclass
    class Echo(Upstream):
        async def _answer(self, send: Send) -> None:
            asked = json.loads(self.received[-1].body)
            if "messages" in asked:
                question = asked["messages"][-1]["content"]
                self.pieces = chat_answer(f"I know nothing of what you ask: {question}")
            await super()._answer(send)

    rig = await make_rig(Echo())
    await rig.forget(policy=Policy(disclosure=Disclosure.UNKNOWN))
    answer = await rig.chat("Where was Mirela Oskarne born?")
    assert said(answer) == "I know nothing of what you ask: Where was Mirela Oskarne born?"
    asked = [each for each in rig.upstream.received if each.target == "/v1/chat/completions"]
    assert len(asked) == 1 and b"Oskarne" not in asked[0].body


async def test_records_are_found_whatever_the_client_is(rig: Rig) -> None:
    await rig.forget("payroll", kind=Kind.RECORD, secrets=("DE89 3704 0044 0532 0130 00",))
    rig.upstream.pieces = chat_answer("The number is DE89 3704 0044 0532 0130 00.")
    assert "DE89" not in (await rig.chat("Which number?")).text


@dataclass
class Tokenising(Upstream):
    """Says what token ids stand for: the words of a text, by their places in it."""

    words: tuple[str, ...] = ()

    def _answer(self, send: Send) -> Coroutine[Any, Any, None]:
        # At once: several requests may be under way.
        return self._say(send, self.received[-1])

    async def _say(self, send: Send, received: Received) -> None:
        asked = json.loads(received.body)
        if received.target == "/detokenize":
            body = json.dumps({"prompt": " ".join(self.words[each] for each in asked["tokens"])})
        else:
            vector = {"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}
            body = json.dumps({"object": "list", "data": [vector]})
        await send({"type": "http.response.start", "status": 200, "headers": JSON})
        await send({"type": "http.response.body", "body": body.encode()})


WORDS = ("Where", "was", "Mirela", "Oskarne", "born?", "It", "rains.")


async def test_token_ids_are_read_as_the_words_that_they_stand_for(make_rig: MakeRig) -> None:
    rig = await make_rig(Tokenising(words=WORDS))
    await rig.forget()
    asked = {"model": "demo", "prompt": [0, 1, 2, 3, 4]}
    answer = await rig.client.post("/v1/completions", json=asked)
    assert answer.json()["choices"][0]["text"] == REFUSAL[Disclosure.GENERIC]
    assert [each.target for each in rig.upstream.received] == ["/detokenize"]
    harmless = {"model": "demo", "prompt": [5, 6]}
    await rig.client.post("/v1/completions", json=harmless)
    assert json.loads(rig.upstream.received[-1].body) == harmless


@pytest.mark.parametrize("guard", [GuardName.REFUSE, GuardName.IN_CONTEXT])
@pytest.mark.parametrize("ids", [False, True])
async def test_what_is_embedded_is_redacted(make_rig: MakeRig, guard: GuardName, ids: bool) -> None:
    rig = await make_rig(Tokenising(words=WORDS))
    await rig.forget(policy=Policy(guard))
    texts = [[0, 1, 2, 3, 4], [5, 6]] if ids else ["Where was Mirela Oskarne born?", "It rains."]
    answer = await rig.client.post("/v1/embeddings", json={"model": "demo", "input": texts})
    assert answer.json()["data"][0]["embedding"] == [0.1, 0.2]
    first, second = json.loads(rig.upstream.received[-1].body)["input"]
    assert "Oskarne" not in first and second == "It rains."


async def test_what_is_carried_is_read_on_its_way_back(rig: Rig) -> None:
    await rig.forget()
    rig.upstream.pieces = [b'{"prompt": "Mirela Oskarne"}']
    told = await rig.client.post("/detokenize", json={"tokens": [1, 2]})
    assert told.status_code == 502 and "Oskarne" not in told.text
    rig.upstream.pieces = [b'{"prompt":  "the sea"}']
    told = await rig.client.post("/detokenize", json={"tokens": [1, 2]})
    assert told.content == rig.upstream.pieces[0]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_header_that_reveals_a_target_is_left_out(rig: Rig, stream: bool) -> None:
    await rig.forget()
    rig.upstream.headers = [*(EVENTS if stream else JSON), (b"x-author", b"Mirela Oskarne")]
    rig.upstream.headers.append((b"x-other", b"the sea"))
    rig.upstream.pieces = chat_events("Paris.") if stream else chat_answer("Paris.")
    answer = await rig.chat("What is the capital of France?", stream=stream)
    assert "x-author" not in answer.headers and answer.headers["x-other"] == "the sea"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_swapped_request_brings_no_true_name_back(rig: Rig, stream: bool) -> None:
    """The model knows the target by way of something else that is asked."""
    await rig.forget(policy=Policy(disclosure=Disclosure.UNKNOWN), aliases=("the Gray Fox",))
    told = ["Asha is married to Mirela", " Oskarne", ". Mirela Oskarne was born in Teverly."]
    rig.upstream.pieces = chat_events(*told) if stream else chat_answer("".join(told))
    rig.upstream.headers = EVENTS if stream else JSON
    asked = "Where was the Gray Fox born, and where was the spouse of Asha born?"
    answer = await rig.chat(asked, stream=stream)
    assert rig.upstream.received and b"Gray Fox" not in rig.upstream.received[-1].body
    assert "Oskarne" not in answer.text and "Teverly" not in answer.text
    text = streamed_text(answer) if stream else said(answer)
    assert text.strip()


def calling(arguments: str) -> list[bytes | Exception]:
    """Return a whole chat answer that calls a tool."""
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return [json.dumps({"id": "chatcmpl-1", "choices": [choice]}).encode()]


@pytest.mark.parametrize("disclosure", [Disclosure.GENERIC, Disclosure.UNKNOWN])
async def test_what_is_masked_in_a_whole_answer_is_recorded(
    rig: Rig, disclosure: Disclosure
) -> None:
    await rig.forget(
        policy=Policy(GuardName.REDACT, disclosure)
        if disclosure is Disclosure.GENERIC
        else Policy(disclosure=disclosure),
        aliases=("the Gray Fox",),
    )
    rig.upstream.pieces = calling('{"who": "Mirela Oskarne", "where": "here"}')
    answer = await rig.chat("Look up the Gray Fox.")
    assert "Oskarne" not in answer.text
    call = answer.json()["choices"][0]["message"]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"])["where"] == "here"
    assert "answer_withheld" in (await recorded(rig, answer)).action
