"""Whether a string may be one of many: bits by the hash that Python keeps with a string.

Of the strings that are none of them, one in a hundred or two passes. It knows nothing of what the
strings are; hashes differ from process to process, so it is made anew in each.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

# Bits for each string, of which it sets two.
_BITS_FOR_ONE = 16
_SMALLEST = 10
_HALF = 32


class Sieve:
    """An immutable set of strings that errs to one side only."""

    def __init__(self, strings: Collection[str]) -> None:
        size = max(_SMALLEST, (_BITS_FOR_ONE * len(strings)).bit_length())
        self._mask = (1 << size) - 1
        hashes = np.fromiter(map(hash, strings), np.int64, len(strings))
        bits = np.zeros(1 << size, np.bool_)
        bits[hashes & self._mask] = True
        bits[hashes >> _HALF & self._mask] = True
        self._bits = np.packbits(bits, bitorder="little").tobytes()

    def __contains__(self, string: str) -> bool:
        hashed = hash(string)
        low, high = hashed & self._mask, hashed >> _HALF & self._mask
        bits = self._bits
        return bool(bits[low >> 3] >> (low & 7) & 1 and bits[high >> 3] >> (high & 7) & 1)
