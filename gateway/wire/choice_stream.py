"""What the streams of chat and of text completions share: choices, their envelope, their end.

It knows chunks whose choices finish one by one; it does not know how a choice says something.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from gateway.errors import GatewayError
from gateway.wire.carried import carried, counted
from gateway.wire.choices import UsualEvents, choices_over, indexed_choices
from gateway.wire.dialect import Body, envelope, usage_of_nothing, wants_usage
from gateway.wire.event_texts import EventText, KindOf, texts_of
from gateway.wire.events import DONE, Event, frame
from gateway.wire.stream_format import IsOver
from gateway.wire.strict_json import dump

_SHARED = ("id", "object", "created", "model")


class ChoiceStream(ABC):
    """The state of one stream.

    Attributes:
        prefix: what the ids of its chunks start with.
        object: what its chunks are called.
        member: where a choice of a chunk holds its text or texts.
        usage: what the upstream said it computed.
    """

    prefix: ClassVar[str]
    object: ClassVar[str]
    member: ClassVar[str]

    def __init__(self, request: Body, kind_of: KindOf, choices: int) -> None:
        """Begin a stream.

        Args:
            request: the client's request.
            kind_of: the kinds of its texts.
            choices: how many choices the client asked for.
        """
        self._request = request
        self._kind_of = kind_of
        self._asked = choices
        self._opening: Body = {}
        self._read: Body = {}
        self._usual = UsualEvents(self.member)
        self._is_finished: dict[int, bool] = {}
        self.usage: Any = None

    @property
    def reads_on(self) -> bool:
        """Whether the client is told what was computed, which the upstream tells last."""
        return wants_usage(self._request)

    def restored(self, value: Any) -> Any:
        """Return `value`: these formats repeat nothing of the request."""
        return value

    def texts(self, value: Any) -> Iterator[EventText]:
        """Yield the texts of an event or an answer."""
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
            kept = carried(value, "created")
            self._read = {name: item for name, item in kept.items() if name != "usage"}
        self.usage = value.get("usage") or self.usage

    def shown(self, value: Any) -> None:
        """Take note of what the client was sent."""
        if not self._opening and isinstance(value, dict) and "id" in value:
            self._opening = {key: value[key] for key in _SHARED if key in value}
        for index, choice in indexed_choices(value):
            was_finished = self._is_finished.get(index, False)
            self._is_finished[index] = was_finished or bool(choice.get("finish_reason"))
            self._note(index, choice)

    def is_end(self, event: Event) -> bool:
        """Return whether this is `[DONE]`."""
        return event.data == DONE

    def closing(self, text: str) -> Iterator[bytes]:
        """Yield `text` for each choice that is not finished, and its finish."""
        for index in sorted({*range(self._asked), *self._is_finished}):
            if not self._is_finished.get(index):
                for choice in self._ending(index, text, is_begun=index in self._is_finished):
                    yield frame(dump({**self._envelope(), "choices": [choice]}))
                self._is_finished[index] = True

    def finished(self) -> Iterator[bytes]:
        """Yield the usage, if it is wanted and known, and `[DONE]`."""
        if self.reads_on and self.usage:
            yield frame(dump({**self._envelope(), "choices": [], "usage": counted(self.usage)}))
        yield frame(DONE)

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the error as vLLM tells it, and `[DONE]`."""
        yield frame(error.body())
        yield frame(DONE)

    def whole(self, text: str) -> Iterator[bytes]:
        """Yield a whole stream that says `text`: no token was computed, so usage is zero."""
        self.usage = usage_of_nothing()
        yield from self.closing(text)
        yield from self.finished()

    @abstractmethod
    def _usual_texts(self, choices: list[tuple[int, Any]]) -> list[EventText] | None:
        """Return the texts of usual choices, None if one of them is not as usual."""

    @abstractmethod
    def _note(self, index: int, choice: Body) -> None:
        """Take note of a choice that the client was sent."""

    @abstractmethod
    def _ending(self, index: int, text: str, *, is_begun: bool) -> Iterator[Body]:
        """Yield the choices that say `text` and finish."""

    def _envelope(self) -> Body:
        if not self._opening:
            self._opening = {**envelope(self._request, self.prefix, self.object), **self._read}
        return self._opening
