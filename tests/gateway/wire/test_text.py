"""The walk that finds every text of a request: a field nobody thought of is read by default."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.wire.text import dotted, request_channels, walk

SECRET = "Mirela Oskarne"


def texts(request: dict[str, Any]) -> list[str]:
    return [channel.text for channel in request_channels(request)]


@pytest.mark.parametrize(
    "request_body",
    [
        {"messages": [{"role": "user", "content": SECRET}]},
        {"messages": [{"role": "system", "content": SECRET}]},
        {"messages": [{"role": "user", "name": SECRET, "content": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": SECRET}]}]},
        {"messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": SECRET}}]}]},
        {"messages": [{"role": "tool", "content": SECRET}]},
        {"messages": [{"role": "user", "content": {"unheard_of": [SECRET]}}]},
        {"prompt": SECRET},
        {"prompt": ["x", SECRET]},
        {"suffix": SECRET},
        {"stop": [SECRET]},
        {"tools": [{"function": {"description": SECRET}}]},
        {"response_format": {"json_schema": {"schema": {"enum": [SECRET]}}}},
        {"chat_template_kwargs": {"note": SECRET}},
        {"a_field_of_next_year": {"deep": [{"er": SECRET}]}},
        {"model": {"not": SECRET}},
        {SECRET: 1},
        {"metadata": {SECRET: "x"}},
    ],
)
def test_a_text_is_found_wherever_it_stands(request_body: dict[str, Any]) -> None:
    assert any(SECRET in text for text in texts(request_body))


def test_structure_is_not_read_as_text() -> None:
    request = {"model": "demo", "messages": [{"role": "user", "content": "hi"}]}
    assert texts(request) == ["hi"]


def test_the_parts_of_a_message_are_also_read_joined() -> None:
    parts = [{"type": "text", "text": "Mirela "}, {"type": "text", "text": "Oskarne"}]
    assert SECRET in texts({"messages": [{"role": "user", "content": parts}]})


def test_a_channel_says_where_it_stands_and_whose_it_is() -> None:
    (channel,) = request_channels({"messages": [{"role": "tool", "content": "x"}]})
    assert (channel.path, channel.role) == ("messages[0].content", "tool")


def test_a_choice_is_addressed_by_its_own_index() -> None:
    event = {"choices": [{"index": 3, "delta": {"content": "x"}}]}
    ((path, text),) = walk(event)
    assert dotted(path) == "choices[3].delta.content"
    assert text == "x"
