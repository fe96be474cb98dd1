"""Whole answers of `/v1/messages` (Anthropic): the gateway's, and what is said in a model's.

It knows content blocks; it does not know why an answer is withheld.

| the request | the content | `stop_reason` |
| --- | --- | --- |
| plain, or with tools that are offered | a block with the text | `end_turn` |
| a forced tool | a block with the text | `refusal`, the text also in `stop_details` |
| a schema | no block: clients parse each | `refusal`, the text in `stop_details` |
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.wire.carried import carried
from gateway.wire.dialect import Body
from gateway.wire.forms import Form, form_of, wants_json
from gateway.wire.messages_stream import MessagesStream, ending_of, message_of
from gateway.wire.strict_json import dump

_THINKING = ("thinking", "redacted_thinking")


def answer(request: Body, text: str) -> bytes:
    """Return a message that says `text`; no token was computed."""
    usage = {"input_tokens": 0, "output_tokens": 0}
    return dump({**_message(request, text), "usage": usage})


def answer_stream(request: Body, text: str) -> Iterator[bytes]:
    """Yield a whole stream that says `text`; no token was computed."""
    stream = MessagesStream(request)
    yield from stream.closing(text)
    yield from stream.finished()


def withheld(request: Body, answer: Body, text: str) -> bytes:
    """Return a model's message with all its content replaced; its usage stays true."""
    usage = {"input_tokens": 0, "output_tokens": 0}
    return dump({**_message(request, text), "usage": usage, **carried(answer)})


def said(answer: Body) -> str:
    """Return the text of a model's message."""
    return "\n".join(block["text"] for block in _blocks(answer) if _is_text(block))


def with_said(answer: Body, text: str) -> Body:
    """Return a model's message that says `text`; its tool calls are kept, its thinking is not."""
    kept = [
        block
        for block in _blocks(answer)
        if not _is_text(block) and block.get("type") not in _THINKING
    ]
    return {**answer, "content": [{"type": "text", "text": text}, *kept]}


def _message(request: Body, text: str) -> Body:
    blocks = [] if wants_json(request) else [{"type": "text", "text": text}]
    is_structured = form_of(request) is Form.STRUCTURED
    return {**message_of(request, blocks), **ending_of(text if is_structured else "")}


def _blocks(answer: Body) -> list[Body]:
    content = answer.get("content")
    return [each for each in content if isinstance(each, dict)] if isinstance(content, list) else []


def _is_text(block: Body) -> bool:
    return block.get("type") == "text" and isinstance(block.get("text"), str)
