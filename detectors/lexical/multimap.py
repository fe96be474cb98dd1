"""Numbers found by 64-bit keys: sorted columns behind a filter of bits, looked up many at once.

A million entries take 12 MB and the filter 2 to 4; a key that is not there costs one look at the
filter. It knows nothing of what the keys are hashes of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]
Numbers: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.int64]

# Bits of the filter for each key, of which it sets two: of the keys that are not there one in 64
# passes at most.
_BITS_FOR_A_KEY = 16
_ONE = np.uint8(1)
_NONE = np.empty(0, np.int64)


class Multimap:
    """An immutable mapping of keys to numbers, a key to one or several.

    Attributes:
        keys: (n,) sorted.
        values: (n,) the number of each key.
    """

    def __init__(self, keys: Keys, values: Numbers) -> None:
        """Take `keys` in ascending order; `Multimap.of` sorts."""
        self.keys = keys
        self.values = values
        size = 16
        while 1 << size < _BITS_FOR_A_KEY * len(keys):
            size += 1
        self._shift = np.uint64(64 - size)
        self._mask = np.uint64((1 << size) - 1)
        bits = np.zeros(1 << size, np.bool_)
        bits[keys >> self._shift] = True
        bits[keys & self._mask] = True
        self._filter = np.packbits(bits, bitorder="little")

    @classmethod
    def of(cls, keys: Keys, values: Numbers, *, most: int) -> Multimap:
        """Return the map without repeated pairs and without keys of more than `most` numbers."""
        order = np.lexsort((values, keys))
        keys, values = keys[order], values[order]
        if len(keys):
            is_new = np.ones(len(keys), np.bool_)
            is_new[1:] = (keys[1:] != keys[:-1]) | (values[1:] != values[:-1])
            keys, values = keys[is_new], values[is_new]
            firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
            lengths = np.diff(np.append(firsts, len(keys)))
            kept = np.repeat(lengths <= most, lengths)
            keys, values = keys[kept], values[kept]
        return cls(keys, values)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the map as arrays; the filter is made again from them."""
        return {"keys": self.keys, "values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Multimap:
        """Return the map that `to_arrays` was called on."""
        return cls(arrays["keys"], arrays["values"])

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, keys: Keys) -> tuple[Places, Numbers]:
        """Return (which of `keys`, its number) for each number of each of them."""
        which = np.flatnonzero(self._passes(keys >> self._shift))
        which = which[self._passes(keys[which] & self._mask)]
        if not len(which) or not len(self.keys):
            return _NONE, self.values[:0]
        wanted = keys[which]
        left = np.searchsorted(self.keys, wanted)
        same = self.keys[np.minimum(left, len(self.keys) - 1)] == wanted
        if not same.any():
            return _NONE, self.values[:0]
        which, left = which[same], left[same]
        counts = np.searchsorted(self.keys, wanted[same], "right") - left
        ends = np.cumsum(counts)
        places = np.arange(ends[-1]) + np.repeat(left - ends + counts, counts)
        return np.repeat(which, counts), self.values[places]

    def may_have(self, keys: Iterable[int]) -> bool:
        """Return whether the filter has one of a few keys."""
        shift, mask, bits = int(self._shift), int(self._mask), self._filter.data
        for key in keys:
            high = key >> shift
            if bits[high >> 3] >> (high & 7) & 1:
                low = key & mask
                if bits[low >> 3] >> (low & 7) & 1:
                    return True
        return False

    def _passes(self, bits: Keys) -> NDArray[np.bool_]:
        """Return whether the filter has these bits."""
        eight = self._filter[bits >> np.uint64(3)]
        passes: NDArray[np.bool_] = (eight >> (bits & np.uint64(7)).astype(np.uint8)) & _ONE != 0
        return passes
