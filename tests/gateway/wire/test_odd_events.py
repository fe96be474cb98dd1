"""No event, however odd, breaks a format: an upstream may send what it likes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.chat_stream import ChatStream
from gateway.wire.completions_stream import CompletionsStream
from gateway.wire.events import EventSplitter
from gateway.wire.messages_stream import MessagesStream
from gateway.wire.responses_stream import ResponsesStream
from tests.gateway.wire import scripted

NAMES = (
    "id object created model choices index delta content role reasoning tool_calls function "
    "arguments finish_reason stop_reason usage logprobs text type message content_block "
    "partial_json thinking response output output_index content_index item item_id part summary "
    "sequence_number instructions tools metadata input code annotations"
).split()
TYPES = (
    "message_start content_block_start content_block_delta content_block_stop message_delta "
    "text_delta input_json_delta text tool_use response.created response.output_item.added "
    "response.output_item.done response.content_part.added response.output_text.delta "
    "response.output_text.done response.function_call_arguments.delta response.completed "
    "output_text message function_call reasoning assistant stop"
).split()
LEAVES = st.none() | st.booleans() | st.integers(-1, 3) | st.floats(0, 1) | st.sampled_from(TYPES)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=20,
)
FORMATS = [
    (ChatStream, scripted.chat_call('{"name": ', '"Bern"}')),
    (CompletionsStream, scripted.completion_prose()),
    (MessagesStream, scripted.messages_events()),
    (ResponsesStream, scripted.responses_events()),
]


@pytest.mark.parametrize(("kind", "usual"), FORMATS)
@given(data=st.data())
def test_a_stream_of_odd_events_is_ended(kind: Any, usual: list[Any], data: st.DataObject) -> None:
    odd = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
    changed = st.builds(lambda event, change: {**event, **change}, st.sampled_from(usual), odd)
    events = data.draw(st.lists(VALUES | changed | st.sampled_from(usual), max_size=6))
    request = data.draw(st.dictionaries(st.sampled_from(("n", "text", "tools")), VALUES))
    stream = kind(request)
    for value in events:
        value = stream.restored(value)
        stream.read(value)
        channels = [each.channel for each in stream.texts(value)]
        is_over = stream.ends(value)
        if is_over is not None:
            assert {is_over(channel) for channel in channels} <= {True, False}
        assert len(set(channels)) <= len(channels)
        stream.shown(value)
    for event in EventSplitter().feed(b"".join([*stream.closing("No."), *stream.finished()])):
        assert event.data == b"[DONE]" or isinstance(json.loads(event.data), dict)
