"""The letters of a text without what stands between its words, and hashes of their stretches.

The hash of a stretch [s, e) is the polynomial sum of letter[k] * B^(k - s) modulo 2^64, stirred.
With the sums up to each letter and the inverse of B, which is odd, every stretch costs a few
operations (after Karp and Rabin, 1987), and so does every stretch without one of its letters. Two
strings with one hash are rare and must be told apart by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detectors.lexical.multimap import Keys, Numbers, Places

# Longer runs are no words; they are passed over.
LONGEST_WORD = 64
# So many letters are hashed at once.
MOST_LETTERS = 1 << 17
# Words and pairs of at most `2 * LONGEST_WORD` letters, hashed together.
STRINGS_AT_ONCE = MOST_LETTERS // (2 * LONGEST_WORD)

_BASE = 0x9E3779B97F4A7C15
_INVERSE = np.uint64(pow(_BASE, -1, 1 << 64))
_STIR = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
# What may stand between two words of one name as it is typed; a comma or a bracket may not.
_LINKS = (" ", "-", "_", "'", ".", ". ", " -", "- ", " '", "' ")


@dataclass(frozen=True, slots=True)
class Letters:
    """The words of a text, as one row of letters.

    Attributes:
        bounds: (words + 1,) where each word begins in the row of letters, and where the last ends.
        starts: (words,) where each word begins in the text.
        ends: (words,) where it ends.
        linked: (words - 1,) whether a word could belong to one name with the next.
        sums: (letters + 1,) the polynomial sums up to each letter.
    """

    bounds: Places
    starts: Places
    ends: Places
    linked: NDArray[np.bool_]
    sums: Keys

    @classmethod
    def of(cls, text: str) -> Letters:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        is_letter = _letter_table()[np.minimum(codes, 0xFFFF)]
        framed = np.zeros(len(codes) + 2, np.bool_)
        framed[1:-1] = is_letter
        edges = np.flatnonzero(framed[1:] != framed[:-1])
        starts, ends = edges[::2], edges[1::2]
        lengths = ends - starts
        if len(lengths) and lengths.max() > LONGEST_WORD:
            for start, end in zip(starts, ends, strict=True):
                if end - start > LONGEST_WORD:
                    is_letter[start:end] = False
            kept = lengths <= LONGEST_WORD
            starts, ends, lengths = starts[kept], ends[kept], lengths[kept]
        bounds = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=bounds[1:])
        return cls(bounds, starts, ends, _linked(codes, starts, ends), sums_of(codes[is_letter]))

    def __len__(self) -> int:
        return len(self.starts)

    def hashes(self, starts: Places, ends: Places) -> tuple[Keys, Places]:
        """Return the hashes of stretches as they are, then without each letter; and of which."""
        reduced, which = without_one(self.sums, starts, ends)
        keys = np.concatenate([whole(self.sums, starts, ends), reduced])
        return keys, np.concatenate([np.arange(len(starts)), which])


def hashes_of(strings: Sequence[str]) -> Keys:
    """Return the hash of each string."""
    pieces = [whole(sums, starts, ends) for _, sums, starts, ends in _batches(strings)]
    return np.concatenate(pieces) if pieces else np.empty(0, np.uint64)


def keys_of(strings: Sequence[str]) -> tuple[Keys, Numbers]:
    """Return the hashes of strings as they are and without each letter, and of which each is."""
    keys: list[Keys] = [np.empty(0, np.uint64)]
    numbers: list[Numbers] = [np.empty(0, np.int32)]
    for first, sums, starts, ends in _batches(strings):
        reduced, which = without_one(sums, starts, ends)
        keys += whole(sums, starts, ends), reduced
        numbers += np.arange(first, first + len(starts), dtype=np.int32), which + np.int32(first)
    return np.concatenate(keys), np.concatenate(numbers).astype(np.int32, copy=False)


def _batches(strings: Sequence[str]) -> Iterator[tuple[int, Keys, Places, Places]]:
    """Yield (number of the first, sums, starts, ends) of as many strings as are hashed at once."""
    for first in range(0, len(strings), STRINGS_AT_ONCE):
        some = strings[first : first + STRINGS_AT_ONCE]
        codes = np.frombuffer("".join(some).encode("utf-32-le", "surrogatepass"), np.uint32)
        bounds = np.zeros(len(some) + 1, np.int64)
        np.cumsum([len(string) for string in some], out=bounds[1:])
        yield first, sums_of(codes), bounds[:-1], bounds[1:]


def sums_of(codes: NDArray[np.uint32]) -> Keys:
    """Return the polynomial sums up to each of at most `MOST_LETTERS` letters, 0 first."""
    sums = np.empty(len(codes) + 1, np.uint64)
    sums[0] = 0
    np.cumsum(codes * _powers()[0][: len(codes)], out=sums[1:])
    return sums


def whole(sums: Keys, starts: Places, ends: Places) -> Keys:
    """Return the hashes of the stretches [start, end)."""
    return _stirred((sums[ends] - sums[starts]) * _powers()[1][starts])


def without_one(sums: Keys, starts: Places, ends: Places) -> tuple[Keys, Places]:
    """Return the hashes of each stretch without one letter, and of which stretch each is."""
    lengths = ends - starts
    which = np.repeat(np.arange(len(starts)), lengths)
    offsets = np.cumsum(lengths) - lengths
    left_out = np.arange(len(which)) + np.repeat(starts - offsets, lengths)
    steps = sums[:-1] - sums[1:] * _INVERSE
    after = np.repeat(sums[ends] * _INVERSE - sums[starts], lengths)
    return _stirred((steps[left_out] + after) * np.repeat(_powers()[1][starts], lengths)), which


def _stirred(sums: Keys) -> Keys:
    return (sums ^ (sums >> _HALF)) * _STIR


@lru_cache(maxsize=1)
def _powers() -> tuple[Keys, Keys]:
    """Return the powers of the base and those of its inverse."""
    powers = np.full(MOST_LETTERS, _BASE, np.uint64)
    inverses = np.full(MOST_LETTERS + 1, _INVERSE, np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)


@lru_cache(maxsize=1)
def _letter_table() -> NDArray[np.bool_]:
    """Return for each character of the basic plane whether it is a letter or a digit."""
    table = np.fromiter((chr(code).isalnum() for code in range(0x10000)), np.bool_, 0x10000)
    table[0xFFFF] = False
    return table


def _linked(codes: NDArray[np.uint32], starts: Places, ends: Places) -> NDArray[np.bool_]:
    """Return whether one or two signs that may link the words of a name stand between two words."""
    single, double = _links()
    after = ends[:-1]
    gaps = starts[1:] - after
    first = np.minimum(codes[after], 0x7F)
    linked: NDArray[np.bool_] = single[first] & (gaps == 1)
    two = np.flatnonzero(gaps == 2)
    if len(two):
        second = np.minimum(codes[after[two] + 1], 0x7F)
        linked[two] = double[first[two], second]
    return linked


@lru_cache(maxsize=1)
def _links() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    single, double = np.zeros(128, np.bool_), np.zeros((128, 128), np.bool_)
    for link in _LINKS:
        if len(link) == 1:
            single[ord(link)] = True
        else:
            double[ord(link[0]), ord(link[1])] = True
    return single, double
