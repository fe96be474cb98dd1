"""An event stream on its way to the client, cut where it would reveal a target.

It knows the order in which events are shown, held or replaced; what is said in place of a cut
answer is handed in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from gateway.errors import GatewayError
from gateway.output_filter import StreamWatch
from gateway.wire.dialect import Body
from gateway.wire.events import DONE, Event, EventSplitter, frame
from gateway.wire.strict_json import dump
from gateway.wire.text import walk

# (target, shared members of the stream's events, whether any text was shown) to closing events.
Ending = Callable[[str, Body, bool], Iterator[bytes]]


class FilteredStream:
    """One stream as far as it has come.

    Attributes:
        is_over: whether the client has seen the end; what the upstream still sends is not read.
    """

    def __init__(self, watch: StreamWatch, ending: Ending, *, wants_usage: bool) -> None:
        self._watch = watch
        self._ending = ending
        self._wants_usage = wants_usage
        self._splitter = EventSplitter()
        self._opening: Body = {}
        self._usage: Any = None
        self._is_cut = False
        self.is_over = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take bytes of the upstream; yield the events that the client may see now."""
        for event in self._splitter.feed(chunk):
            yield from self._step(event)

    def finish(self) -> Iterator[bytes]:
        """Yield what remains when the upstream's stream has ended."""
        for event in self._splitter.finish():
            yield from self._step(event)
        yield from self._end(b"")

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the end of a stream that the upstream broke off."""
        yield from self._settle()
        if not self.is_over:
            self.is_over = True
            yield error_events(error)

    def _step(self, event: Event) -> Iterator[bytes]:
        if event.data == DONE:
            yield from self._end(event.raw)
        elif not self.is_over:
            value = json_or_text(event.data)
            self._note(value)
            if not self._is_cut:
                yield from self._watch.feed(event.raw, walk(value))
                yield from self._cut_if_hit()

    def _note(self, value: Any) -> None:
        if not isinstance(value, dict):
            return
        if not self._opening and "id" in value:
            members = ("id", "object", "created", "model")
            self._opening = {key: value[key] for key in members if key in value}
        self._usage = value.get("usage") or self._usage

    def _settle(self) -> Iterator[bytes]:
        if not self._is_cut:
            yield from self._watch.finish()
            yield from self._cut_if_hit()

    def _end(self, done: bytes) -> Iterator[bytes]:
        yield from self._settle()
        if self.is_over:
            return
        self.is_over = True
        if self._is_cut and self._usage:
            yield frame(dump({**self._opening, "choices": [], "usage": self._usage}))
        yield frame(DONE) if self._is_cut else done

    def _cut_if_hit(self) -> Iterator[bytes]:
        if self._watch.hit is None:
            return
        self._is_cut = True
        yield from self._ending(self._watch.hit, self._opening, self._watch.has_shown)
        # A client that asked for usage is told what was truly computed: the upstream's stream is
        # read on to its end. For everybody else it is over, and the upstream is cancelled.
        if not self._wants_usage:
            self.is_over = True
            yield frame(DONE)


def error_events(error: GatewayError) -> bytes:
    """Return the events that end a stream with an error, as vLLM tells it."""
    return frame(error.body()) + frame(DONE)


def json_or_text(body: bytes) -> Any:
    """Return the JSON value of `body`, or its text: what is no JSON is inspected all the same."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
