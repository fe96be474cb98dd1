"""A stream through the filter: original bytes, valid ends, masks, judged sentences."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import UpstreamError
from gateway.filtered_stream import FilteredStream
from gateway.output import OutputFilter
from gateway.output.masks import MASK
from gateway.target import ForgetTarget, Scope
from gateway.wire.chat_stream import ChatStream
from tests.gateway.output.streams import rules_of, split
from tests.gateway.targets import target

TARGET = target(name="Mirela Oskarne", secrets=("Kessel", "12-34-56"))
RULES = rules_of(TARGET)
NOTICE = " [withheld]"


def chunk(delta: dict[str, Any], index: int = 0, finish: str | None = None) -> bytes:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    opening = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: " + json.dumps({**opening, "choices": [choice]}).encode() + b"\n\n"


def body(*deltas: dict[str, Any], finish: str = "stop") -> bytes:
    events = [chunk({"role": "assistant", "content": ""}), *map(chunk, deltas)]
    return b": ping\n\n".join([*events, chunk({}, finish=finish), b"data: [DONE]\n\n"])


def call(piece: str) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def values(stream: bytes) -> list[Any]:
    lines = [line[6:] for line in stream.splitlines() if line.startswith(b"data: ")]
    return [json.loads(line) for line in lines if line != b"[DONE]"]


def said(stream: bytes, member: str = "content", index: int = 0) -> str:
    choices = [choice for value in values(stream) for choice in value["choices"]]
    return "".join(each["delta"].get(member) or "" for each in choices if each["index"] == index)


def arguments(stream: bytes) -> str:
    calls = (
        each
        for value in values(stream)
        for choice in value["choices"]
        for each in choice["delta"].get("tool_calls") or ()
    )
    return "".join(each["function"]["arguments"] for each in calls)


class Rig:
    """A stream through a filter, with what it reported."""

    def __init__(self, output_filter: OutputFilter, judge: Any = None) -> None:
        self.masked: list[str] = []
        self.ended: list[tuple[str, bool]] = []
        self.stream = FilteredStream(
            output_filter.watch(judge),
            ChatStream({"stream": True}),
            self._ending,
            on_masked=self.masked.append,
        )

    def _ending(self, target: str, has_shown: bool) -> str:
        self.ended.append((target, has_shown))
        return NOTICE

    async def run(self, *chunks: bytes) -> bytes:
        shown: list[bytes] = []
        for each in chunks:
            shown += await self.stream.feed(each)
        return b"".join([*shown, *await self.stream.finish()])


@settings(max_examples=60, deadline=None)
@given(st.data())
async def test_bytes_that_reveal_nothing_are_the_same_however_they_come(
    data: st.DataObject,
) -> None:
    whole = body({"content": "By Mirela Velmont, "}, {"reasoning": "so"}, call('{"a": "\\u00e9"}'))
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=8))
    pieces = [piece.encode("latin-1") for piece in split(whole.decode("latin-1"), cuts)]
    assert await Rig(OutputFilter(RULES)).run(*pieces) == whole


@settings(max_examples=60, deadline=None)
@given(st.data())
async def test_every_split_into_bytes_is_cut_alike(data: st.DataObject) -> None:
    whole = body({"content": "It is "}, {"content": "by Mire"}, {"content": "la\u00a0Oskarne, né "})
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=8))
    pieces = [piece.encode("latin-1") for piece in split(whole.decode("latin-1"), cuts)]
    rig = Rig(OutputFilter(RULES))
    shown = await rig.run(*pieces)
    assert said(shown) == "It is " + NOTICE
    assert rig.ended == [("t1", True)]
    assert shown.endswith(b"data: [DONE]\n\n")
    assert values(shown)[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("member", ["content", "reasoning", "reasoning_content", "refusal"])
async def test_every_member_is_read(member: str) -> None:
    rig = Rig(OutputFilter(RULES))
    shown = await rig.run(body({member: "by Mirela"}, {member: " Oskarne."}))
    assert b"Oskarne" not in shown and rig.ended == [("t1", False)]


async def test_a_second_choice_is_read() -> None:
    rig = Rig(OutputFilter(RULES))
    events = [chunk({"content": "Hi"}), chunk({"content": "Mirela"}, 1), chunk({"content": " x"})]
    shown = await rig.run(*events, chunk({"content": " Oskarne"}, 1), b"data: [DONE]\n\n")
    assert b"Oskarne" not in shown and rig.stream.hit == "t1"


@settings(max_examples=60, deadline=None)
@given(st.data())
async def test_arguments_are_masked_within_their_strings(data: st.DataObject) -> None:
    written = '{"who": "\\u004direla Osk\\u0061rne", "no": "a\\/b", "n": 1}'
    pieces = split(written, data.draw(st.lists(st.integers(0, len(written)), max_size=12)))
    rig = Rig(OutputFilter(RULES))
    shown = await rig.run(body(*map(call, pieces), finish="tool_calls"))
    assert json.loads(arguments(shown)) == {"who": MASK, "no": "a/b", "n": 1}
    assert rig.masked == ["t1"] and rig.stream.hit is None
    assert values(shown)[-1]["choices"][0]["finish_reason"] == "tool_calls"


async def test_only_events_that_a_mask_touches_are_written_anew() -> None:
    deltas = [call('{"a": "x", '), call('"b": "Mirela Osk'), call('arne", '), call('"c": 1}')]
    shown = await Rig(OutputFilter(RULES)).run(body(*deltas))
    for delta, is_same in zip(deltas, (True, False, False, True), strict=True):
        assert (chunk(delta) in shown) == is_same


async def test_what_only_the_end_shows_comes_before_the_reason_why_it_ends() -> None:
    rig = Rig(OutputFilter(RULES))
    shown = await rig.run(body({"content": "It is enraksO"}, {"content": " aleriM"}))
    assert rig.stream.hit == "t1"
    reasons = [each["choices"][0]["finish_reason"] for each in values(shown)]
    assert reasons.count("stop") == 1 and said(shown).endswith(NOTICE)


async def test_a_stream_that_breaks_off_ends_with_an_error_and_shows_nothing_held() -> None:
    rig = Rig(OutputFilter(RULES))
    shown = await rig.stream.feed(chunk({"content": "by "}) + chunk({"content": "Mirela"}))
    shown += rig.stream.broken(UpstreamError("It broke off."))
    assert b"error" in shown[-1] or b"error" in shown[-2]
    assert rig.stream.is_over


async def test_sentences_wait_for_the_judge() -> None:
    seen: list[str] = []

    async def judge(sentences: Sequence[str]) -> Collection[str]:
        seen.extend(sentences)
        return {"t1"} if any("harbour" in each for each in sentences) else set()

    rig = Rig(OutputFilter(RULES), judge)
    first = await rig.stream.feed(chunk({"content": "All is"}))
    assert said(b"".join(first)) == ""
    second = await rig.stream.feed(chunk({"content": " well. She"}))
    assert said(b"".join(second)) == "All is"
    rest = await rig.run(chunk({"content": " wrote of a harbour. "}), b"data: [DONE]\n\n")
    assert said(rest) == NOTICE and rig.ended == [("t1", True)]
    assert seen == ["All is well. ", "She wrote of a harbour. "]

    calm = Rig(OutputFilter(RULES), judge)
    whole = body({"content": "All is well. And"}, {"content": " so on"})
    assert await calm.run(whole) == whole


async def test_a_common_value_counts_beside_a_name_that_counts_with_facts_only() -> None:
    known = replace(TARGET, content=replace(TARGET.content, scope=Scope.FACTS))
    asked: list[frozenset[str]] = []

    async def named(ids: frozenset[str]) -> Sequence[ForgetTarget]:
        asked.append(ids)
        return [known]

    output_filter = OutputFilter(rules_of(known), named=named)
    rig = Rig(output_filter)
    shown = await rig.run(body({"content": "Mirela Oskarne"}, {"content": " of Kessel"}))
    assert said(shown) == "Mirela Oskarne" + NOTICE or said(shown) == NOTICE
    assert asked == [frozenset(("t1",))]
    plain = Rig(OutputFilter(rules_of(known), named=named))
    whole = body({"content": "Kessel is a town of"}, {"content": " Ada Velmont"})
    assert await plain.run(whole) == whole
