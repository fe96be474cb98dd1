"""An event stream on its way to the client, cut or masked where it would reveal a target.

It joins the events of the upstream, the watch over their texts, and the format that ends a stream
validly; what is said in place of what is cut is handed in.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain
from typing import Any

from gateway.answer_ids import may_hold_ids
from gateway.errors import GatewayError
from gateway.output.watch import Judge, StreamWatch
from gateway.wire.event_texts import EventText, Kind
from gateway.wire.events import DONE, Event, EventSplitter, frame, lines_beside
from gateway.wire.stream_format import StreamFormat, reframed

# (target, whether any text was shown) to what is said instead of the rest.
Ending = Callable[[str, bool], str]
# An event to whether its token ids may be shown, and the target that they spell if not.
Spelt = Callable[[Any], Awaitable[tuple[bool, str | None]]]
# Where lines of an event stand that are not its data, and the fields that the standard knows.
_BESIDE = ("(lines)",)
_FIELDS = frozenset(("", "event", "id", "retry"))


class FilteredStream:
    """One stream as far as it has come.

    Attributes:
        is_over: whether the client has seen the end; what the upstream still sends is not read.
    """

    def __init__(
        self,
        watch: StreamWatch,
        format: StreamFormat,
        ending: Ending,
        *,
        on_masked: Callable[[str], None] | None = None,
        spelt: Spelt | None = None,
    ) -> None:
        """Begin a stream.

        Args:
            watch: what may be shown.
            format: how the endpoint writes streams.
            ending: words what is said after a cut.
            on_masked: called with each target for whose sake something is masked, once.
            spelt: asked about each event that may list token ids.
        """
        self._watch = watch
        self._format = format
        self._ending = ending
        self._on_masked = on_masked
        self._spelt = spelt
        self._told: set[str] = set()
        self._splitter = EventSplitter()
        self._is_cut = False
        self.is_over = False

    @property
    def hit(self) -> str | None:
        """The target for whose sake the stream was cut."""
        return self._watch.hit

    @property
    def has_shown(self) -> bool:
        """Whether any text was shown."""
        return self._watch.has_shown

    @property
    def masked(self) -> frozenset[str]:
        """The targets for whose sake something was masked so far."""
        return frozenset(self._watch.masked)

    async def feed(self, chunk: bytes) -> list[bytes]:
        """Take bytes of the upstream; return the events that the client may see now."""
        shown: list[bytes] = []
        for event in self._splitter.feed(chunk):
            shown += await self._step(event)
        return shown

    async def finish(self) -> list[bytes]:
        """Return what remains when the upstream's stream has ended."""
        shown: list[bytes] = []
        for event in self._splitter.finish():
            shown += await self._step(event)
        return shown + await self._end(b"")

    def broken(self, error: GatewayError) -> list[bytes]:
        """Return the end of a stream that the upstream broke off; nothing more is judged."""
        shown = self._settled()
        if self.is_over:
            return shown
        self.is_over = True
        return [*shown, *self._format.broken(error)]

    async def _step(self, event: Event) -> list[bytes]:
        if self.is_over:
            return []
        beside = lines_beside(event)
        if self._format.is_end(event):
            return await self._end(frame(event.data) if beside else event.raw)
        value = json_or_text(event.data)
        restored = self._format.restored(value)
        self._format.read(restored)
        if self._is_cut:
            return []
        texts = self._format.texts(restored)
        if beside:
            texts = chain(texts, _texts_beside(beside))
        self._watch.take(event, restored, texts, is_changed=restored is not value)
        await self._watch.learn()
        if self._spelt is not None and may_hold_ids(event.data):
            is_clear, spelt = await self._spelt(restored)
            if not is_clear:
                self._watch.withhold_tokens(spelt)
        ends = self._format.ends(restored)
        if ends is not None:
            self._watch.end(ends)
        if self._watch.judge is not None:
            await self._judged(self._watch.judge, is_final=ends is not None)
        return [*self._released(), *self._cut_if_hit()]

    async def _judged(self, judge: Judge, *, is_final: bool) -> None:
        waiting = self._watch.unjudged(is_final=is_final)
        if waiting:
            self._watch.judged(waiting, await judge(list(waiting.values())))

    def _released(self) -> list[bytes]:
        shown = []
        for event, value, is_changed in self._watch.release():
            self._format.shown(value)
            shown.append(reframed(event, value) if is_changed else event.raw)
        for target in sorted(self._watch.masked - self._told):
            self._told.add(target)
            if self._on_masked is not None:
                self._on_masked(target)
        return shown

    def _settled(self) -> list[bytes]:
        """Return what may be shown at the end of all texts, or what ends the stream instead."""
        if self._is_cut or self.is_over:
            return []
        self._watch.finish()
        return [*self._released(), *self._cut_if_hit()]

    async def _end(self, last: bytes) -> list[bytes]:
        if self._watch.judge is not None and not self._is_cut and not self.is_over:
            self._watch.finish()
            await self._judged(self._watch.judge, is_final=True)
        shown = self._settled()
        if self.is_over:
            return shown
        self.is_over = True
        if self._is_cut:
            return [*shown, *self._format.finished()]
        return [*shown, last] if last else shown

    def _cut_if_hit(self) -> list[bytes]:
        target = self._watch.hit
        if target is None or self._is_cut:
            return []
        self._is_cut = True
        closing = list(self._format.closing(self._ending(target, self.has_shown)))
        # A client that asked for usage is told what was truly computed: the upstream's stream is
        # read on to its end. For everybody else it is over, and the upstream is cancelled.
        if not self._format.reads_on:
            self.is_over = True
            closing += self._format.finished()
        return closing


def _texts_beside(lines: list[tuple[str, str]]) -> Iterator[EventText]:
    """Yield what lines of an event say that are not its data, each field a text of its own."""
    for field, value in lines:
        if field not in _FIELDS:
            yield EventText((*_BESIDE, "(fields)"), _BESIDE, field, Kind.PROSE)
        if value:
            yield EventText((*_BESIDE, field), _BESIDE, value, Kind.PROSE)


def error_events(error: GatewayError) -> bytes:
    """Return the events that end a stream with an error, as vLLM tells it."""
    return frame(error.body()) + frame(DONE)


def json_or_text(body: bytes) -> Any:
    """Return the JSON value of `body`, or its text: what is no JSON is inspected all the same."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
