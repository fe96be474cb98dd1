"""Streams of `/v1/chat/completions`, which may be ended at any event.

It knows deltas of messages and of tool calls; it does not know why a stream ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.wire.choice_stream import ChoiceStream
from gateway.wire.dialect import Body, asked_choices
from gateway.wire.event_texts import EventText, Kind, KindOf
from gateway.wire.forms import Form, form_of, wants_json
from gateway.wire.json_ending import json_ending
from gateway.wire.stream_format import CUT_MARK
from gateway.wire.text import Path

_DELTA = frozenset(("role", "tool_calls", "function_call", "content", "reasoning", "refusal"))
_TEXTS = ("content", "reasoning", "reasoning_content", "refusal")


@dataclass(slots=True)
class _Begun:
    """JSON of a choice that was begun.

    Attributes:
        calls: the arguments of its tool calls, piece by piece.
        content: its content, piece by piece, where that is JSON.
    """

    calls: dict[int, list[str]] = field(default_factory=dict)
    content: list[str] = field(default_factory=list)


class ChatStream(ChoiceStream):
    """The state of one stream."""

    prefix = "chatcmpl"
    object = "chat.completion.chunk"
    member = "delta"

    def __init__(self, request: Body) -> None:
        super().__init__(request, kind_in(request), asked_choices(request))
        self._is_json = wants_json(request)
        self._is_structured = form_of(request) is Form.STRUCTURED
        self._begun: dict[int, _Begun] = {}

    def _usual_texts(self, choices: list[tuple[int, Any]]) -> list[EventText] | None:
        texts = []
        for position, (index, delta) in enumerate(choices):
            if type(delta) is not dict:
                return None
            for key, item in delta.items():
                if type(item) is str and key in _TEXTS:
                    kind = Kind.JSON if self._is_json and key == "content" else Kind.PROSE
                    if item:
                        channel = ("choices", index, "delta", key)
                        path = ("choices", position, "delta", key)
                        texts.append(EventText(channel, path, item, kind))
                elif key not in _DELTA or (item and (key, item) != ("role", "assistant")):
                    return None
        return texts

    def _note(self, index: int, choice: Body) -> None:
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return
        content, calls = delta.get("content"), delta.get("tool_calls")
        if self._is_json and isinstance(content, str):
            self._begun.setdefault(index, _Begun()).content.append(content)
        for position, call in enumerate(calls if isinstance(calls, list) else []):
            if isinstance(call, dict):
                self._note_call(self._begun.setdefault(index, _Begun()), call, position)

    def _note_call(self, begun: _Begun, call: Body, position: int) -> None:
        own = call.get("index")
        pieces = begun.calls.setdefault(own if isinstance(own, int) else position, [])
        function = call.get("function")
        arguments = function.get("arguments") if isinstance(function, dict) else None
        if isinstance(arguments, str):
            pieces.append(arguments)

    def _ending(self, index: int, text: str, *, is_begun: bool) -> Iterator[Body]:
        begun = self._begun.get(index, _Begun())
        for call, pieces in begun.calls.items():
            ending = json_ending("".join(pieces), mark=CUT_MARK) if any(pieces) else "{}"
            if ending:
                yield _choice(
                    index, {"tool_calls": [{"index": call, "function": {"arguments": ending}}]}
                )
        if any(begun.content):
            ending = json_ending("".join(begun.content), mark=CUT_MARK)
            if ending:
                yield _choice(index, {"content": ending})
        role = {} if is_begun else {"role": "assistant"}
        yield _choice(index, {**role, "refusal" if self._is_structured else "content": text})
        yield _choice(index, {}, "stop")


def kind_in(request: Body) -> KindOf:
    """Return what tells the kinds of texts in answers and events to `request`."""
    is_json = wants_json(request)

    def kind_of(path: Path) -> Kind | None:
        if is_json and path[-1:] == ("content",):
            return Kind.JSON
        if path[-2:] == ("custom", "input") or path[-1:] == ("stop_reason",):
            return Kind.VALUE
        return None

    return kind_of


def _choice(index: int, delta: Body, finish_reason: str | None = None) -> Body:
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
