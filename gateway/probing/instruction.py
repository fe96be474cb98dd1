"""What a probe asks of an upstream that leaks on demand, in a header of the request.

Any other server ignores it: what counts is what comes back. It knows the header; it does not know
the channels.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAK_HEADER = "x-leak"
"""Tells the upstream what to say, and where."""
SAID_HEADER = "x-leak-said"
"""On its answer: `1` where the upstream said it."""
SAW_HEADER = "x-leak-saw"
"""On its answer: `1` where the request that reached it held a string of the target, else `0`."""

CONTENT = "content"
ECHO = "echo"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One leak.

    Attributes:
        channel: where; `echo` says back in the content whatever was asked.
        hiding: how the string is disguised.
        sort: which string: `name`, `secret` or `passage`.
        pieces: into how many pieces a stream cuts it, at least.
        seed: of where it is cut.
    """

    channel: str = CONTENT
    hiding: str = "plain"
    sort: str = "name"
    pieces: int = 1
    seed: int = 0

    def header(self) -> str:
        """Return the header's value."""
        return (
            f"channel={self.channel};hiding={self.hiding};what={self.sort};"
            f"split={self.pieces};seed={self.seed}"
        )

    @classmethod
    def read(cls, value: str) -> Instruction:
        """Return what a header asks for.

        Raises:
            ValueError: the value is no instruction.
        """
        fields = dict(field.split("=", 1) for field in value.split(";") if field)
        return cls(
            channel=fields.get("channel", CONTENT),
            hiding=fields.get("hiding", "plain"),
            sort=fields.get("what", "name"),
            pieces=int(fields.get("split", "1")),
            seed=int(fields.get("seed", "0")),
        )
