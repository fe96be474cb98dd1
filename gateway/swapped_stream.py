"""A swapped answer as it streams: read before its names are put back, and given on with them.

The model was asked about a made-up name; a real one in its answer is a leak, and once the made-up
ones are turned into it nobody could tell. It knows the two steps; it does not know what follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.filtered_stream import FilteredStream
from gateway.output import OutputFilter
from gateway.unknown.swap import Swap, SwapStream


@dataclass(frozen=True, slots=True)
class Swapped:
    """A request that was asked with made-up names.

    Attributes:
        swap: how its answer is turned back.
        own_strings: what may not stand in the answer before that: the real names and secrets of
            the targets, which the model was not asked about.
    """

    swap: Swap
    own_strings: OutputFilter


class NamesPutBack:
    """The steps before the output filter."""

    def __init__(self, stream: FilteredStream, swap: SwapStream) -> None:
        """Prepare.

        Args:
            stream: filters the upstream's own events for the real names, and ends where one stands.
            swap: puts the names of the request in the place of the made-up ones.
        """
        self._stream = stream
        self._swap = swap

    async def feed(self, chunk: bytes) -> bytes:
        """Take bytes of the upstream; return events for the output filter."""
        return self._swap.feed(b"".join(await self._stream.feed(chunk)))

    async def finish(self) -> bytes:
        """Return what remains when the upstream's stream has ended."""
        rest = self._swap.feed(b"".join(await self._stream.finish()))
        return rest + self._swap.finish()

    def broken(self) -> bytes:
        """Return what remains of a stream that broke off; what was not judged is left out."""
        return self._swap.finish()
