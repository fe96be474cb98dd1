"""The events of one stream in their order: held, shown, masked, or cut off.

Whole events are held or shown. Bytes change only where a mask touches a text of the event, or
where its lists of tokens are withheld. It knows events and their texts; it does not know wire
formats or what is said in place of what is cut.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.output.logprobs import may_hold_tokens, token_texts, without_tokens
from gateway.output.masks import applied, as_keys
from gateway.output.text_watch import TextWatch, Treatment
from gateway.wire.event_texts import EventText, Kind, is_spoken
from gateway.wire.events import Event
from gateway.wire.text import Path, replaced

if TYPE_CHECKING:
    from gateway.output.filter import OutputFilter

# Sentences to the targets that they reveal.
Judge = Callable[[Sequence[str]], Awaitable[Collection[str]]]

_TOKENS = Treatment()
# What is no longer may be a piece of a text that has the same piece twice, and no identifier.
_LONGEST_PIECE = 3
# Members of envelopes that hold a whole value each: no client puts those of several together.
_WHOLE = frozenset("id object model system_fingerprint service_tier type (names)".split())


class Shown(NamedTuple):
    """An event that may be shown.

    Attributes:
        event: as it came.
        value: what is sent of its data.
        is_changed: whether that is not what came, so that the event must be written anew.
    """

    event: Event
    value: Any
    is_changed: bool


class _Piece(NamedTuple):
    channel: Path
    path: Path
    text: str
    end: int


@dataclass(slots=True)
class _Held:
    event: Event
    value: Any
    is_changed: bool
    is_speech: bool
    pieces: list[_Piece]
    tokens: list[tuple[Path, int]]


class StreamWatch:
    """Follow the texts of one stream.

    Attributes:
        judge: what the sentences of prose reveal; they wait for it.
        hit: the target that the stream revealed; nothing is released from then on.
        masked: the targets for whose sake something was masked or withheld.
        has_shown: whether anything that the model said was released.
    """

    def __init__(self, output_filter: OutputFilter, judge: Judge | None = None) -> None:
        self._filter = output_filter
        self._is_held = output_filter.must_buffer
        self.judge = judge
        self._texts: dict[Path, TextWatch] = {}
        self._tokens: dict[Path, TextWatch] = {}
        # What surrounds each event (identifiers, names of models) is read once.
        self._repeated: dict[Path, str] = {}
        self._held: deque[_Held] = deque()
        self._drops_tokens = False
        self.hit: str | None = None
        self.masked: set[str] = set()
        self.has_shown = False

    def take(
        self, event: Event, value: Any, texts: Iterable[EventText], *, is_changed: bool = False
    ) -> None:
        """Take one event with its texts."""
        pieces = []
        is_speech = False
        for channel, path, text, kind in texts:
            if is_spoken(channel):
                is_speech = True
            elif len(text) > _LONGEST_PIECE and self._repeated.get(channel) == text:
                continue
            else:
                self._repeated[channel] = text
                if channel and channel[-1] in _WHOLE:
                    self.hit = self.hit or self._filter.first_hit([text])
                    continue
            watch = self._texts.get(channel) or self._begin(channel, kind)
            watch.add(text)
            pieces.append(_Piece(channel, path, text, watch.received))
            self._note(watch)
        tokens = []
        if not self._drops_tokens and may_hold_tokens(event.raw):
            tokens = self._take_tokens(value)
        self._held.append(_Held(event, value, is_changed, is_speech, pieces, tokens))

    async def learn(self) -> None:
        """Look for the common secrets of what was named, as it may be, also in what is held.

        Raises:
            UnavailableError: the registry cannot be read, so that nothing can be decided.
        """
        if not await self._filter.learn():
            return
        for watch in self._texts.values():
            watch.again()
            self._note(watch)
        for watch in self._tokens.values():
            watch.again()
            self._note_tokens(watch)

    def end(self, is_over: Callable[[Path], bool]) -> None:
        """Judge what is held of the texts that are over."""
        for channel, watch in self._texts.items():
            if is_over(channel):
                watch.end()
                self._note(watch)

    def finish(self) -> None:
        """Judge what is held as the end of all texts."""
        self._is_held = False
        self.end(lambda _: True)
        for watch in self._tokens.values():
            watch.end()
            self._note_tokens(watch)

    def unjudged(self, *, is_final: bool = False) -> dict[Path, str]:
        """Return the sentences that wait to be judged, by the channels of their texts."""
        if self.judge is None or self.hit:
            return {}
        waiting = {key: text.unjudged(is_final=is_final) for key, text in self._texts.items()}
        return {channel: text for channel, text in waiting.items() if text}

    def judged(self, sentences: dict[Path, str], targets: Iterable[str]) -> None:
        """Let sentences be shown, or end the stream for what they reveal."""
        self.hit = self.hit or next(iter(targets), None)
        for channel, text in sentences.items():
            self._texts[channel].judged(text)
            self._note(self._texts[channel])

    def withhold_tokens(self, target: str | None) -> None:
        """Show no list of tokens from now on, for the sake of a target where one is known."""
        self._drops_tokens = True
        if target is not None:
            self.masked.add(target)

    def release(self) -> list[Shown]:
        """Return the events that may be shown now."""
        released: list[Shown] = []
        if self.hit:
            self._held.clear()
        while self._held and not self._is_held and self._is_clear(self._held[0]):
            held = self._held.popleft()
            self.has_shown = self.has_shown or held.is_speech
            released.append(self._shown(held))
        return released

    def _begin(self, channel: Path, kind: Kind) -> TextWatch:
        treatment = Treatment(
            is_json=kind is Kind.JSON,
            is_masked=kind is not Kind.PROSE,
            is_judged=self.judge is not None and kind is Kind.PROSE,
        )
        watch = self._texts[channel] = TextWatch(self._filter, treatment)
        return watch

    def _note(self, watch: TextWatch) -> None:
        self.hit = self.hit or watch.hit
        if watch.masked:
            self.masked |= watch.masked
            self._drops_tokens = True

    def _take_tokens(self, value: Any) -> list[tuple[Path, int]]:
        ends = []
        for channel, text in token_texts(value):
            watch = self._tokens.get(channel)
            if watch is None:
                watch = self._tokens[channel] = TextWatch(self._filter, _TOKENS)
            watch.add(text)
            ends.append((channel, watch.received))
            self._note_tokens(watch)
        return ends

    def _note_tokens(self, watch: TextWatch) -> None:
        if watch.hit:
            self.masked.add(watch.hit)
            self._drops_tokens = True

    def _is_clear(self, held: _Held) -> bool:
        if any(self._texts[channel].shown < end for channel, _, _, end in held.pieces):
            return False
        return self._drops_tokens or all(
            self._tokens[channel].shown >= end for channel, end in held.tokens
        )

    def _shown(self, held: _Held) -> Shown:
        value, is_changed = held.value, held.is_changed
        if not self.masked:
            return Shown(held.event, value, is_changed)
        if self._drops_tokens and may_hold_tokens(held.event.raw):
            value, is_changed = without_tokens(value), True
        texts: dict[Path, str] = {}
        for channel, path, text, end in held.pieces:
            start = end - len(text)
            masks = self._texts[channel].masks(start, end)
            if masks:
                texts[path] = as_keys(path, text, applied(text, masks, start=start))
        if texts:
            value, is_changed = replaced(value, texts), True
        return Shown(held.event, value, is_changed)
