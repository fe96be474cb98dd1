"""Refusals, withheld answers and policies in the wire formats of chat and text completions.

That the official client reads them is tested in tests/integration.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from gateway.errors import RequestError
from gateway.wire.chat import ChatDialect
from gateway.wire.completions import CompletionsDialect
from gateway.wire.dialect import Dialect, stream_answer
from gateway.wire.events import EventSplitter

CHAT = {"model": "demo", "messages": [{"role": "user", "content": "hi"}]}
PROMPT = {"model": "demo", "prompt": "hi"}


def data(stream: bytes) -> list[Any]:
    payloads = [event.data for event in EventSplitter().feed(stream)]
    assert payloads.pop() == b"[DONE]"
    return [json.loads(payload) for payload in payloads]


@pytest.mark.parametrize(
    ("dialect", "request_body"), [(ChatDialect(), CHAT), (CompletionsDialect(), PROMPT)]
)
def test_streamed_and_whole_answers_say_the_same_in_every_choice(
    dialect: Dialect, request_body: dict[str, Any]
) -> None:
    request = {**request_body, "n": 2, "stream_options": {"include_usage": True}}
    whole = json.loads(dialect.answer(request, "No."))
    *events, usage = data(b"".join(stream_answer(dialect, request, "No.")))
    for index in range(2):
        said = whole["choices"][index]
        assert (said.get("text") or said["message"]["content"]) == "No."
        assert said["finish_reason"] == "stop"
        mine = [event["choices"][0] for event in events if event["choices"][0]["index"] == index]
        pieces = [each.get("text") or each.get("delta", {}).get("content", "") for each in mine]
        assert "".join(pieces) == "No."
        assert [each["finish_reason"] for each in mine] == [None, "stop"]
    assert usage["usage"]["total_tokens"] == 0
    assert len({event["id"] for event in [*events, usage]}) == 1


def test_usage_comes_only_when_asked_for() -> None:
    assert all(
        "usage" not in event for event in data(b"".join(stream_answer(ChatDialect(), CHAT, "No.")))
    )


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([{"role": "user", "content": "hi"}], "POLICY"),
        ([{"role": "system", "content": "Be kind."}], "POLICY\n\nBe kind."),
        ([{"role": "developer", "content": "Be kind."}], "POLICY\n\nBe kind."),
        ([{"role": "system", "content": None}], "POLICY"),
        (
            [{"role": "system", "content": [{"type": "text", "text": "Be kind."}]}],
            [{"type": "text", "text": "POLICY"}, {"type": "text", "text": "Be kind."}],
        ),
    ],
)
def test_the_policy_stands_first_in_a_chat(messages: list[Any], expected: Any) -> None:
    request = {**CHAT, "messages": messages}
    before = copy.deepcopy(request)
    guarded = ChatDialect().with_policy(request, "POLICY")
    assert guarded["messages"][0]["content"] == expected
    assert guarded["messages"][0]["role"] in ("system", "developer")
    assert request == before


@pytest.mark.parametrize("prompt", ["hi", ["hi", "ho"]])
def test_the_policy_stands_first_in_every_prompt(prompt: Any) -> None:
    guarded = CompletionsDialect().with_policy({**PROMPT, "prompt": prompt}, "POLICY")["prompt"]
    assert all(
        text.startswith("POLICY\n\nh")
        for text in ([guarded] if isinstance(guarded, str) else guarded)
    )


@pytest.mark.parametrize(
    ("dialect", "request_body"), [(ChatDialect(), CHAT), (CompletionsDialect(), PROMPT)]
)
def test_a_guarded_request_cannot_show_or_remove_the_policy(
    dialect: Dialect, request_body: dict[str, Any]
) -> None:
    request = {**request_body, "echo": True, "prompt_logprobs": 1, "chat_template": "x", "top_k": 3}
    guarded = dialect.with_policy(request, "POLICY")
    assert not {"echo", "prompt_logprobs", "chat_template"} & guarded.keys()
    assert guarded["top_k"] == 3


@pytest.mark.parametrize(
    ("dialect", "request_body", "param"),
    [
        (ChatDialect(), {}, "messages"),
        (ChatDialect(), {"messages": []}, "messages"),
        (ChatDialect(), {"messages": "hi"}, "messages"),
        (ChatDialect(), {"messages": ["hi"]}, r"messages[0]"),
        (ChatDialect(), {**CHAT, "stream": "yes"}, "stream"),
        (CompletionsDialect(), {}, "prompt"),
        (CompletionsDialect(), {"prompt": [1, 2]}, "prompt"),
        (CompletionsDialect(), {"prompt": []}, "prompt"),
        (CompletionsDialect(), {**PROMPT, "prompt_embeds": "x"}, "prompt_embeds"),
        (CompletionsDialect(), {**PROMPT, "stream": 1}, "stream"),
    ],
)
def test_what_cannot_be_inspected_is_refused_by_name(
    dialect: Dialect, request_body: dict[str, Any], param: str
) -> None:
    with pytest.raises(RequestError) as caught:
        dialect.check(request_body)
    assert caught.value.param == param


def test_a_withheld_answer_keeps_its_usage_and_loses_everything_it_said() -> None:
    said = {
        "index": 0,
        "message": {"content": "secret", "reasoning": "secret"},
        "logprobs": {"content": ["secret"]},
    }
    answer = {
        "id": "1",
        "usage": {"total_tokens": 7},
        "choices": [said],
        "prompt_logprobs": ["secret"],
    }
    withheld = ChatDialect().withheld(answer, "No.")
    assert b"secret" not in withheld
    assert json.loads(withheld)["usage"] == {"total_tokens": 7}
