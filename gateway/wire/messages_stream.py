"""Streams of `/v1/messages` (Anthropic), which may be ended at any event.

It knows messages, content blocks and their deltas; it does not know why a stream ends.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from gateway.errors import GatewayError
from gateway.wire.carried import carried, counted
from gateway.wire.dialect import Body
from gateway.wire.event_texts import EventText, Kind, KindOf, texts_of
from gateway.wire.events import DONE, Event
from gateway.wire.forms import Form, form_of, wants_json
from gateway.wire.json_ending import json_ending
from gateway.wire.messages_errors import error_value
from gateway.wire.stream_format import CUT_MARK, IsOver, typed_frame
from gateway.wire.text import Path

_PIECES = MappingProxyType(
    {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}
)
_JOINED = (("text",), ("thinking",))
_STOP = b'{"type":"message_stop"}'
# Where the pieces of a block's texts stand: what a block starts with, and what is added.
_PREFIXES = (("delta",), ("content_block",))


class MessagesStream:
    """The state of one stream.

    Attributes:
        usage: what the upstream said it computed, as it said so last.
    """

    def __init__(self, request: Body) -> None:
        self._request = request
        self._kind_of = kind_in(request)
        self._is_json = wants_json(request)
        self._message: Body = {}
        self._is_started = False
        self._is_over = False
        self._open: dict[int, str] = {}
        self._json: dict[int, list[str]] = {}
        self._next_index = 0
        self._refusal = ""
        self.usage: Body = {}

    @property
    def reads_on(self) -> bool:
        """True: every stream of this format ends with what was computed."""
        return True

    def restored(self, value: Any) -> Any:
        """Return `value`: these events repeat nothing of the request."""
        return value

    def texts(self, value: Any) -> Iterator[EventText]:
        """Yield the texts of an event or a message.

        Clients join the blocks of text of a message, and so they are one channel, and one text
        more of a message with several.
        """
        model = self._request.get("model")
        index = _index_of(value)
        if index is None:
            yield from texts_of(value, self._kind_of, model=model)
            yield from self._joined(value)
            return
        usual = _usual_piece(value)
        if usual is not None:
            name, text = usual
            kind = Kind.JSON if name == "partial_json" else self._kind_of((name,)) or Kind.PROSE
            yield EventText(self._channel(index, name), ("delta", name), text, kind)
            return
        for each in texts_of(value, self._kind_of, model=model):
            member = each.channel[1:] if each.channel[:1] in _PREFIXES else each.channel
            yield each._replace(channel=self._channel(index, *member))

    def ends(self, value: Any) -> IsOver | None:
        """Return which texts are over: those of a block that stops, or all of the message."""
        index = _index_of(value)
        if isinstance(value, dict) and value.get("type") in ("message_delta", "message_stop"):
            return lambda channel: channel[:1] == ("content",)
        if index is None or value.get("type") != "content_block_stop":
            return None
        return lambda channel: channel[:2] == ("content", index)

    def read(self, value: Any) -> None:
        """Take note of the message's identity and usage."""
        if not isinstance(value, dict):
            return
        message = value.get("message")
        if isinstance(message, dict):
            self._message = carried(message)
            self._note_usage(message.get("usage"))
        self._note_usage(value.get("usage"))

    def shown(self, value: Any) -> None:
        """Take note of what the client was sent."""
        kind = value.get("type") if isinstance(value, dict) else None
        index = _index_of(value)
        if kind == "message_start":
            self._is_started = True
        elif kind in ("message_delta", "message_stop"):
            self._is_over = True
        elif index is None:
            return
        elif kind == "content_block_start":
            block = value.get("content_block")
            self._open[index] = block.get("type", "") if isinstance(block, dict) else ""
            self._next_index = max(self._next_index, index + 1)
        elif kind == "content_block_delta" and isinstance(value.get("delta"), dict):
            self._note_delta(index, value["delta"])
        elif kind == "content_block_stop":
            self._open.pop(index, None)

    def is_end(self, event: Event) -> bool:
        """Return whether this is `message_stop` and says nothing else."""
        return event.data == DONE or b"".join(event.data.split()) == _STOP

    def closing(self, text: str) -> Iterator[bytes]:
        """Yield `text` in the open text block or in one of its own, and the end of all blocks.

        Where the text must be of a schema, `text` becomes the explanation of a refusal instead:
        the client's library parses every block of text.
        """
        if self._is_over:
            return
        if not self._is_started:
            yield typed_frame({"type": "message_start", "message": self._opening()})
            self._is_started = True
        is_said = self._is_json
        for index, kind in sorted(self._open.items()):
            is_text = kind == "text" and not is_said
            yield from self._close(index, kind, text if is_text else "")
            is_said = is_said or is_text
        self._open.clear()
        if not is_said:
            yield from self._block(text)
        if form_of(self._request) is Form.STRUCTURED:
            self._refusal = text

    def finished(self) -> Iterator[bytes]:
        """Yield why the message ends and what was computed, and its end."""
        if not self._is_over:
            usage = {"output_tokens": 0, **self.usage}
            ending = ending_of(self._refusal)
            yield typed_frame({"type": "message_delta", "delta": ending, "usage": usage})
            self._is_over = True
        yield typed_frame({"type": "message_stop"})

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the error, after which this format has no end marker."""
        yield typed_frame(error_value(error))

    def _channel(self, index: int, *member: str | int) -> Path:
        is_joined = member in _JOINED and not self._is_json
        return ("content", *member) if is_joined else ("content", index, *member)

    def _joined(self, value: Any) -> Iterator[EventText]:
        blocks = value.get("content") if isinstance(value, dict) else None
        if self._is_json or not isinstance(blocks, list):
            return
        for (name,) in _JOINED:
            texts = [block.get(name) for block in blocks if isinstance(block, dict)]
            said = [text for text in texts if isinstance(text, str)]
            if len(said) > 1:
                yield EventText(("(joined)", name), ("(joined)", name), "".join(said), Kind.PROSE)

    def _opening(self) -> Body:
        usage = {"input_tokens": 0, "output_tokens": 0, **self.usage}
        return {**message_of(self._request, []), **self._message, "content": [], "usage": usage}

    def _close(self, index: int, kind: str, text: str) -> Iterator[bytes]:
        pieces = self._json.get(index, [])
        if kind == "tool_use" or any(pieces):
            ending = json_ending("".join(pieces), mark=CUT_MARK) if any(pieces) else "{}"
            member = "partial_json" if kind == "tool_use" else "text"
            name = "input_json_delta" if kind == "tool_use" else "text_delta"
            if ending:
                yield _delta(index, {"type": name, member: ending})
        elif kind == "thinking":
            yield _delta(index, {"type": "signature_delta", "signature": uuid.uuid4().hex})
        if text:
            yield _delta(index, {"type": "text_delta", "text": text})
        yield typed_frame({"type": "content_block_stop", "index": index})

    def _block(self, text: str) -> Iterator[bytes]:
        index = self._next_index
        self._next_index += 1
        block = {"type": "text", "text": ""}
        yield typed_frame({"type": "content_block_start", "index": index, "content_block": block})
        yield _delta(index, {"type": "text_delta", "text": text})
        yield typed_frame({"type": "content_block_stop", "index": index})

    def _note_usage(self, usage: Any) -> None:
        told = counted(usage)
        if isinstance(told, dict):
            self.usage = {**self.usage, **{k: v for k, v in told.items() if v is not None}}

    def _note_delta(self, index: int, delta: Body) -> None:
        member = "partial_json" if "partial_json" in delta else "text" if self._is_json else ""
        piece = delta.get(member)
        if isinstance(piece, str):
            self._json.setdefault(index, []).append(piece)


def kind_in(request: Body) -> KindOf:
    """Return what tells the kinds of texts in answers and events to `request`."""
    is_json = wants_json(request)

    def kind_of(path: Path) -> Kind | None:
        if is_json and path[-1:] == ("text",):
            return Kind.JSON
        return Kind.VALUE if path[-1:] == ("stop_sequence",) else None

    return kind_of


def message_of(request: Body, content: list[Body]) -> Body:
    """Return a new message without usage that is not ended yet."""
    model = request.get("model")
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": model if isinstance(model, str) else "",
        "content": content,
        "stop_reason": None,
        "stop_sequence": None,
    }


def ending_of(refusal: str) -> Body:
    """Return why a message ends: the turn is over, or it was refused, with the explanation."""
    if not refusal:
        return {"stop_reason": "end_turn", "stop_sequence": None}
    details = {"type": "refusal", "category": None, "explanation": refusal}
    return {"stop_reason": "refusal", "stop_sequence": None, "stop_details": details}


def _delta(index: int, delta: Body) -> bytes:
    return typed_frame({"type": "content_block_delta", "index": index, "delta": delta})


def _index_of(value: Any) -> int | None:
    index = value.get("index") if isinstance(value, dict) else None
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def _usual_piece(value: Body) -> tuple[str, str] | None:
    """Return (member, text) of an event that adds a piece to a block and holds nothing else."""
    delta = value.get("delta")
    if len(value) != 3 or value.get("type") != "content_block_delta" or type(delta) is not dict:
        return None
    kind = delta.get("type")
    member = _PIECES.get(kind, "") if type(kind) is str else ""
    text = delta.get(member)
    return (member, text) if len(delta) == 2 and type(text) is str and text else None
