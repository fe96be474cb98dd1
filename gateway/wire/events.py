"""Server-sent events cut out of a byte stream, whole and unchanged.

It knows the framing of the HTML standard (section 9.2, server-sent events); it does not know
what an event says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DONE = b"[DONE]"
# `data: ` and a blank line around the data.
_PLAIN_FRAME = 8
_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `raw` is every byte of it, its blank line included; `data` is its payload."""

    raw: bytes
    data: bytes


class EventSplitter:
    """Cut a stream of bytes into events, whatever the sizes in which it arrives."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that `chunk` completes."""
        pending = self._pending + chunk
        events = []
        start = 0
        for blank in _BLANK_LINE.finditer(pending):
            if blank.end() == len(pending) and pending.endswith(b"\r"):
                break  # A line feed may follow that belongs to this event.
            events.append(_event(pending[start : blank.end()]))
            start = blank.end()
        self._pending = pending[start:]
        return events

    def finish(self) -> list[Event]:
        """Return what is left when the stream ends, as a last event without a blank line."""
        rest, self._pending = self._pending, b""
        return [_event(rest)] if rest else []


def frame(data: bytes) -> bytes:
    """Return `data` as one event."""
    return b"data: " + data + b"\n\n"


def lines_beside(event: Event) -> list[tuple[str, str]]:
    """Return the lines of an event that are not its data, as fields (none: comment) and values.

    The name of an event that its data has as its `type` is left out, since it is read there.
    """
    if event.raw.startswith(b"data: ") and len(event.raw) == len(event.data) + _PLAIN_FRAME:
        return []
    found = []
    for line in event.raw.splitlines():
        field, _, value = line.partition(b":")
        is_type = field == b"event" and b'"type":' in event.data and _is_type(event.data, value)
        if line and field != b"data" and not is_type:
            said = value.removeprefix(b" ").decode("utf-8", "replace")
            found.append((field.decode("utf-8", "replace"), said))
    return found


def _is_type(data: bytes, name: bytes) -> bool:
    quoted = b'"' + name.strip() + b'"'
    return b'"type":' + quoted in data or b'"type": ' + quoted in data


def _event(raw: bytes) -> Event:
    if raw.startswith(b"data: ") and raw.endswith(b"\n\n") and b"\n" not in raw[:-2]:
        return Event(raw, raw[6:-2])
    lines = (line for line in raw.splitlines() if line.startswith(b"data:"))
    return Event(raw, b"\n".join(line[5:].removeprefix(b" ") for line in lines))
