"""What the gateway answers in place of a model, read with the real libraries.

The streams are tested in test_stream_formats.py as ones that are cut before their first event.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from gateway.errors import NotFoundError
from gateway.wire import (
    chat_answers,
    completions_answers,
    messages_answers,
    messages_errors,
    responses_answers,
)
from tests.gateway.wire import scripted
from tests.gateway.wire.scripted import Server, anthropic_client, openai_client

TEXT = "I'm sorry, but I can't help with that."
ASK: list[Any] = [{"role": "user", "content": "Where was Mirela born?"}]
# What a model said that must not be shown, in every member in which it can say something.
LEAK = "Cluj"
WAYS = ["alone", "in place"]


class Person(BaseModel):
    """What a client wants to be told."""

    name: str


def chat_leak(choices: int = 1) -> scripted.Value:
    message = {
        "role": "assistant",
        "content": LEAK,
        "reasoning": LEAK,
        "tool_calls": [
            {"id": LEAK, "type": "function", "function": {"name": "f", "arguments": LEAK}}
        ],
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "demo",
        "choices": [
            {
                "index": index,
                "message": message,
                "logprobs": {"content": [{"token": LEAK, "logprob": 0, "top_logprobs": []}]},
                "finish_reason": "length",
                "token_ids": [1],
                "stop_reason": LEAK,
            }
            for index in range(choices)
        ],
        "usage": scripted.USAGE,
        "prompt_logprobs": [{"1": {"decoded_token": LEAK}}],
        "prompt_text": LEAK,
        "prompt_token_ids": [1],
    }


def whole(answers: Any, leak: scripted.Value) -> list[Server]:
    """Return servers that answer by the gateway alone, streamed and not, and in a model's place."""
    return [
        lambda path, asked: (
            b"".join(answers.answer_stream(asked, TEXT))
            if asked.get("stream")
            else answers.answer(asked, TEXT)
        ),
        lambda path, asked: (
            b"".join(answers.answer_stream(asked, TEXT))
            if asked.get("stream")
            else answers.withheld(asked, leak, TEXT)
        ),
    ]


CHAT = pytest.mark.parametrize("server", whole(chat_answers, chat_leak()), ids=WAYS)
RESPONSE: scripted.Value = {
    **scripted.response_value(
        [
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": [{"type": "summary_text", "text": LEAK}],
            },
            {"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": LEAK}]},
        ]
    ),
    "status": "incomplete",
    "incomplete_details": {"reason": "max_output_tokens"},
    "output_messages": [LEAK],
    "input_messages": [LEAK],
    "instructions": LEAK,
}
RESPONSES = pytest.mark.parametrize("server", whole(responses_answers, RESPONSE), ids=WAYS)
MESSAGE: scripted.Value = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "demo",
    "content": [{"type": "text", "text": LEAK}, {"type": "thinking", "thinking": LEAK}],
    "stop_reason": "stop_sequence",
    "stop_sequence": LEAK,
    "usage": {"input_tokens": 3, "output_tokens": 4},
}
MESSAGES = pytest.mark.parametrize("server", whole(messages_answers, MESSAGE), ids=WAYS)


@pytest.mark.parametrize(
    ("answers", "leak", "usage"),
    [
        (chat_answers, chat_leak(2), scripted.USAGE),
        (
            completions_answers,
            {
                **chat_leak(),
                "choices": [{"index": 0, "text": LEAK, "logprobs": {"tokens": [LEAK]}}],
            },
            scripted.USAGE,
        ),
        (messages_answers, MESSAGE, MESSAGE["usage"]),
        (responses_answers, RESPONSE, None),
    ],
)
def test_nothing_of_a_withheld_answer_is_left_but_its_usage(
    answers: Any, leak: scripted.Value, usage: Any
) -> None:
    body = answers.withheld({"model": "demo"}, leak, TEXT)
    value = json.loads(body)
    assert LEAK.encode() not in body
    assert value["usage"] == usage
    assert b"token_ids" not in body
    assert len(value.get("choices", [])) == len(leak.get("choices", []))


