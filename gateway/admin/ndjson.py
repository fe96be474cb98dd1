"""Lines out of a stream of bytes, each of a bounded length.

It knows line feeds and numbers of lines; it does not know what a line holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

MAX_LINE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `content` is None where it was too long to be kept."""

    number: int
    content: bytes | None


async def lines_as_they_come(
    stream: AsyncIterator[bytes], *, limit: int = MAX_LINE_BYTES
) -> AsyncIterator[list[Line]]:
    """Yield the lines that each chunk completes, without the blank ones.

    Blank lines are counted, so that the numbers are those of the file. What follows the last
    line feed is a line too.
    """
    splitter = _Splitter(limit)
    async for chunk in stream:
        yield splitter.feed(chunk)
    yield splitter.feed(b"\n")


class _Splitter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = bytearray()
        self._is_too_long = False
        self._number = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Return the lines that the chunk completes."""
        *ended, rest = chunk.split(b"\n")
        lines = []
        for part in ended:
            self._add(part)
            lines.append(self._take())
        self._add(rest)
        return [line for line in lines if line.content is None or line.content.strip()]

    def _add(self, part: bytes) -> None:
        if self._is_too_long or len(self._rest) + len(part) > self._limit:
            self._is_too_long = True
            self._rest.clear()
        else:
            self._rest += part

    def _take(self) -> Line:
        self._number += 1
        line = Line(self._number, None if self._is_too_long else bytes(self._rest))
        self._rest.clear()
        self._is_too_long = False
        return line
