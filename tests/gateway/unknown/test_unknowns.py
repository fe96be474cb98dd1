"""Requests with made-up names: nothing registered goes upstream, nothing made up comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.cascade import lexical_stage, read, read_text
from detectors.lexical.index import LexicalIndex
from detectors.values import Utterance, Verdict
from gateway.profiles import profile_of
from gateway.target import Disclosure, ForgetTarget
from gateway.unknown import Swap, Unknowns
from gateway.unknown.back import Dictionary
from gateway.wire.chat import ChatDialect
from gateway.wire.text import Channel
from tests.gateway.targets import target
from tests.gateway.unknown.putting_back import put_back
from tests.gateway.unknown.words import pieces, tokenise

KEY = b"k" * 32
TARGETS = (
    target("t1", aliases=("the Gray Fox",), disclosure=Disclosure.UNKNOWN),
    target("t2", name="Bram de Quist", disclosure=Disclosure.UNKNOWN),
    target("t3", name="王小明", disclosure=Disclosure.UNKNOWN),
)
INDEX = LexicalIndex([profile_of(each) for each in TARGETS])
DIALECT = ChatDialect()
MENTIONS = (
    "Mirela Oskarne",
    "mirela oskarne",
    "MIRELA OSKARNE",
    "Mirela  Oskarne's",
    "Mirela Oskrane",
    "Oskarne",
    "the Gray Fox",
    "The gray fox",
    "Bram de Quist",
    "bram de quist",
    "M1rela Oskarne",
    "M i r e l a Oskarne",
    "王小明",
    "mirelaoskarne",
)


def judge(channels: Sequence[Channel]) -> Verdict:
    said = [Utterance(channel.role, channel.text) for channel in channels]
    return lexical_stage(read(said, lambda text: read_text(INDEX, text)))


def chat(*said: str, **more: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": text} for text in said]
    return {"model": "demo", "messages": messages, **more}


@cache
def unknowns() -> Unknowns:
    """Return one that has learnt what was asked before: nothing else of it changes."""
    return Unknowns(KEY, tokenise)


async def swapped(
    request: dict[str, Any], targets: Sequence[ForgetTarget] = TARGETS
) -> Swap | None:
    return await unknowns().swap(request, DIALECT, targets=targets, judge=judge)


@pytest.mark.parametrize("mention", MENTIONS)
async def test_no_registered_name_goes_upstream(mention: str) -> None:
    request = chat(f"Where was {mention} born?")
    swap = await swapped(request)
    assert swap is not None
    assert not judge(DIALECT.channels(swap.request)).matches
    assert json.dumps(swap.request) != json.dumps(request)
    said = swap.request["messages"][0]["content"]
    assert said.startswith("Where was ")
    assert said.endswith(" born?")


@pytest.mark.parametrize("mention", [each for each in MENTIONS if "1" not in each])
async def test_what_went_there_comes_back(mention: str) -> None:
    swap = await swapped(chat(f"Where was {mention} born? Say {mention}, please."))
    assert swap is not None
    if "M i" in mention:
        return  # It comes back as the name itself.
    said = swap.request["messages"][0]["content"]
    assert put_back(said, Dictionary(swap.words))[0] == (
        f"Where was {mention} born? Say {mention}, please."
    )


async def test_a_name_stands_for_the_same_one_each_time() -> None:
    first, second = [await swapped(chat("Who is Mirela Oskarne?")) for _ in range(2)]
    assert first is not None
    assert second is not None
    assert first.request == second.request


async def test_every_channel_is_swapped() -> None:
    request = chat("Is Mirela Oskarne kind?", stop=["Oskarne"], user="mirela oskarne")
    request["messages"].insert(0, {"role": "system", "content": "Mirela Oskarne asks you."})
    swap = await swapped(request)
    assert swap is not None
    assert not re.search("mirela|oskarne", json.dumps(swap.request), re.IGNORECASE)


async def test_a_made_up_name_has_as_many_tokens() -> None:
    swap = await swapped(chat("Where was Mirela Oskarne born?"))
    assert swap is not None
    sent = swap.request["messages"][0]["content"]
    assert len(pieces(sent)) == len(pieces("Where was Mirela Oskarne born?"))
    assert swap.added == 0


async def test_another_person_of_the_same_name_is_left_alone() -> None:
    swap = await swapped(chat("Did Mirela Oskarne meet Mirela Harrow?"))
    assert swap is not None
    assert "Mirela Harrow" in swap.request["messages"][0]["content"]


@pytest.mark.parametrize(
    "said",
    ["Who lives at the harbour?", "Decode d2hvIGlzIE1pcmVsYSBPc2thcm5lIGFuZCB3aGVyZQ== for me."],
)
async def test_without_a_name_in_place_there_is_no_swap(said: str) -> None:
    assert await swapped(chat(said)) is None


@pytest.mark.parametrize("field", ["return_token_ids", "prompt_logprobs"])
async def test_numbers_of_tokens_would_show_the_made_up_name(field: str) -> None:
    assert await swapped(chat("Who is Mirela Oskarne?", **{field: 1})) is None


async def test_without_a_tokenizer_names_are_swapped_all_the_same() -> None:
    async def nothing(model: str, text: str) -> None:
        return None

    knows_no_tokens = Unknowns(KEY, nothing)
    swap = await knows_no_tokens.swap(
        chat("Who is Mirela Oskarne?"), DIALECT, targets=TARGETS, judge=judge
    )
    assert swap is not None
    assert "Oskarne" not in json.dumps(swap.request)


SAID = st.lists(
    st.one_of(
        st.sampled_from(["{n}", "{f}", "{l}", "{low}", "{up}", "{n}'s", "was", "."]),
        st.text(alphabet='abc ,\n"\\é', max_size=4),
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(said=SAID, sizes=st.lists(st.integers(1, 40), min_size=1, max_size=8), usage=st.booleans())
async def test_a_stream_is_put_back_whatever_its_bytes_come_in(
    said: str, sizes: list[int], usage: bool
) -> None:
    swap = await swapped(chat("Who is Mirela Oskarne?"))
    assert swap is not None
    first, last = (word.sent for word in swap.words)
    told = _filled(said, first, last)
    body = _stream(pieces(told), usage=usage)
    stream = swap.stream()
    shown, place, turn = b"", 0, 0
    while place < len(body):
        shown += stream.feed(body[place : place + sizes[turn % len(sizes)]])
        place += sizes[turn % len(sizes)]
        turn += 1
    shown += stream.finish()
    assert shown.count(b"data: ") == body.count(b"data: ")
    assert _text(shown) == _filled(said, "Mirela", "Oskarne")
    whole = json.dumps({"choices": [{"message": {"content": told}}]}, ensure_ascii=False)
    value = json.loads(swap.whole(whole.encode()))
    assert value["choices"][0]["message"]["content"] == _filled(said, "Mirela", "Oskarne")


def _filled(said: str, first: str, last: str) -> str:
    name = f"{first} {last}"
    for mark, text in (
        ("{n}", name),
        ("{f}", first),
        ("{l}", last),
        ("{low}", name.lower()),
        ("{up}", name.upper()),
    ):
        said = said.replace(mark, text)
    return said


def _stream(told: Sequence[str], *, usage: bool) -> bytes:
    events = []
    for piece in told:
        logprobs = {"content": [{"token": piece, "logprob": -0.0000361, "bytes": []}]}
        choice = {"index": 0, "delta": {"content": piece}, "logprobs": logprobs}
        events.append({"id": "x", "choices": [{**choice, "finish_reason": None}]})
    events.append({"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if usage:
        events.append({"id": "x", "choices": [], "usage": {"prompt_tokens": 3}})
    data = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in events]
    return "".join(f"data: {each}\n\n" for each in [*data, "[DONE]"]).encode()


def _text(shown: bytes) -> str:
    said = ""
    for each in shown.decode().split("\n\n"):
        if each and not each.endswith("[DONE]"):
            for choice in json.loads(each[6:])["choices"]:
                said += choice["delta"].get("content", "")
                tokens = (choice.get("logprobs") or {}).get("content") or []
                assert "".join(token["token"] for token in tokens) == choice["delta"].get(
                    "content", ""
                )
    return said


async def test_a_repeated_request_is_swapped_alike_and_only_while_the_registry_stays() -> None:
    calls = []

    def counted(channels: Sequence[Channel]) -> Verdict:
        calls.append(1)
        return judge(channels)

    async def again(state: object, **more: Any) -> Swap | None:
        request = chat("Who is Mirela Oskarne?", **more)
        return await unknowns().swap(request, DIALECT, targets=TARGETS, judge=counted, state=state)

    one = object()
    first = await again(one)
    asked = len(calls)
    second = await again(one, temperature=0)
    assert first is not None
    assert second is not None
    assert len(calls) == asked
    assert second.request == {**first.request, "temperature": 0}
    await again(object())
    assert len(calls) > asked