@CHAT
def test_chat_plain(server: Server) -> None:
    client = openai_client(server)
    (choice,) = client.chat.completions.create(model="demo", messages=ASK).choices
    assert (choice.message.content, choice.message.refusal) == (TEXT, None)
    assert (choice.finish_reason, choice.logprobs) == ("stop", None)
    chunks = list(client.chat.completions.create(model="demo", messages=ASK, stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == TEXT


@CHAT
def test_chat_of_a_schema(server: Server) -> None:
    client = openai_client(server)
    parsed = client.chat.completions.parse(model="demo", messages=ASK, response_format=Person)
    (choice,) = parsed.choices
    assert (choice.message.refusal, choice.message.content) == (TEXT, None)
    assert (choice.message.parsed, choice.finish_reason) == (None, "stop")
    with client.chat.completions.stream(
        model="demo", messages=ASK, response_format=Person
    ) as stream:
        assert stream.get_final_completion().choices[0].message.refusal == TEXT


@CHAT
@pytest.mark.parametrize("is_forced", [True, False])
def test_chat_with_tools(server: Server, is_forced: bool) -> None:
    client = openai_client(server)
    tools = [openai.pydantic_function_tool(Person)]
    asked: Any = {"tool_choice": "required"} if is_forced else {}
    parsed = client.chat.completions.parse(model="demo", messages=ASK, tools=tools, **asked)
    message = parsed.choices[0].message
    assert (message.refusal if is_forced else message.content) == TEXT
    assert not message.tool_calls
    with client.chat.completions.stream(model="demo", messages=ASK, tools=tools, **asked) as s:
        message = s.get_final_completion().choices[0].message
    assert (message.refusal if is_forced else message.content) == TEXT


@RESPONSES
@pytest.mark.parametrize("is_structured", [True, False])
def test_responses(server: Server, is_structured: bool) -> None:
    client = openai_client(server)
    asked: Any = {"text_format": Person} if is_structured else {}
    whole = client.responses.parse(model="demo", input="Where?", **asked)
    with client.responses.stream(model="demo", input="Where?", **asked) as stream:
        streamed = stream.get_final_response()
    for response in (whole, streamed):
        assert (response.status, response.incomplete_details) == ("completed", None)
        assert response.output_parsed is None
        assert response.instructions is None
        (item,) = response.output
        assert item.type == "message"
        (part,) = item.content
        assert (part.refusal if part.type == "refusal" else part.text) == TEXT
        assert (part.type == "refusal") == is_structured


@MESSAGES
def test_messages(server: Server) -> None:
    client = anthropic_client(server)
    whole = client.messages.create(model="demo", max_tokens=9, messages=ASK)
    with client.messages.stream(model="demo", max_tokens=9, messages=ASK) as stream:
        streamed = stream.get_final_message()
    for message in (whole, streamed):
        (block,) = message.content
        assert block.type == "text" and block.text == TEXT
        assert (message.stop_reason, message.stop_sequence) == ("end_turn", None)


@MESSAGES
def test_messages_of_a_schema(server: Server) -> None:
    client = anthropic_client(server)
    whole = client.messages.parse(model="demo", max_tokens=9, messages=ASK, output_format=Person)
    with client.messages.stream(
        model="demo", max_tokens=9, messages=ASK, output_format=Person
    ) as stream:
        streamed = stream.get_final_message()
    for message in (whole, streamed):
        assert (message.content, message.parsed_output) == ([], None)
        assert message.stop_reason == "refusal"
        assert message.stop_details is not None and message.stop_details.explanation == TEXT


@MESSAGES
def test_messages_with_a_forced_tool(server: Server) -> None:
    tools: Any = [{"name": "f", "input_schema": {"type": "object"}}]
    message = anthropic_client(server).messages.create(
        model="demo", max_tokens=9, messages=ASK, tools=tools, tool_choice={"type": "any"}
    )
    (block,) = message.content
    assert block.type == "text" and block.text == TEXT
    assert message.stop_reason == "refusal"


def test_an_error_on_messages_has_the_shape_of_that_api() -> None:
    error = json.loads(messages_errors.error_body(NotFoundError("No such path.")))
    assert error["type"] == "error"
    assert error["error"]["type"] == "not_found_error"


@pytest.mark.parametrize(
    ("answers", "leak", "read"),
    [
        (chat_answers, chat_leak(), lambda v: v["choices"][0]["message"]["content"]),
        (messages_answers, MESSAGE, lambda v: v["content"][0]["text"]),
        (responses_answers, RESPONSE, lambda v: v["output"][0]["content"][0]["text"]),
    ],
)
def test_prose_is_replaced_and_read_again(
    answers: Any, leak: scripted.Value, read: Callable[[Any], str]
) -> None:
    changed = answers.with_said(leak, "Nothing.")
    assert read(changed) == "Nothing."
    assert answers.said(changed) == "Nothing."
    assert answers.said(leak) == LEAK
