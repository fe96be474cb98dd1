"""The way back for answers of every endpoint: usage, probabilities, events, unchanged bytes."""

from __future__ import annotations

import json
from typing import Any

from gateway.unknown.casing import Casing
from gateway.unknown.surrogates import Surrogate
from gateway.unknown.swap import Swap
from tests.gateway.unknown.words import surrogate

ANNA = surrogate("anna", "Mirela")
JENSEN = Surrogate("jensen", "Oskarne", frozenset(Casing), ((3, 4),), 6, ((Casing.TITLE, (1, 1)),))


def swap(added: int = 0) -> Swap:
    return Swap({}, (ANNA, JENSEN), added=added)


def streamed(*values: Any, kinds: bool = False, added: int = 0) -> list[Any]:
    """Return the events that the client sees, one fed after the other."""
    stream = swap(added).stream()
    shown = b""
    for value in values:
        kind = f"event: {value['type']}\n" if kinds else ""
        shown += stream.feed(f"{kind}data: {json.dumps(value)}\n\n".encode())
    shown += stream.finish()
    events = shown.decode().split("\n\n")[:-1]
    if kinds:
        assert all(event.startswith("event: ") for event in events)
    return [json.loads(event.partition("data: ")[2]) for event in events]


def test_usage_counts_the_clients_own_words() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    body = json.dumps({"choices": [{"message": {"content": "Anna Jensen."}}], "usage": usage})
    value = json.loads(swap(added=2).whole(body.encode()))
    assert value["usage"] == {"prompt_tokens": 12, "completion_tokens": 6, "total_tokens": 18}


def test_what_holds_no_word_stays_as_it_came() -> None:
    body = b'{"choices": [{"text": "No."}], "logprob":-0.0000361119, "big": 1e-05}'
    assert swap().whole(body) == body
    assert swap().whole(b"no json: Anna") == b"no json: Anna"
    stream = swap().stream()
    event = b'data: {"choices":[{"delta":{"content":" No"}}],"x":-0.0000361119}\n\n'
    assert stream.feed(event) == event


def test_numbers_keep_their_digits_where_a_word_is_put_back() -> None:
    body = b'{"text":"Anna","logprob":-0.00003611976353568025,"other":1E5}'
    assert swap().whole(body) == body.replace(b"Anna", b"Mirela")


def test_probabilities_of_a_completion_tell_the_places_of_the_clients_words() -> None:
    def event(tokens: list[str], offsets: list[int]) -> dict[str, Any]:
        tops = [{token: -0.1, " Jensen": -3.0} for token in tokens]
        logprobs = {"tokens": tokens, "text_offset": offsets, "top_logprobs": tops}
        return {
            "choices": [
                {"index": 0, "text": "".join(tokens), "logprobs": logprobs, "finish_reason": None}
            ]
        }

    first, second = streamed(event(["Anna", " is"], [0, 4]), event([" not", "."], [7, 11]))
    told = first["choices"][0]["logprobs"], second["choices"][0]["logprobs"]
    assert first["choices"][0]["text"] == "Mirela is"
    assert told[0]["tokens"] == ["Mirela", " is"]
    assert [each["text_offset"] for each in told] == [[0, 6], [9, 13]]
    assert "jensen" not in json.dumps(told).lower()


def test_probabilities_of_a_chat_tell_the_bytes_of_the_clients_words() -> None:
    entry = {
        "token": "Anna",
        "logprob": -0.5,
        "bytes": list(b"Anna"),
        "top_logprobs": [
            {"token": "Anna", "logprob": -0.5, "bytes": list(b"Anna")},
            {"token": " Jensen", "logprob": -2.5, "bytes": list(b" Jensen")},
        ],
    }
    choice = {"index": 0, "delta": {"content": "Anna"}, "logprobs": {"content": [entry]}}
    (value,) = streamed({"choices": [choice]})
    told = value["choices"][0]["logprobs"]["content"][0]
    assert (told["token"], bytes(told["bytes"])) == ("Mirela", b"Mirela")
    assert "jensen" not in json.dumps(told).lower()
    assert bytes(told["top_logprobs"][0]["bytes"]) == b"Mirela"


def test_events_of_responses_are_put_back_with_the_text_that_they_repeat() -> None:
    delta = {"type": "response.output_text.delta", "item_id": "m", "output_index": 0}
    values = streamed(
        {**delta, "delta": "So Jen"},
        {**delta, "delta": "sen"},
        {"type": "response.output_text.done", "item_id": "m", "text": "So Jensen"},
        kinds=True,
    )
    assert "".join(value.get("delta", "") for value in values) == "So Oskarne"
    assert values[2]["text"] == "So Oskarne"


def test_events_of_messages_are_put_back() -> None:
    values = streamed(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Ann"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}},
        {"type": "content_block_stop", "index": 0},
        kinds=True,
    )
    assert "".join(value.get("delta", {}).get("text", "") for value in values) == "Mirela"
    assert len(values) == 3


def test_the_arguments_of_a_tool_are_put_back() -> None:
    pieces = ('{"who": "An', "na Jen", 'sen\\nJensen"}')
    values = streamed(
        *(
            {
                "choices": [
                    {
                        "index": 0,
                        "delta": {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]},
                    }
                ]
            }
            for piece in pieces
        )
    )
    said = "".join(
        value["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"] for value in values
    )
    assert json.loads(said) == {"who": "Mirela Oskarne\nOskarne"}


def test_two_choices_do_not_share_their_words() -> None:
    values = streamed(
        {"choices": [{"index": 0, "delta": {"content": "Jen"}}]},
        {"choices": [{"index": 1, "delta": {"content": "sen"}}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    )
    assert [value["choices"][0]["delta"].get("content") for value in values] == ["Jen", "sen", None]
