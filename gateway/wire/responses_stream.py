"""Streams of `/v1/responses`, which may be ended at any event.

It knows the life of a response and of its items; it does not know why a stream ends.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

from gateway.errors import GatewayError
from gateway.wire.carried import carried, counted
from gateway.wire.dialect import Body
from gateway.wire.event_texts import EventText
from gateway.wire.events import DONE, Event
from gateway.wire.forms import Form, form_of, wants_json
from gateway.wire.responses_items import Item, Part, close_item, new_message, say
from gateway.wire.responses_texts import channels_over, response_in, restored, texts_in
from gateway.wire.stream_format import IsOver, typed_frame

NUMBERS = ("created_at", "temperature", "top_p", "max_output_tokens")
_ENDS = ("response.completed", "response.incomplete", "response.failed")
_SHOWN_AGAIN = ("input_messages", "output_messages", "metrics")


class ResponsesStream:
    """The state of one stream.

    Attributes:
        usage: what the upstream said it computed.
    """

    def __init__(self, request: Body) -> None:
        self._request = request
        self._is_json = wants_json(request)
        self._is_structured = form_of(request) is Form.STRUCTURED
        self._response: Body = {}
        self._items: dict[int, Item] = {}
        self._sequence = 0
        self._is_started = False
        self._is_over = False
        self.usage: Any = None

    @property
    def reads_on(self) -> bool:
        """True: every stream of this format ends with what was computed."""
        return True

    def restored(self, value: Any) -> Any:
        """Return the event with the client's own instructions wherever it repeats them."""
        return restored(self._request, value)

    def texts(self, value: Any) -> Iterator[EventText]:
        """Yield the texts of an event."""
        yield from texts_in(self._request, value)

    def ends(self, value: Any) -> IsOver | None:
        """Return which pieces of text are over with this event."""
        return channels_over(value)

    def read(self, value: Any) -> None:
        """Take note of the response's identity and usage."""
        response = response_in(value)
        if response is not None:
            if not self._response:
                self._response = {**response_of(self._request), **carried(response, *NUMBERS)}
            self.usage = counted(response.get("usage")) or self.usage

    def shown(self, value: Any) -> None:
        """Take note of what the client was sent."""
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            return
        number = value.get("sequence_number")
        if isinstance(number, int):
            self._sequence = max(self._sequence, number + 1)
        self._is_started = self._is_started or kind in ("response.created", "response.in_progress")
        self._is_over = self._is_over or kind in _ENDS
        response = response_in(value)
        if response is not None:
            self._response = response
        index = value.get("output_index")
        if isinstance(index, int):
            self._note_item(kind, index, value)

    def is_end(self, event: Event) -> bool:
        """Return whether this is `[DONE]`; else the stream ends with its connection.

        `response.completed` repeats all that was said, so it is an event as any other.
        """
        return event.data == DONE

    def closing(self, text: str) -> Iterator[bytes]:
        """Yield `text` in the open message or in one of its own, and the end of all items."""
        if self._is_over:
            return
        for event in self._closing(text):
            yield self._framed(event)

    def finished(self) -> Iterator[bytes]:
        """Yield the completed response with what was computed."""
        if self._is_over:
            return
        self._is_over = True
        output = [item.value for _, item in sorted(self._items.items())]
        response = {**self._base(), "status": "completed", "output": output, "usage": self.usage}
        yield self._framed({"type": "response.completed", "response": response})

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the error, after which this format has no end marker."""
        told = error.as_dict()["error"]
        members = {"code": told["code"], "message": told["message"], "param": told["param"]}
        yield self._framed({"type": "error", **members, "error": told})

    def _closing(self, text: str) -> Iterator[Body]:
        if not self._is_started:
            self._is_started = True
            response = {**self._base(), "status": "in_progress", "output": [], "usage": None}
            yield {"type": "response.created", "response": response}
            yield {"type": "response.in_progress", "response": response}
        is_said = False
        for _, item in sorted(self._items.items()):
            if item.is_done:
                continue
            if item.kind == "message" and not is_said:
                yield from self._say(item, text)
                is_said = True
            yield from close_item(item, is_json=self._is_json)
        if not is_said:
            item = new_message(max(self._items, default=-1) + 1)
            self._items[item.index] = item
            yield {
                "type": "response.output_item.added",
                "output_index": item.index,
                "item": item.value,
            }
            yield from self._say(item, text)
            yield from close_item(item, is_json=False)

    def _say(self, item: Item, text: str) -> Iterator[Body]:
        yield from say(item, text, is_refusal=self._is_structured, is_json=self._is_json)

    def _note_item(self, kind: str, index: int, value: Body) -> None:
        item = self._items.get(index)
        if kind == "response.output_item.added":
            self._items[index] = Item(index, _object(value.get("item")))
        elif item is None:
            return
        elif kind == "response.output_item.done":
            item.value = _object(value.get("item"))
            item.is_done = True
        else:
            _note_part(item, kind, value)

    def _framed(self, event: Body) -> bytes:
        numbered = {"type": event["type"], "sequence_number": self._sequence, **event}
        self._sequence += 1
        return typed_frame(numbered)

    def _base(self) -> Body:
        if not self._response:
            self._response = response_of(self._request)
        kept = {k: v for k, v in self._response.items() if k not in _SHOWN_AGAIN}
        changed: Body = restored(self._request, kept)
        return changed


def response_of(request: Body) -> Body:
    """Return a new response without output, with what it repeats of the request."""
    model = request.get("model")
    return {
        "id": f"resp_{uuid.uuid4().hex}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": request.get("instructions"),
        "metadata": request.get("metadata"),
        "model": model if isinstance(model, str) else "",
        "output": [],
        "parallel_tool_calls": request.get("parallel_tool_calls", True),
        "temperature": request.get("temperature"),
        "tool_choice": request.get("tool_choice", "auto"),
        "tools": request.get("tools") or [],
        "top_p": request.get("top_p"),
        "background": False,
        "max_output_tokens": request.get("max_output_tokens"),
        "previous_response_id": request.get("previous_response_id"),
        "reasoning": request.get("reasoning"),
        "service_tier": request.get("service_tier", "auto"),
        "text": request.get("text"),
        "truncation": request.get("truncation", "disabled"),
        "usage": None,
        "user": request.get("user"),
    }


def _note_part(item: Item, kind: str, value: Body) -> None:
    index = value.get("content_index")
    piece = value.get("delta")
    if not isinstance(index, int):
        if kind.endswith(".delta") and isinstance(piece, str) and "summary" not in kind:
            item.pieces.append(piece)
    elif kind == "response.content_part.added":
        item.parts[index] = Part(str(_object(value.get("part")).get("type")))
    elif kind.endswith(".delta") and isinstance(piece, str):
        family = kind.removeprefix("response.").removesuffix(".delta")
        item.parts.setdefault(index, Part(family)).pieces.append(piece)
    elif kind == "response.content_part.done" and index in item.parts:
        item.parts[index].is_done = True


def _object(value: Any) -> Body:
    return value if isinstance(value, dict) else {}
