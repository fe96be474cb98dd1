"""Runs of words as hashes, of which few stand for many (winnowing).

Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD
2003: of every `WINDOW` shingles in a row the one with the smallest hash is kept. So any run of
`SHINGLE + WINDOW - 1` words that two texts share has a shingle that both keep. It knows words; it
knows nothing of documents or targets.
"""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint64]
Positions: TypeAlias = NDArray[np.int64]

SHINGLE = 10
WINDOW = 3
GUARANTEED = SHINGLE + WINDOW - 1
"""Any run of so many words is found: 12."""

# Letters and digits of a normalised text. Beside scripts that put no spaces between words, every
# character is a word.
WORD = re.compile(r"[぀-ヿ㐀-鿿가-힣฀-๿]|[^\W_぀-ヿ㐀-鿿가-힣฀-๿]+")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)


class Words(NamedTuple):
    """The words of a normalised text: a hash of each, and where it stands.

    Attributes:
        hashes: shape (n,).
        starts: first character of each, shape (n,).
        ends: one past its last, shape (n,).
    """

    hashes: Hashes
    starts: Positions
    ends: Positions


def words_of(normalised: str) -> Words:
    """Return the words of a normalised text; punctuation is none."""
    found = [match.span() for match in WORD.finditer(normalised)]
    hashes = [_hash(normalised[start:end]) for start, end in found]
    spans = np.array(found, np.int64).reshape(-1, 2)
    return Words(np.array(hashes, np.uint64), spans[:, 0], spans[:, 1])


def shingles_of(hashes: Hashes) -> Hashes:
    """Return the hash of each run of `SHINGLE` words, by its first word, shape (n - 9,)."""
    count = len(hashes) - SHINGLE + 1
    if count < 1:
        return np.empty(0, np.uint64)
    total = np.zeros(count, np.uint64)
    for place in range(SHINGLE):
        total = (total ^ hashes[place : place + count]) * _FACTOR
        total ^= total >> _HALF
    return (total * _MIX) ^ (total >> _HALF)


def kept(shingles: Hashes) -> Positions:
    """Return the positions of the shingles that stand for all, ascending.

    Of a text with fewer than `WINDOW` shingles the smallest one is kept.
    """
    if not len(shingles):
        return np.empty(0, np.int64)
    width = min(WINDOW, len(shingles))
    windows = np.lib.stride_tricks.sliding_window_view(shingles, width)
    # The last of equal ones, as in the paper: less is kept where words repeat.
    smallest = width - 1 - np.argmin(windows[:, ::-1], axis=1)
    return np.unique(smallest + np.arange(len(windows)))


def _hash(word: str) -> int:
    data = word.encode("utf-8", "surrogatepass")
    return zlib.crc32(data) << 32 | zlib.adler32(data)
