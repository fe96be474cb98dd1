"""Streams of `/v1/completions`, which may be ended at any event.

It knows chunks and choices; it does not know why a stream ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.errors import GatewayError
from gateway.wire.carried import carried, counted
from gateway.wire.choices import UsualEvents, choices_over, indexed_choices
from gateway.wire.dialect import Body, asked_choices, envelope, wants_usage
from gateway.wire.event_texts import EventText, Kind, KindOf, texts_of
from gateway.wire.events import DONE, Event, frame
from gateway.wire.forms import wants_json
from gateway.wire.stream_format import IsOver
from gateway.wire.strict_json import dump
from gateway.wire.text import Path, is_token_list

_SHARED = ("id", "object", "created", "model")


class CompletionsStream:
    """The state of one stream.

    Attributes:
        usage: what the upstream said it computed.
    """

    def __init__(self, request: Body) -> None:
        self._request = request
        self._kind_of = kind_in(request)
        self._opening: Body = {}
        self._read: Body = {}
        self._usual = UsualEvents("text")
        self._is_finished: dict[int, bool] = {}
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
        if usual is not None and all(type(text) is str for _, text in usual):
            kind = self._kind_of(("text",)) or Kind.PROSE
            return (
                EventText(("choices", index, "text"), ("choices", place, "text"), text, kind)
                for place, (index, text) in enumerate(usual)
                if text
            )
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
        """Take note of which choices the client has seen finish."""
        if not self._opening and isinstance(value, dict) and "id" in value:
            self._opening = {key: value[key] for key in _SHARED if key in value}
        for index, choice in indexed_choices(value):
            was_finished = self._is_finished.get(index, False)
            self._is_finished[index] = was_finished or bool(choice.get("finish_reason"))

    def is_end(self, event: Event) -> bool:
        """Return whether this is `[DONE]`."""
        return event.data == DONE

    def closing(self, text: str) -> Iterator[bytes]:
        """Yield `text` for each choice that is not finished, and its finish."""
        count = max([choices_of(self._request), *(index + 1 for index in self._is_finished)])
        for index in range(count):
            if not self._is_finished.get(index):
                yield self._chunk(choice_of(index, text, None))
                yield self._chunk(choice_of(index, "", "stop"))
                self._is_finished[index] = True

    def finished(self) -> Iterator[bytes]:
        """Yield the usage, if it is wanted and known, and `[DONE]`."""
        if self.reads_on and self.usage:
            yield frame(dump({**self._shared(), "choices": [], "usage": counted(self.usage)}))
        yield frame(DONE)

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the error as vLLM tells it, and `[DONE]`."""
        yield frame(error.body())
        yield frame(DONE)

    def _chunk(self, choice: Body) -> bytes:
        return frame(dump({**self._shared(), "choices": [choice]}))

    def _shared(self) -> Body:
        if not self._opening:
            own = envelope(self._request, "cmpl", "text_completion")
            self._opening = {**own, **self._read}
        return self._opening


def kind_in(request: Body) -> KindOf:
    """Return what tells the kinds of texts in answers and events to `request`."""
    is_json = wants_json(request)

    def kind_of(path: Path) -> Kind | None:
        if is_json and path[-1:] == ("text",):
            return Kind.JSON
        return Kind.VALUE if path[-1:] == ("stop_reason",) else None

    return kind_of


def choices_of(request: Body) -> int:
    """Return how many choices an answer has: the client's `n` for each of its prompts."""
    prompt = request.get("prompt")
    if not isinstance(prompt, list) or is_token_list(prompt):
        return asked_choices(request)
    return asked_choices(request) * max(len(prompt), 1)


def choice_of(index: int, text: str, finish_reason: str | None) -> Body:
    """Return a choice, or a piece of one."""
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish_reason}
