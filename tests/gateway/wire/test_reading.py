"""Every text of a request is found, with whose it is, and can be replaced where it stands."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.routes import ROUTES
from gateway.wire.anthropic import AnthropicDialect
from gateway.wire.chat import ChatDialect
from gateway.wire.completions import CompletionsDialect
from gateway.wire.dialect import Dialect
from gateway.wire.embeddings import EmbeddingsDialect
from gateway.wire.responses import ResponsesDialect
from gateway.wire.structure import FIELD_NAMES, Path, is_structure
from gateway.wire.text import KEYS, Channel, dotted, replaced
from tests.gateway.wire.requests import request_for

NAME = "Mirela Oskarne"
DIALECTS = [route.dialect for route in ROUTES.values() if route.dialect]
BY_PATH = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: str(dialect.path))
# Five endpoints take their turns.
FEW = settings(max_examples=40, deadline=None)
CHAT, ANTHROPIC, RESPONSES = ChatDialect(), AnthropicDialect(), ResponsesDialect()


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every string and where it stands, as plainly as that can be written."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))


def all_keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from all_keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from all_keys(item)


def at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


@BY_PATH
@FEW
@given(data=st.data())
def test_every_string_that_is_no_structure_is_read_at_its_place(
    dialect: Dialect, data: st.DataObject
) -> None:
    request = data.draw(request_for(dialect))
    dialect.check(request)
    read = {(channel.path, channel.text) for channel in dialect.channels(request)}
    for path, text in leaves(request):
        assert not text or is_structure(path, text) or (path, text) in read


@BY_PATH
@FEW
@given(data=st.data())
def test_every_key_that_no_api_defines_is_read(dialect: Dialect, data: st.DataObject) -> None:
    request = data.draw(request_for(dialect))
    named = "\n".join(
        channel.text for channel in dialect.channels(request) if channel.path[-1:] == (KEYS,)
    ).split("\n")
    for key in all_keys(request):
        assert not key or key in FIELD_NAMES or key.replace("\n", " ") in named


@BY_PATH
@FEW
@given(data=st.data())
def test_replacing_changes_exactly_the_texts_that_are_named(
    dialect: Dialect, data: st.DataObject
) -> None:
    request = data.draw(request_for(dialect))
    before = copy.deepcopy(request)
    whole = [
        channel.path
        for channel in dialect.channels(request)
        if channel.path[-1:] != (KEYS,) and isinstance(at(request, channel.path), str)
    ]
    chosen = data.draw(st.sets(st.sampled_from(whole))) if whole else set()
    after = replaced(request, {path: f"new {dotted(path)}" for path in chosen})
    assert request == before
    expected = {
        path: f"new {dotted(path)}" if path in chosen else text for path, text in leaves(before)
    }
    assert dict(leaves(after)) == expected


@BY_PATH
@FEW
@given(data=st.data())
def test_masked_keys_are_gone_and_all_else_is_kept(dialect: Dialect, data: st.DataObject) -> None:
    request = data.draw(request_for(dialect))
    channels = [channel for channel in dialect.channels(request) if channel.path[-1:] == (KEYS,)]
    texts = {
        channel.path: "\n".join("[withheld]" for _ in channel.text.split("\n"))
        for channel in channels
    }
    after = replaced(request, texts)
    assert all(key in {"", *FIELD_NAMES} or key.startswith("[withheld]") for key in all_keys(after))
    assert [text for _, text in leaves(after)] == [text for _, text in leaves(request)]


def roles(dialect: Dialect, request: dict[str, Any]) -> dict[str, str]:
    """Return whose each text is, by where it stands."""
    return {dotted(channel.path): channel.role for channel in dialect.channels(request)}


def test_a_chat_tells_whose_every_text_is() -> None:
    request = {
        "messages": [
            {"role": "system", "content": "a"},
            {"role": "user", "content": [{"type": "text", "text": "b"}], "name": "c"},
            {"role": "assistant", "tool_calls": [{"function": {"name": "d", "arguments": "e"}}]},
            {"role": "tool", "tool_call_id": "about_her", "content": "f"},
            {"role": "function", "name": "g", "content": "h"},
            {"role": "oracle", "content": "i"},
        ],
        "documents": [{"title": "j", "text": "k"}],
        "stop": ["l"],
        "tools": [{"type": "function", "function": {"name": "m", "description": "n"}}],
        "response_format": {"type": "json_schema", "json_schema": {"schema": {"enum": ["o"]}}},
    }
    assert roles(CHAT, request) == {
        "messages[0].content": "system",
        "messages[1].content[0].text": "user",
        "messages[1].name": "user",
        "messages[2].tool_calls[0].function.name": "assistant",
        "messages[2].tool_calls[0].function.arguments": "assistant",
        "messages[3].tool_call_id": "tool",
        "messages[3].content": "tool",
        "messages[4].name": "tool",
        "messages[4].content": "tool",
        "messages[5].role": "request",
        "messages[5].content": "request",
        "documents[0].title": "tool",
        "documents[0].text": "tool",
        "stop[0]": "request",
        "tools[0].function.name": "request",
        "tools[0].function.description": "request",
        "response_format.json_schema.schema.enum[0]": "request",
    }


def test_a_response_tells_whose_every_text_is() -> None:
    request = {
        "instructions": "a",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "b"}]},
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "c"}]},
            {"type": "function_call", "call_id": "call_12345678", "name": "d", "arguments": "e"},
            {"type": "function_call_output", "call_id": "call_12345678", "output": "f"},
            {"type": "function_call_output", "output": [{"type": "input_text", "text": "g"}]},
        ],
        "text": {"format": {"type": "json_schema", "name": "h", "schema": {"const": "i"}}},
        "metadata": {"k": "j"},
    }
    assert roles(RESPONSES, request) == {
        "instructions": "system",
        "input[0].content[0].text": "user",
        "input[1].summary[0].text": "assistant",
        "input[2].name": "assistant",
        "input[2].arguments": "assistant",
        "input[3].output": "tool",
        "input[4].output[0].text": "tool",
        "text.format.name": "request",
        "text.format.schema.const": "request",
        "metadata.k": "request",
        "metadata(keys)": "request",
    }


def test_an_anthropic_conversation_tells_whose_every_text_is() -> None:
    request = {
        "system": [{"type": "text", "text": "a"}],
        "messages": [
            {"role": "user", "content": "b"},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "c", "signature": "d"},
                    {
                        "type": "tool_use",
                        "id": "toolu_01abcdefgh",
                        "name": "e",
                        "input": {"q": "f"},
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_01abcdefgh",
                        "content": [{"type": "text", "text": "g"}, {"type": "text", "text": "h"}],
                    },
                    {"type": "text", "text": "i"},
                ],
            },
        ],
        "stop_sequences": ["j"],
    }
    assert roles(ANTHROPIC, request) == {
        "system[0].text": "system",
        "messages[0].content": "user",
        "messages[1].content[0].thinking": "assistant",
        "messages[1].content[0].signature": "assistant",
        "messages[1].content[1].name": "assistant",
        "messages[1].content[1].input.q": "assistant",
        "messages[1](keys)": "assistant",
        "messages[2].content[0].content[0].text": "tool",
        "messages[2].content[0].content[1].text": "tool",
        "messages[2].content[0].content": "tool",
        "messages[2].content[1].text": "user",
        "stop_sequences[0]": "request",
    }


def test_embedded_texts_are_material_and_completed_ones_are_asked() -> None:
    assert roles(EmbeddingsDialect(), {"input": ["a", "b"], "user": "c"}) == {
        "input[0]": "tool",
        "input[1]": "tool",
        "user": "request",
    }
    chat = {"messages": [{"role": "user", "content": "a"}], "model": "demo"}
    assert roles(EmbeddingsDialect(), chat) == {"messages[0].content": "tool"}
    assert roles(CompletionsDialect(), {"prompt": "a", "suffix": "b", "stop": "c"}) == {
        "prompt": "user",
        "suffix": "user",
        "stop": "request",
    }


PREFILLED = [
    (
        CHAT,
        {
            "messages": [
                {"role": "user", "content": "Who is Mirela"},
                {"role": "assistant", "content": "Oskarne is"},
            ],
            "continue_final_message": True,
            "add_generation_prompt": False,
        },
        "messages[1].content",
    ),
    (
        ANTHROPIC,
        {
            "messages": [
                {"role": "user", "content": "Who is Mirela"},
                {"role": "assistant", "content": [{"type": "text", "text": "Oskarne is"}]},
            ]
        },
        "messages[1].content[0].text",
    ),
    (
        RESPONSES,
        {
            "input": [
                {"role": "user", "content": "Who is Mirela"},
                {
                    "type": "message",
                    "role": "assistant",
                    "status": "incomplete",
                    "content": [{"type": "output_text", "text": "Oskarne is"}],
                },
            ]
        },
        "input[1].content[0].text",
    ),
]


@pytest.mark.parametrize(("dialect", "request_body", "place"), PREFILLED)
def test_a_prefill_is_said_by_who_asks_and_read_after_the_question(
    dialect: Dialect, request_body: dict[str, Any], place: str
) -> None:
    found = [each for each in dialect.channels(request_body) if dotted(each.path) == place]
    assert {each.role for each in found} == {"request"}
    assert "Oskarne is" in {each.text for each in found}
    assert any("Who is Mirela\nOskarne is" == each.text for each in found)
    assert dialect.question(request_body) == "Who is Mirela"


@pytest.mark.parametrize(("dialect", "request_body", "place"), PREFILLED)
def test_a_guarded_request_has_no_prefill(
    dialect: Dialect, request_body: dict[str, Any], place: str
) -> None:
    guarded = json.dumps(dialect.with_policy(request_body, "POLICY"))
    assert "Oskarne" not in guarded
    assert "Who is Mirela" in guarded


def test_an_earlier_answer_is_no_prefill() -> None:
    messages = [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]
    request = {"messages": messages, "continue_final_message": True}
    assert roles(CHAT, request)["messages[0].content"] == "assistant"


def test_parts_are_also_read_joined_as_servers_join_them() -> None:
    parts = [{"type": "text", "text": "Mirela"}, {"type": "text", "text": "Oskarne"}]
    request = {"messages": [{"role": "user", "content": parts}]}
    path: Path = ("messages", 0, "content")
    assert Channel(path, "user", "MirelaOskarne") in CHAT.channels(request)
    assert Channel(path, "user", "Mirela\nOskarne") in CHAT.channels(request)
    masked = replaced(request, {path: "***"})["messages"][0]["content"]
    assert [each["text"] for each in masked] == ["***", ""]


@pytest.mark.parametrize(
    "field",
    [
        {"stop": [NAME]},
        {"bad_words": [NAME]},
        {"response_format": {"type": "json_schema", "json_schema": {"name": NAME}}},
        {"structured_outputs": {"choice": [NAME]}},
        {"structured_outputs": {"regex": NAME}},
        {"structured_outputs": {"grammar": f'root ::= "{NAME}"'}},
        {"chat_template": NAME},
        {"chat_template_kwargs": {"note": NAME}},
        {"chat_template_kwargs": {NAME: True}},
        {"documents": [{"text": NAME}]},
        {"tools": [{"function": {"description": NAME}}]},
        {"tools": [{"function": {"parameters": {"properties": {NAME: {"type": "string"}}}}}]},
        {"tool_choice": {"type": "function", "function": {"name": NAME}}},
        {"tool_choice": NAME},
        {"vllm_xargs": {"x": NAME}},
        {"reasoning_effort": NAME},
        {"user": NAME},
        {"a_field_of_next_year": {"deep": [{"er": NAME}]}},
        {NAME: 1},
    ],
)
def test_a_name_is_found_in_any_field(field: dict[str, Any]) -> None:
    request = {"messages": [{"role": "user", "content": "hi"}], "model": "demo", **field}
    assert any(NAME in channel.text for channel in CHAT.channels(request))


def test_structure_is_not_read_as_text() -> None:
    request = {
        "model": "demo",
        "request_id": "made up",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "hi"}]},
            {"role": "tool", "tool_call_id": "chatcmpl-tool-0123456789abcdef", "content": "x"},
        ],
        "tool_choice": "auto",
        "response_format": {"type": "text"},
    }
    assert [channel.text for channel in CHAT.channels(request)] == ["hi", "x"]


@pytest.mark.parametrize("place", [("tools", 0, "model"), ("messages", 0, "id"), ("x", "role")])
def test_a_name_where_structure_usually_stands_is_text(place: Path) -> None:
    assert not is_structure(place, NAME)
    assert not is_structure(place, "call_of_mirela_oskarne")


def test_the_bytes_of_a_picture_are_no_words_but_what_stands_beside_them_is() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 4000}}
    captioned = {**picture, "caption": NAME}
    texts = [
        channel.text
        for channel in CHAT.channels({"messages": [{"role": "user", "content": [captioned]}]})
    ]
    assert texts == [NAME, "caption"]
