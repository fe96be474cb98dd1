"""Whole answers of `/v1/responses`: those of the gateway, and what is said in a model's.

It knows items and parts; it does not know why an answer is withheld.

| the request | the message's part | status |
| --- | --- | --- |
| plain, or with tools that are offered | `output_text` | `completed` |
| a schema, or a forced tool | `refusal` | `completed` |
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.wire.carried import carried
from gateway.wire.dialect import Body
from gateway.wire.forms import Form, form_of
from gateway.wire.responses_items import Part, new_message
from gateway.wire.responses_stream import NUMBERS, ResponsesStream, response_of
from gateway.wire.strict_json import dump

_NOT_CARRIED = ("input_messages", "output_messages", "metrics", "kv_transfer_params")


def answer(request: Body, text: str) -> bytes:
    """Return a response that says `text`; no token was computed."""
    return dump({**response_of(request), **_said(request, text), "usage": usage_of_no_response()})


def answer_stream(request: Body, text: str) -> Iterator[bytes]:
    """Yield a whole stream that says `text`; no token was computed."""
    stream = ResponsesStream(request)
    stream.usage = usage_of_no_response()
    yield from stream.closing(text)
    yield from stream.finished()


def withheld(request: Body, answer: Body, text: str) -> bytes:
    """Return a model's response with all its output replaced; its usage stays true."""
    kept = carried(answer, *NUMBERS)
    return dump({**response_of(request), **kept, **_said(request, text)})


def said(answer: Body) -> str:
    """Return the texts of a response's messages, a line each."""
    texts = (part.get("text") for item in _messages(answer) for part in _parts(item))
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def with_said(answer: Body, text: str) -> Body:
    """Return a model's response whose one message says `text`; tool calls are kept.

    What led to the former text goes with it.
    """
    kept = [item for item in _items(answer) if item.get("type") not in ("message", "reasoning")]
    kept_members = {key: value for key, value in answer.items() if key not in _NOT_CARRIED}
    first = next(iter(_messages(answer)), new_message(0).value)
    message = {**first, "content": [_part("output_text", text)], "status": "completed"}
    return {**kept_members, "output": [message, *kept]}


def usage_of_no_response() -> Body:
    """Return the usage of a response that no model computed."""
    return {
        "input_tokens": 0,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 0,
    }


def _said(request: Body, text: str) -> Body:
    kind = "refusal" if form_of(request) is Form.STRUCTURED else "output_text"
    message = new_message(0).value
    whole = {**message, "content": [_part(kind, text)], "status": "completed"}
    return {"status": "completed", "incomplete_details": None, "output": [whole]}


def _part(kind: str, text: str) -> Body:
    return Part(kind, [text]).value()


def _items(answer: Body) -> list[Body]:
    output = answer.get("output")
    return [each for each in output if isinstance(each, dict)] if isinstance(output, list) else []


def _messages(answer: Body) -> Iterator[Body]:
    return (item for item in _items(answer) if item.get("type") == "message")


def _parts(item: Body) -> list[Body]:
    parts = item.get("content")
    return [each for each in parts if isinstance(each, dict)] if isinstance(parts, list) else []
