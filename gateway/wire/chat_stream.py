"""Streams of `/v1/chat/completions`, which may be ended at any event.

It knows chunks, choices and deltas; it does not know why a stream ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import GatewayError
from gateway.wire.carried import carried, counted
from gateway.wire.choices import UsualEvents, choices_over, indexed_choices
from gateway.wire.dialect import Body, asked_choices, envelope, wants_usage
from gateway.wire.event_texts import EventText, Kind, KindOf, texts_of
from gateway.wire.events import DONE, Event, frame
from gateway.wire.forms import Form, form_of, wants_json
from gateway.wire.json_ending import json_ending
from gateway.wire.stream_format import CUT_MARK, IsOver
from gateway.wire.strict_json import dump
from gateway.wire.text import Path

_SHARED = ("id", "object", "created", "model")
_DELTA = frozenset(("role", "tool_calls", "function_call", "content", "reasoning", "refusal"))
_TEXTS = ("content", "reasoning", "reasoning_content", "refusal")


@dataclass(slots=True)
class _Choice:
    """A choice as the client knows it.

    Attributes:
        calls: the arguments of its tool calls, piece by piece.
        content: its content, piece by piece, where that is JSON.
    """

    is_finished: bool = False
    calls: dict[int, list[str]] = field(default_factory=dict)
    content: list[str] = field(default_factory=list)


class ChatStream:
    """The state of one stream.

    Attributes:
        usage: what the upstream said it computed.
    """

    def __init__(self, request: Body) -> None:
        self._request = request
        self._kind_of = kind_in(request)
        self._is_json = wants_json(request)
        self._is_structured = form_of(request) is Form.STRUCTURED
        self._opening: Body = {}
        self._read: Body = {}
        self._usual = UsualEvents("delta")
        self._choices: dict[int, _Choice] = {}
        self.usage: Any = None

    @property
    def reads_on(self) -> bool:
        """Whether the client is told what was computed, which the upstream tells last."""
        return wants_usage(self._request)

    def restored(self, value: Any) -> Any:
        """Return `value`: these events repeat nothing of the request."""
        return value

    def texts(self, value: Any) -> Iterator[EventText]:
        """Yield the texts of an event."""
        usual = self._usual.choices(value)
        texts = self._usual_texts(usual) if usual is not None else None
        if texts is not None:
            return iter(texts)
        self._usual.learn(value)
        return texts_of(value, self._kind_of, model=self._request.get("model"))

    def ends(self, value: Any) -> IsOver | None:
        """Return that the texts of choices are over which finish with this event."""
        return choices_over(value)

    def read(self, value: Any) -> None:
        """Take note of the stream's identity and usage."""
        if not isinstance(value, dict):
            return
        if not self._read:
            self._read = {k: v for k, v in carried(value, "created").items() if k != "usage"}
        self.usage = value.get("usage") or self.usage

    def shown(self, value: Any) -> None:
        """Take note of what the client was sent."""
        if not self._opening and isinstance(value, dict) and "id" in value:
            self._opening = {key: value[key] for key in _SHARED if key in value}
        for index, choice in indexed_choices(value):
            known = self._choices.setdefault(index, _Choice())
            known.is_finished = known.is_finished or bool(choice.get("finish_reason"))
            delta = choice.get("delta")
            if isinstance(delta, dict):
                self._note_delta(known, delta)

    def is_end(self, event: Event) -> bool:
        """Return whether this is `[DONE]`."""
        return event.data == DONE

    def closing(self, text: str) -> Iterator[bytes]:
        """Yield `text` for each choice that is not finished, and its finish."""
        count = max([asked_choices(self._request), *(index + 1 for index in self._choices)])
        for index in range(count):
            known = self._choices.get(index)
            if known is None or not known.is_finished:
                yield from self._close(index, known, text)

    def finished(self) -> Iterator[bytes]:
        """Yield the usage, if it is wanted and known, and `[DONE]`."""
        if self.reads_on and self.usage:
            yield frame(dump({**self._shared(), "choices": [], "usage": counted(self.usage)}))
        yield frame(DONE)

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the error as vLLM tells it, and `[DONE]`."""
        yield frame(error.body())
        yield frame(DONE)

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

    def _close(self, index: int, known: _Choice | None, text: str) -> Iterator[bytes]:
        for call, pieces in known.calls.items() if known else ():
            ending = json_ending("".join(pieces), mark=CUT_MARK) if any(pieces) else "{}"
            if ending:
                delta = {"tool_calls": [{"index": call, "function": {"arguments": ending}}]}
                yield self._chunk(index, delta, None)
        if known and any(known.content):
            ending = json_ending("".join(known.content), mark=CUT_MARK)
            if ending:
                yield self._chunk(index, {"content": ending}, None)
        role = {} if known else {"role": "assistant"}
        said = {"refusal": text} if self._is_structured else {"content": text}
        yield self._chunk(index, {**role, **said}, None)
        yield self._chunk(index, {}, "stop")
        self._choices.setdefault(index, _Choice()).is_finished = True

    def _chunk(self, index: int, delta: Body, finish_reason: str | None) -> bytes:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return frame(dump({**self._shared(), "choices": [choice]}))

    def _shared(self) -> Body:
        if not self._opening:
            own = envelope(self._request, "chatcmpl", "chat.completion.chunk")
            self._opening = {**own, **self._read}
        return self._opening

    def _note_delta(self, known: _Choice, delta: Body) -> None:
        content = delta.get("content")
        if self._is_json and isinstance(content, str):
            known.content.append(content)
        calls = delta.get("tool_calls")
        for position, call in enumerate(calls if isinstance(calls, list) else []):
            if isinstance(call, dict):
                own = call.get("index")
                index = own if isinstance(own, int) else position
                function = call.get("function")
                arguments = function.get("arguments") if isinstance(function, dict) else None
                pieces = known.calls.setdefault(index, [])
                if isinstance(arguments, str):
                    pieces.append(arguments)


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
