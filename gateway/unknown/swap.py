"""A request with made-up names in place of those of targets, and the way back for its answer.

It knows the bytes of answers and streams; it does not know how the words were chosen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.unknown.back import Dictionary, Piece, TextBack
from gateway.unknown.logprobs import alternatives_put_back
from gateway.unknown.surrogates import Surrogate
from gateway.unknown.texts import Key, Text, finished_choices, texts_of
from gateway.unknown.usage import with_added_tokens
from gateway.unknown.verbatim import STYLES, Style, load, style_of
from gateway.wire.dialect import Body
from gateway.wire.events import Event, EventSplitter


@dataclass(frozen=True, slots=True)
class Swap:
    """One request that is asked with made-up names.

    Attributes:
        request: what goes upstream.
        words: the made-up words in it.
        targets: the targets whose names they stand for.
        names: all names of these targets.
        added: how many more tokens the client's own request has.
    """

    request: Body
    words: tuple[Surrogate, ...]
    targets: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    added: int = 0

    def whole(self, body: bytes) -> bytes:
        """Return a whole answer as the client is to see it."""
        try:
            value = load(body)
        except (ValueError, RecursionError):
            return body
        style = style_of(body, value)
        backs = _Backs(Dictionary(self.words))
        written = [(text, backs.feed(text)) for text in texts_of(value)]
        backs.close()
        is_changed = [_put(text, piece) for text, piece in written]
        is_changed.append(alternatives_put_back(value, self.words))
        is_changed.append(with_added_tokens(value, self.added, backs.added))
        return style.dump(value).encode() if any(is_changed) else body

    def stream(self) -> SwapStream:
        """Return the way back for one stream."""
        return SwapStream(self)


@dataclass(slots=True)
class _Waiting:
    """An event that is to be shown, perhaps with texts that are not certain yet."""

    event: Event
    value: Any
    texts: list[tuple[Text, Piece]]

    @property
    def is_resolved(self) -> bool:
        return all(piece.is_resolved for _, piece in self.texts)


class SwapStream:
    """The events of one stream, in their order, as far as they have come."""

    def __init__(self, swap: Swap) -> None:
        self._swap = swap
        self._splitter = EventSplitter()
        self._backs = _Backs(Dictionary(swap.words))
        self._waiting: deque[_Waiting] = deque()
        self._style: Style | None = None
        self._moved: dict[object, int] = {}

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes of the stream, return those that the client may see now."""
        for event in self._splitter.feed(chunk):
            self._read(event)
        return b"".join(self._resolved())

    def finish(self) -> bytes:
        """Return what remains when the stream is over."""
        for event in self._splitter.finish():
            self._read(event)
        self._backs.close()
        return b"".join(self._resolved())

    def _read(self, event: Event) -> None:
        try:
            value = load(event.data)
        except (ValueError, RecursionError):
            self._backs.close()  # `[DONE]`, or nothing that has a text.
            self._waiting.append(_Waiting(event, None, []))
            return
        if self._style is None:
            self._style = style_of(event.data, value)
        texts = [(text, self._backs.feed(text)) for text in texts_of(value)]
        for key in finished_choices(value):
            self._backs.close(key)
        if isinstance(value, dict) and "type" in value and not any(t.goes_on for t, _ in texts):
            self._backs.close()  # Of responses and messages: a text is over, or another begins.
        self._waiting.append(_Waiting(event, value, texts))

    def _resolved(self) -> Iterable[bytes]:
        while self._waiting and self._waiting[0].is_resolved:
            yield self._written(self._waiting.popleft())

    def _written(self, waiting: _Waiting) -> bytes:
        grown = list(_grown(waiting.texts))
        is_changed = [_put(text, piece) for text, piece in waiting.texts]
        is_changed.append(alternatives_put_back(waiting.value, self._swap.words, self._moved))
        is_changed.append(with_added_tokens(waiting.value, self._swap.added, self._backs.added))
        for choice, by in grown:
            self._moved[choice] = self._moved.get(choice, 0) + by
        if not any(is_changed):
            return waiting.event.raw
        data = (self._style or STYLES[0]).dump(waiting.value).encode()
        return _with_data(waiting.event, data)


class _Backs:
    """The texts of one answer, each with how far it has come."""

    def __init__(self, words: Dictionary) -> None:
        self._words = words
        self._texts: dict[Key, TextBack] = {}
        self._over = 0

    @property
    def added(self) -> int:
        """How many more tokens the words have that were put back into what the model said."""
        going_on = (back.added for key, back in self._texts.items() if "logprobs" not in key)
        return self._over + sum(going_on)

    def feed(self, text: Text) -> Piece:
        """Take a text, or a piece of one that goes on."""
        if text.goes_on:
            back = self._texts.setdefault(text.key, TextBack(self._words))
            return back.feed(text.text)
        back = TextBack(self._words)
        piece = back.feed(text.text)
        back.close()
        if "choices" in text.key:
            self._over += back.added
        return piece

    def close(self, beginning: Key | None = None) -> None:
        """End the texts, or those of one choice."""
        for key, back in self._texts.items():
            if beginning is None or _is_within(beginning, key):
                back.close()


def _is_within(beginning: Key, key: Key) -> bool:
    places = range(len(key) - len(beginning) + 1)
    return any(key[place : place + len(beginning)] == beginning for place in places)


def _put(text: Text, piece: Piece) -> bool:
    if piece.text == text.text:
        return False
    text.put(piece.text)
    return True


def _grown(texts: Iterable[tuple[Text, Piece]]) -> Iterator[tuple[object, int]]:
    """Yield the choice of each token that was put back, and by how many characters it grew."""
    for text, piece in texts:
        if text.key[-2:] == ("logprobs", "tokens") and len(piece.text) != len(text.text):
            yield text.key[-3], len(piece.text) - len(text.text)


def _with_data(event: Event, data: bytes) -> bytes:
    """Return the event with other data, its other lines as they were."""
    if event.raw == b"data: " + event.data + b"\n\n":
        return b"data: " + data + b"\n\n"
    start = event.raw.find(event.data)
    if start < 0:  # Data of several lines.
        kept = [line for line in event.raw.splitlines() if line and not line.startswith(b"data:")]
        return b"\n".join([*kept, b"data: " + data]) + b"\n\n"
    return event.raw[:start] + data + event.raw[start + len(event.data) :]
