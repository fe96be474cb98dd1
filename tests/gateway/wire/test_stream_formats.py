"""A stream that is cut after any event is one that the real libraries read to its end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.errors import UpstreamError
from gateway.wire.chat_stream import ChatStream
from gateway.wire.completions_stream import CompletionsStream
from gateway.wire.event_texts import is_spoken
from gateway.wire.events import EventSplitter
from gateway.wire.messages_stream import MessagesStream
from gateway.wire.responses_stream import ResponsesStream
from tests.gateway.wire import scripted
from tests.gateway.wire.scripted import always, anthropic_client, cut, openai_client

NOTICE = " [The rest is withheld.]"
ASK: list[Any] = [{"role": "user", "content": "Where was Mirela born?"}]
TOOL: Any = {
    "type": "function",
    "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}},
}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "P", "schema": {"type": "object"}}}


class Person(BaseModel):
    """What a client wants to be told."""

    name: str


def every_cut(events: list[Any]) -> range:
    return range(len(events) + 1)


@pytest.mark.parametrize("choices", [1, 3])
def test_chat_prose(choices: int) -> None:
    events = scripted.chat_prose(choices)
    request = {"model": "demo", "messages": ASK, "n": choices, "stream": True}
    request["stream_options"] = {"include_usage": True}
    for shown in every_cut(events):
        client = openai_client(always(cut(ChatStream(request), events, shown, NOTICE)))
        with client.chat.completions.stream(model="demo", messages=ASK, n=choices) as stream:
            completion = stream.get_final_completion()
        said = [choice.message.content or "" for choice in completion.choices]
        finished = sum(1 for e in events[:shown] if e["choices"] and _finish(e))
        assert [text.endswith(NOTICE) for text in said] == [
            index >= finished for index in range(choices)
        ]
        assert {choice.finish_reason for choice in completion.choices} == {"stop"}
        assert completion.usage is not None and completion.usage.total_tokens == 7


def test_chat_structured() -> None:
    pieces = ['{"na', 'me": "', "Mirela", '"', "}"]
    events = [
        scripted.chat_chunk({"role": "assistant", "content": ""}),
        scripted.chat_chunk({"reasoning": "Let me see."}),
        *(scripted.chat_chunk({"content": piece}) for piece in pieces),
        scripted.chat_chunk({}, "stop"),
    ]
    request = {"messages": ASK, "response_format": SCHEMA}
    for shown in every_cut(events):
        body = cut(ChatStream(request), events, shown, NOTICE)
        client = openai_client(always(body))
        with client.chat.completions.stream(
            model="demo", messages=ASK, response_format=Person
        ) as stream:
            message = stream.get_final_completion().choices[0].message
        if shown == len(events):
            assert message.parsed == Person(name="Mirela")
        else:
            assert message.refusal == NOTICE
            assert message.parsed is None or shown > 2
            if message.content:
                json.loads(message.content)


@pytest.mark.parametrize("choice", ["auto", "required"])
def test_chat_calls(choice: str) -> None:
    events = scripted.chat_call('{"na', 'me": "Ber', 'n", "n": 1', "}")
    request = {"messages": ASK, "tools": [TOOL], "tool_choice": choice}
    for shown in every_cut(events):
        body = cut(ChatStream(request), events, shown, NOTICE)
        client = openai_client(always(body))
        with client.chat.completions.stream(model="demo", messages=ASK, tools=[TOOL]) as stream:
            (answer,) = stream.get_final_completion().choices
        for call in answer.message.tool_calls or []:
            assert call.type == "function"
            assert isinstance(json.loads(call.function.arguments), dict)
        if answer.finish_reason == "stop":
            is_forced = choice == "required"
            said = answer.message.refusal if is_forced else answer.message.content
            assert said == NOTICE


def test_completions() -> None:
    events = scripted.completion_prose()
    for shown in every_cut(events):
        body = cut(CompletionsStream({"prompt": "Where"}), events, shown, NOTICE)
        client = openai_client(always(body))
        chunks = list(client.completions.create(model="demo", prompt="Where", stream=True))
        finishes = [c.finish_reason for chunk in chunks for c in chunk.choices if c.finish_reason]
        assert finishes == ["stop"]
        text = "".join(c.text for chunk in chunks for c in chunk.choices)
        assert text.endswith(NOTICE) == (shown < 3)


def test_messages() -> None:
    events = scripted.messages_events()
    for shown in every_cut(events):
        client = anthropic_client(always(cut(MessagesStream({}), events, shown, NOTICE)))
        with client.messages.stream(model="demo", max_tokens=9, messages=ASK) as stream:
            message = stream.get_final_message()
        assert message.usage.output_tokens == 9 and message.usage.input_tokens == 3
        if shown < len(events) - 1:
            assert message.stop_reason == "end_turn"
            texts = [block.text for block in message.content if block.type == "text"]
            assert texts[-1].endswith(NOTICE)
        else:
            assert message.stop_reason == "tool_use"
        assert all(isinstance(b.input, dict) for b in message.content if b.type == "tool_use")
        _assert_blocks_end(client, message.content)


def test_messages_structured() -> None:
    events = scripted.messages_events()[:5]  # A block of text that has begun must be JSON.
    request = {"output_config": {"format": {"type": "json_schema", "schema": {}}}}
    for shown in every_cut(events):
        client = anthropic_client(always(cut(MessagesStream(request), events, shown, NOTICE)))
        with client.messages.stream(
            model="demo", max_tokens=9, messages=ASK, output_format=Person
        ) as stream:
            message = stream.get_final_message()
        assert message.stop_reason == "refusal"
        assert message.stop_details is not None and message.stop_details.explanation == NOTICE


def test_responses() -> None:
    events = scripted.responses_events()
    for shown in every_cut(events):
        body = cut(ResponsesStream({}), events, shown, NOTICE)
        client = openai_client(always(body))
        numbers = [json.loads(e.data)["sequence_number"] for e in EventSplitter().feed(body)]
        assert numbers == list(range(len(numbers)))
        with client.responses.stream(model="demo", input="Where?") as stream:
            response = stream.get_final_response()
        assert response.status == "completed"
        assert response.usage is not None and response.usage.output_tokens == 9
        assert response.output_text.endswith(NOTICE) == (shown < len(events))
        for item in response.output:
            assert item.status == "completed"  # type: ignore[union-attr]
            if item.type == "function_call":
                assert isinstance(json.loads(item.arguments), dict)


def test_responses_structured() -> None:
    events = scripted.responses_events('{"name": "Mirela"}')[:15]
    request = {"text": {"format": {"type": "json_schema", "name": "P", "schema": {}}}}
    for shown in every_cut(events):
        body = cut(ResponsesStream(request), events, shown, NOTICE)
        client = openai_client(always(body))
        with client.responses.stream(model="demo", input="Where?", text_format=Person) as stream:
            response = stream.get_final_response()
        refusals = [
            part.refusal
            for item in response.output
            if item.type == "message"
            for part in item.content
            if part.type == "refusal"
        ]
        assert refusals == [NOTICE]


@pytest.mark.parametrize("kind", [ChatStream, CompletionsStream, ResponsesStream])
def test_a_broken_stream_raises_in_the_client(kind: Any) -> None:
    body = b"".join(kind({}).broken(UpstreamError("The upstream broke off.")))
    client = openai_client(always(body))
    with pytest.raises(Exception, match="broke off"):
        list(client.chat.completions.create(model="demo", messages=ASK, stream=True))


def test_a_broken_stream_of_messages_raises_in_the_client() -> None:
    body = b"".join(MessagesStream({}).broken(UpstreamError("The upstream broke off.")))
    with pytest.raises(Exception, match="broke off"):
        list(
            anthropic_client(always(body)).messages.create(
                model="demo", max_tokens=9, messages=ASK, stream=True
            )
        )


USUAL: list[tuple[Any, list[Any]]] = [
    (ChatStream, scripted.chat_prose(2)),
    (ChatStream, scripted.chat_call('{"name": ', '"Bern"}')),
    (CompletionsStream, scripted.completion_prose()),
    (MessagesStream, scripted.messages_events()),
    (ResponsesStream, scripted.responses_events()),
]


@pytest.mark.parametrize("request_", [{}, {"guided_json": {}}])
@pytest.mark.parametrize(("kind", "events"), USUAL)
def test_usual_events_are_read_as_any_other(
    kind: Any, events: list[Any], request_: dict[str, Any]
) -> None:
    stream = kind(request_)
    for value in events:
        # A name that no API has makes an event unusual, and is itself read as one more text.
        odd = list(kind(request_).texts({**value, "oddity": 0}))
        assert "oddity" in odd.pop().text
        assert _spoken(stream.texts(value)) == _spoken(odd)


@pytest.mark.parametrize(
    "hiding",
    [
        {"object": "Cluj"},
        {"choices": [{"index": 0, "delta": {"content": "x", "audio": {"transcript": "Cluj"}}}]},
        {"choices": [{"index": 0, "delta": {"content": "x", "Cluj": None}}]},
        {"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "Cluj"}]},
        {"choices": [{"index": 0, "delta": {"content": "x"}, "stop_reason": "Cluj"}]},
        {"choices": [{"index": 0, "delta": {"content": "x"}, "more": ["Cluj"]}]},
        {"choices": [{"index": 0, "delta": {"role": "Cluj"}}]},
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "Cluj"}]}}]},
        {"choices": ["Cluj"]},
        {"choices": "Cluj"},
        {"choices": [], "usage": {"Cluj": 1}},
        {"Cluj": 1},
    ],
)
def test_nothing_hides_beside_usual_events(hiding: dict[str, Any]) -> None:
    stream = ChatStream({})
    first, *_ = scripted.chat_prose()
    list(stream.texts(first))
    assert any("Cluj" in each.text for each in stream.texts({**first, **hiding}))


def _spoken(texts: Any) -> list[Any]:
    return sorted((each for each in texts if is_spoken(each.channel)), key=repr)


def _finish(event: Any) -> Any:
    return event["choices"][0]["finish_reason"]


def _assert_blocks_end(client: Any, content: Any) -> None:
    starts, stops = [], []
    for event in client.messages.create(model="demo", max_tokens=9, messages=ASK, stream=True):
        if event.type == "content_block_start":
            starts.append(event.index)
        if event.type == "content_block_stop":
            stops.append(event.index)
    assert starts == stops == list(range(len(content)))


@pytest.mark.parametrize("kind", [ChatStream, CompletionsStream, MessagesStream, ResponsesStream])
@pytest.mark.parametrize("member", ["id", "model", "system_fingerprint", "Cluj"])
def test_nothing_that_a_server_fills_in_is_said_by_the_gateway(kind: Any, member: str) -> None:
    answer = {
        "object": "response",
        "output": [],
        "usage": {"input_tokens": 3, "Cluj": 1, "details": {"output_tokens": "Cluj"}},
        member: "Cluj",
    }
    stream = kind({"model": "demo", "stream_options": {"include_usage": True}})
    stream.read(answer)
    stream.read({"type": "message_start", "message": answer})
    stream.read({"type": "response.completed", "response": answer})
    assert any("Cluj" in each.text for each in stream.texts(answer))
    said = b"".join([*stream.closing(NOTICE), *stream.finished()])
    assert b"Cluj" not in said and b"demo" in said


def test_texts_that_clients_join_are_read_as_one() -> None:
    message = {"content": [{"type": "text", "text": text} for text in ("Cl", "uj")]}
    assert any(each.text == "Cluj" for each in MessagesStream({}).texts(message))
    items = [
        {"type": "message", "content": [{"type": "output_text", "text": text}]}
        for text in ("Cl", "uj")
    ]
    assert any(each.text == "Cluj" for each in ResponsesStream({}).texts({"output": items}))
    for kind, events in ((MessagesStream, _two_blocks()), (ResponsesStream, _two_items())):
        channels = {each.channel for event in events for each in kind({}).texts(event)}
        assert len(channels) == 1
        assert [kind({}).ends(event) for event in events] == [None, None]


def _two_blocks() -> list[Any]:
    return [
        {"type": "content_block_delta", "index": n, "delta": {"type": "text_delta", "text": "x"}}
        for n in range(2)
    ]


def _two_items() -> list[Any]:
    return [
        {
            "type": "response.output_text.delta",
            "item_id": "msg_001122334455",
            "output_index": n,
            "content_index": 0,
            "delta": "x",
        }
        for n in range(2)
    ]
