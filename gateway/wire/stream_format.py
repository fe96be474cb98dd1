"""One stream of answers on its way back, as the format of its endpoint sees it.

A format knows what was shown and how to end it validly at any point; it does not know what may
be shown, or why a stream ends early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from gateway.errors import GatewayError
from gateway.wire.event_texts import EventText
from gateway.wire.events import Event
from gateway.wire.strict_json import dump
from gateway.wire.text import Path

# What ends a string of JSON that a cut leaves open.
CUT_MARK = " [withheld]"
# Whether a channel's text is over.
IsOver = Callable[[Path], bool]


class StreamFormat(Protocol):
    """The state of one stream."""

    @property
    def reads_on(self) -> bool:
        """Whether the upstream is read to its end after a cut, to tell what it computed."""

    def restored(self, value: Any) -> Any:
        """Return an event or an answer with the client's own request where it repeats that."""

    def texts(self, value: Any) -> Iterator[EventText]:
        """Yield the texts of an event or of a whole answer."""

    def ends(self, value: Any) -> IsOver | None:
        """Return which channels are over with this event, None for none."""

    def read(self, value: Any) -> None:
        """Take note of an event that the upstream sent."""

    def shown(self, value: Any) -> None:
        """Take note of an event that the client is sent."""

    def is_end(self, event: Event) -> bool:
        """Return whether the upstream's stream ends with this event."""

    def closing(self, text: str) -> Iterator[bytes]:
        """Yield what adds `text` to what was shown and ends every choice of it."""

    def finished(self) -> Iterator[bytes]:
        """Yield what follows `closing`: what was computed, if that is wanted, and the end."""

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the end of a stream that breaks off, which tells the client of the error."""


def typed_frame(value: dict[str, Any]) -> bytes:
    """Return an event whose `event:` line repeats the type in its data."""
    return b"event: " + str(value["type"]).encode() + b"\ndata: " + dump(value) + b"\n\n"


def reframed(event: Event, value: Any) -> bytes:
    """Return `event` with other data; its other lines, such as its type, are kept."""
    lines = [line for line in event.raw.splitlines() if line and not line.startswith(b"data:")]
    return b"\n".join([*lines, b"data: " + dump(value)]) + b"\n\n"
