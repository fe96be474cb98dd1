"""Hashes of strings, as they are and without each of their letters.

The hash of a stretch [s, e) of a row of letters is the polynomial sum of letter[k] * B^(k - s)
modulo 2^64, stirred. With the sums up to each letter and the inverse of B, which is odd, every
stretch costs a few operations (after Karp and Rabin, 1987), and so does every stretch without one
of its letters. Two strings with one hash are rare and must be told apart by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

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
_ALL_BITS = (1 << 64) - 1
_INVERSE_OF_BASE = pow(_BASE, -1, 1 << 64)
_INVERSE = np.uint64(_INVERSE_OF_BASE)
_STIR_BY = 0xD6E8FEB86659FD93
_STIR = np.uint64(_STIR_BY)
_HALF = np.uint64(32)


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


def keys_of_word(word: str) -> list[int]:
    """Return what `keys_of` returns of one string, at less cost for a short one."""
    total, sums, power = 0, [0], 1
    for letter in word:
        total = (total + ord(letter) * power) & _ALL_BITS
        sums.append(total)
        power = power * _BASE & _ALL_BITS
    parts = [total]
    parts += [
        (before + (total - after) * _INVERSE_OF_BASE) & _ALL_BITS
        for before, after in pairwise(sums)
    ]
    return [((part ^ part >> 32) * _STIR_BY) & _ALL_BITS for part in parts]


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
