"""What the detector process and its clients say to each other: length-prefixed JSON frames.

The messages carry texts, identifiers and scores; the frames know nothing of what they mean.
"""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass
from typing import Any

from detectors.errors import DetectorError

LARGEST_FRAME = 64 * 1024 * 1024
# The score of a hit from which on the text counts as one about the target.
COUNTS_FROM = 0.5

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class State:
    """What the detector process holds.

    Attributes:
        sequence: up to where in the registry it was fed; 0 before it was fed at all.
        encoder: the name of its encoder.
        count: targets that it can find.
        pending: targets whose vectors are still to be computed.
        confirmed: up to where the registry's history is known by its hash.
        unconfirmed: hash of the event at `sequence`, as the vectors on disk say that it is; they
            are not searched before a worker has compared it with the registry's.
    """

    sequence: int
    encoder: str
    count: int
    pending: int
    confirmed: int = 0
    unconfirmed: str = ""


@dataclass(frozen=True, slots=True)
class SemanticHit:
    """A target that a text may be about.

    Attributes:
        target: its identifier.
        version: of the target, as it was compared.
        score: in (0, 1); the text counts from 0.5 on.
        role: what it was compared with: `topic`, or the role of a passage.
    """

    target: str
    version: int
    score: float
    role: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """For each text its hits, best first, and the state of the process that found them."""

    hits: tuple[tuple[SemanticHit, ...], ...]
    state: State


def to_frame(message: dict[str, Any]) -> bytes:
    """Return the bytes of one frame: a length of four bytes, big-endian, and JSON.

    Raises:
        DetectorError: the message is larger than a frame may be.
    """
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > LARGEST_FRAME:
        raise DetectorError(f"a message of {len(body)} bytes exceeds the frame limit")
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """Return the next message, or None where the other side has closed between frames.

    Raises:
        DetectorError: what arrives is not a frame.
        asyncio.IncompleteReadError: the other side closed within a frame.
    """
    header = await reader.read(1)
    if not header:
        return None
    (length,) = _LENGTH.unpack(header + await reader.readexactly(_LENGTH.size - 1))
    if length > LARGEST_FRAME:
        raise DetectorError(f"a frame of {length} bytes exceeds the limit")
    body = await reader.readexactly(length)
    try:
        message = json.loads(body)
    except ValueError:
        raise DetectorError("a frame does not hold JSON") from None
    if not isinstance(message, dict):
        raise DetectorError("a frame does not hold an object")
    return message
