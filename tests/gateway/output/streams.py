"""Streams of texts for tests of the watch: split anywhere, and put together as a client does."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from gateway.derived import Derived
from gateway.output import OutputFilter, OutputRules, StreamWatch
from gateway.registry import Changes
from gateway.target import ForgetTarget
from gateway.wire.event_texts import EventText, Kind
from gateway.wire.events import Event

CONTENT = ("choices", 0, "delta", "content")
PATH = ("text",)


class Streamed(NamedTuple):
    """What became of a stream.

    Attributes:
        hit: the target for which it was cut.
        shown: the text that the client has.
        early: how many events were shown before the end.
        masked: the targets for which something was masked.
    """

    hit: str | None
    shown: str
    early: int
    masked: frozenset[str]


def rules_of(*targets: ForgetTarget) -> OutputRules:
    derived = Derived().with_changes([Changes(targets, (), 1)])
    return OutputRules(derived.lexical, derived.targets)


def event_of(value: Any) -> Event:
    data = json.dumps(value).encode()
    return Event(b"data: " + data + b"\n\n", data)


def take(watch: StreamWatch, text: str, kind: Kind = Kind.PROSE, channel: str = "a") -> list[str]:
    """Feed one event that says `text`; return the texts that may be shown now."""
    texts = [EventText(("choices", channel), PATH, text, kind)] if text else []
    value = {"text": text}
    watch.take(event_of(value), value, texts)
    return [shown.value["text"] for shown in watch.release()]


def streamed(output_filter: OutputFilter, pieces: list[str], kind: Kind = Kind.PROSE) -> Streamed:
    """Return what becomes of a stream of one text."""
    watch = output_filter.watch()
    shown: list[str] = []
    for piece in pieces:
        shown += take(watch, piece, kind)
    early = len(shown)
    watch.finish()
    shown += [each.value["text"] for each in watch.release()]
    return Streamed(watch.hit, "".join(shown), early, frozenset(watch.masked))


def split(text: str, cuts: list[int]) -> list[str]:
    """Return a text cut at some places."""
    places = sorted(cuts)
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
