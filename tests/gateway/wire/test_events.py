"""The event splitter: whole events, byte for byte, however the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.events import DONE, EventSplitter, frame, lines_beside

LINES = st.sampled_from(
    [b"data: {}", b"data:x", b": ping", b"event: a", b"id: 1", b"data: \xc3\xa9"]
)
BREAKS = st.sampled_from([b"\n", b"\r\n"])


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, int]:
    line_break = draw(BREAKS)
    events = draw(st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=6))
    written = [line_break.join(lines) + line_break * 2 for lines in events]
    return b"".join(written), len(events)


@given(streams(), st.data())
def test_every_split_gives_the_same_events(stream: tuple[bytes, int], data: st.DataObject) -> None:
    whole, count = stream
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    splitter = EventSplitter()
    events = []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        events += splitter.feed(whole[start:end])
    events += splitter.finish()
    assert b"".join(event.raw for event in events) == whole
    assert len(events) == count


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b"data: {}\n\n", b"{}"),
        (b"data:{}\r\n\r\n", b"{}"),
        (b": ping\n\n", b""),
        (b"event: x\ndata: a\ndata: b\n\n", b"a\nb"),
        (b"data: [DONE]\n\n", DONE),
    ],
)
def test_the_payload_is_what_the_standard_says(raw: bytes, data: bytes) -> None:
    (event,) = EventSplitter().feed(raw)
    assert event.data == data
    assert event.raw == raw


def test_a_stream_that_ends_without_a_blank_line_loses_nothing() -> None:
    splitter = EventSplitter()
    assert splitter.feed(b"data: a") == []
    assert [event.data for event in splitter.finish()] == [b"a"]
    assert splitter.finish() == []


def test_framing_is_undone_by_splitting() -> None:
    (event,) = EventSplitter().feed(frame(b'{"a":1}'))
    assert event.data == b'{"a":1}'


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"data: {}\n\n", []),
        (b"data: a\r\ndata: b\r\n\r\n", []),
        (b": ping\n\n", [("", "ping")]),
        (b": abcd\n\n", [("", "abcd")]),
        (b'event: ping\ndata: {"type": "ping"}\n\n', []),
        (b'event: other\ndata: {"type": "ping"}\n\n', [("event", "other")]),
        (b"id: 7\nretry: 3\nnote: x\ndata: {}\n\n", [("id", "7"), ("retry", "3"), ("note", "x")]),
        (b"word\n\n", [("word", "")]),
    ],
)
def test_lines_beside_the_data_are_told(raw: bytes, lines: list[tuple[str, str]]) -> None:
    (event,) = EventSplitter().feed(raw)
    assert lines_beside(event) == lines
