"""/v1/messages (Anthropic's) in the shape of vLLM 0.32, with a leak on one channel.

It knows where such an answer has room for a text; it does not know what is said there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from deploy.leaky.saying import BENIGN, Body, Saying, beside, event

USAGE: Body = {"input_tokens": 9, "output_tokens": 8}

# What a channel is: the kind of its block, the member of the block, the kind and member of a delta.
_BLOCKS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "content": ("text", "text", "text_delta", "text"),
        "echo": ("text", "text", "text_delta", "text"),
        "reasoning": ("thinking", "thinking", "thinking_delta", "thinking"),
        "signature": ("thinking", "signature", "signature_delta", "signature"),
        "redacted": ("redacted_thinking", "data", "redacted_delta", "data"),
        "unknown": ("musing", "musings", "musing_delta", "musings"),
        "tool_arguments": ("tool_use", "input", "input_json_delta", "partial_json"),
        "tool_key": ("tool_use", "input", "input_json_delta", "partial_json"),
    }
)
_FRESH: Mapping[str, Callable[[], Body]] = MappingProxyType(
    {
        "text": lambda: {"type": "text", "text": ""},
        "thinking": lambda: {"type": "thinking", "thinking": "", "signature": ""},
        "redacted_thinking": lambda: {"type": "redacted_thinking", "data": ""},
        "musing": lambda: {"type": "musing", "musings": ""},
        "tool_use": lambda: {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}},
    }
)


def whole(saying: Saying) -> Body:
    """Return a whole answer."""
    blocks: list[Body] = [{"type": "text", "text": BENIGN}]
    if saying.channel == "echo":
        blocks = []
    if saying.channel in _BLOCKS:
        blocks.append(_block(saying))
    if saying.channel == "tool_name":
        blocks.append({**_FRESH["tool_use"](), "name": saying.text})
    if saying.channel == "annotations":
        citation = {"type": "char_location", "cited_text": saying.text, "document_index": 0}
        blocks.append({"type": "text", "text": "See", "citations": [citation]})
    if saying.channel == "second_choice":
        blocks += [{"type": "text", "text": piece} for piece in saying.pieces]
    return {**_outer(saying), "content": blocks, "usage": USAGE, **_ending(saying)}


def _block(saying: Saying) -> Body:
    kind, member, *_ = _BLOCKS[saying.channel]
    block = _FRESH[kind]()
    if kind == "tool_use":
        return {**block, "input": _read(saying.arguments(in_key=saying.channel == "tool_key"))}
    return {**block, member: saying.text}


def _read(arguments: str) -> object:
    # A disguise may hold what no JSON string may, such as a line break of its own.
    return json.loads(arguments, strict=False)


def _outer(saying: Saying) -> Body:
    outer: Body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "demo"}
    outside = {"model": "model", "id": "id", "outer_unknown": "musings"}.get(saying.channel)
    return {**outer, outside: saying.text} if outside else outer


def _ending(saying: Saying) -> Body:
    if saying.channel == "stop_reason":
        return {"stop_reason": "stop_sequence", "stop_sequence": saying.text}
    return {"stop_reason": "end_turn", "stop_sequence": None}


def stream(saying: Saying) -> Iterator[bytes]:
    """Yield the events of a stream."""
    opening = {**_outer(saying), "content": [], "usage": USAGE, "stop_reason": None}
    yield _event("message_start", {"message": opening})
    number = 0
    if saying.channel != "echo":
        yield from _text_block(0, [BENIGN])
        number = 1
    yield from beside(saying)
    yield from _said(saying, number)
    if saying.channel == "error":
        yield _event("error", {"error": {"type": "invalid_request_error", "message": saying.text}})
    yield _event("message_delta", {"delta": _ending(saying), "usage": USAGE})
    yield _event("message_stop", {})
    if saying.channel == "after_end":
        yield from _text_block(9, [saying.text])


def _said(saying: Saying, number: int) -> Iterator[bytes]:
    if saying.channel == "second_choice":
        for place, piece in enumerate(saying.pieces):
            yield from _text_block(number + place, [piece])
    elif saying.channel == "tool_name":
        block = {**_FRESH["tool_use"](), "name": saying.text}
        yield _event("content_block_start", {"index": number, "content_block": block})
        yield _event("content_block_stop", {"index": number})
    elif saying.channel == "annotations":
        yield _event("content_block_start", {"index": number, "content_block": _FRESH["text"]()})
        citation = {"type": "char_location", "cited_text": saying.text, "document_index": 0}
        delta = {"type": "citations_delta", "citation": citation}
        yield _event("content_block_delta", {"index": number, "delta": delta})
        yield _event("content_block_stop", {"index": number})
    elif saying.channel in _BLOCKS:
        yield from _deltas(saying, number)


def _deltas(saying: Saying, number: int) -> Iterator[bytes]:
    kind, _, delta_kind, member = _BLOCKS[saying.channel]
    pieces = list(saying.pieces)
    if kind == "tool_use":
        pieces = saying.cut(saying.arguments(in_key=saying.channel == "tool_key"))
    yield _event("content_block_start", {"index": number, "content_block": _FRESH[kind]()})
    for piece in pieces:
        delta = {"type": delta_kind, member: piece}
        yield _event("content_block_delta", {"index": number, "delta": delta})
    yield _event("content_block_stop", {"index": number})


def _text_block(number: int, pieces: list[str]) -> Iterator[bytes]:
    yield _event("content_block_start", {"index": number, "content_block": _FRESH["text"]()})
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        yield _event("content_block_delta", {"index": number, "delta": delta})
    yield _event("content_block_stop", {"index": number})


def _event(kind: str, members: Body) -> bytes:
    return event({"type": kind, **members}, kind)
