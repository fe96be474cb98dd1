"""Tokens spell texts too: sampled ones, alternatives, keys of objects, bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.output import OutputFilter, examine
from gateway.output.logprobs import may_hold_tokens, token_texts, without_tokens
from gateway.wire.chat_stream import ChatStream
from gateway.wire.event_texts import EventText, Kind
from tests.gateway.output.streams import event_of, rules_of
from tests.gateway.targets import target

RULES = rules_of(target(name="Mirela Oskarne", aliases=("Oskarita",)))
PIECES = ("Mir", "ela", " Osk", "arne", " is")


def content(*tokens: str, top: tuple[tuple[str, ...], ...] = ()) -> dict[str, Any]:
    def position(token: str, others: tuple[str, ...]) -> dict[str, Any]:
        alternatives = [{"token": each, "logprob": -1.0, "bytes": None} for each in others]
        return {"token": token, "logprob": -0.5, "bytes": None, "top_logprobs": alternatives}

    every = top or ((),) * len(tokens)
    return {"content": [position(*pair) for pair in zip(tokens, every, strict=True)]}


def of_bytes(text: str) -> dict[str, Any]:
    return {"content": [{"token": "?", "bytes": list(text.encode()), "top_logprobs": []}]}


@pytest.mark.parametrize(
    "logprobs",
    [
        content(*PIECES),
        content("a", "b", "c", "d", "e", top=tuple((piece,) for piece in PIECES)),
        content("a", "b", "c", "d", "e", top=tuple(("x", piece) for piece in PIECES)),
        content("a", top=(("the", "Oskarita", "an"),)),
        of_bytes("Mirela Oskarne"),
        {"tokens": list(PIECES), "token_logprobs": [0.0] * 5, "top_logprobs": None},
        {"tokens": ["a"] * 5, "top_logprobs": [{"x": -1.0, piece: -2.0} for piece in PIECES]},
        {"tokens": ["a"], "top_logprobs": [{"x": -1.0, "Oskarita": -2.0}]},
    ],
)
def test_what_tokens_spell_is_withheld_with_all_tokens(logprobs: dict[str, Any]) -> None:
    choice = {"index": 0, "message": {"content": "It is."}, "logprobs": logprobs}
    answer = {"choices": [{**choice, "token_ids": [1, 2]}], "prompt_logprobs": None}
    texts = [EventText(("choices", 0), ("choices", 0, "message", "content"), "It is.", Kind.PROSE)]
    examined = examine(answer, texts, OutputFilter(RULES))
    assert (examined.hit, examined.targets) == (None, ("t1",))
    assert examined.value is not None
    assert examined.value["choices"][0]["message"] == {"content": "It is."}
    assert examined.value["choices"][0]["logprobs"] is None
    assert examined.value["choices"][0]["token_ids"] is None


def test_prompt_logprobs_are_read_too() -> None:
    positions = [None, *({str(n): {"decoded_token": piece}} for n, piece in enumerate(PIECES))]
    value = {"choices": [], "prompt_logprobs": positions}
    assert examine(value, [], OutputFilter(RULES)).value == {"choices": [], "prompt_logprobs": None}


def test_tokens_without_secrets_stay() -> None:
    value = {"choices": [{"index": 0, "logprobs": content("It", " is"), "token_ids": [1]}]}
    assert examine(value, [], OutputFilter(RULES)).value is None


def test_tokens_of_a_stream_are_joined_over_its_events_and_the_text_goes_on() -> None:
    watch = OutputFilter(RULES).watch()
    format = ChatStream({"stream": True})
    shown = []
    for number, piece in enumerate(PIECES):
        delta = {"content": f"word{number} "}
        logprobs = content("x", top=((piece,),))
        choice = {"index": 0, "delta": delta, "logprobs": logprobs, "token_ids": [number]}
        value = {"object": "chat.completion.chunk", "choices": [choice]}
        watch.take(event_of(value), value, format.texts(value))
        shown += watch.release()
    watch.finish()
    shown += watch.release()
    assert watch.hit is None and watch.masked == {"t1"}
    said = "".join(each.value["choices"][0]["delta"]["content"] for each in shown)
    assert said == "word0 word1 word2 word3 word4 "
    assert "Mir" not in json.dumps([each.value for each in shown])
    assert all(each.value["choices"][0]["token_ids"] is None for each in shown)
    assert all(each.is_changed for each in shown)


def test_members_are_seen_by_a_cheap_test() -> None:
    assert may_hold_tokens(b'{"logprobs": {"content": []}}')
    assert may_hold_tokens(b'{"prompt_token_ids":[1]}')
    assert not may_hold_tokens(b'{"logprobs": null, "token_ids": null}')
    assert list(token_texts("no object")) == []
    assert without_tokens([{"token_ids": [1], "a": {"logprobs": 1}}]) == [
        {"token_ids": None, "a": {"logprobs": None}}
    ]
