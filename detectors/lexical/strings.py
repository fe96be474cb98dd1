"""Many strings in little memory: one long string and where each of them begins.

A list of a million names takes 70 MB, this some 20. It knows nothing of what the strings are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

# The columns of an index by name, to be saved and read again.
Arrays: TypeAlias = Mapping[str, NDArray[Any]]


def nested(name: str, arrays: Arrays) -> Arrays:
    """Return the arrays of a part of an index, under its name."""
    return {f"{name}.{key}": array for key, array in arrays.items()}


def within(name: str, arrays: Arrays) -> Arrays:
    """Return what `nested` put under a name."""
    start = f"{name}."
    return {key[len(start) :]: each for key, each in arrays.items() if key.startswith(start)}


_IS_SIGN = np.array([not (chr(code).isascii() and chr(code).isalnum()) for code in range(256)])


class Strings(Sequence[str]):
    """An immutable sequence of strings, of 2^32 characters together at most."""

    def __init__(self, strings: Iterable[str]) -> None:
        pieces = list(strings)
        self._text = "".join(pieces)
        self._starts = array("I", accumulate(map(len, pieces), initial=0))

    def to_arrays(self) -> Arrays:
        """Return the strings as bytes and where each begins, in characters."""
        data = np.frombuffer(self._text.encode("utf-8", "surrogatepass"), np.uint8)
        return {"text": data, "starts": np.array(self._starts)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Strings:
        """Return the strings that `to_arrays` was called on."""
        strings = cls(())
        strings._text = arrays["text"].tobytes().decode("utf-8", "surrogatepass")
        strings._starts = array("I", arrays["starts"].astype(np.uint32).tobytes())
        return strings

    @property
    def longest(self) -> int:
        """The length of the longest string, in characters."""
        starts = np.frombuffer(self._starts, np.uint32)
        return int(np.diff(starts).max(initial=0))

    def initials(self, length: int = 1) -> set[str]:
        """Return what the strings begin with: their first `length` characters."""
        text = self._text
        return {text[start : min(start + length, end)] for start, end in pairwise(self._starts)}

    def gaps(self) -> set[str]:
        """Return the runs of signs and blanks within the strings, all of ASCII, each once."""
        data = np.frombuffer(self._text.encode("ascii"), np.uint8)
        is_sign = np.ones(len(data) + 2, np.bool_)
        is_sign[1:-1] = _IS_SIGN[data]
        starts = np.flatnonzero(is_sign[1:] & ~is_sign[:-1])
        ends = np.flatnonzero(~is_sign[1:] & is_sign[:-1])
        ends = ends[1:] if len(starts) and len(ends) and ends[0] <= starts[0] else ends
        count = min(len(starts), len(ends))
        starts, lengths = starts[:count], ends[:count] - starts[:count]
        short = data[starts[lengths == 1]] if count else data[:0]
        found = {chr(code) for code in np.unique(short).tolist()}
        for place in np.flatnonzero(lengths > 1).tolist():
            start = int(starts[place])
            found.add(self._text[start : start + int(lengths[place])])
        return found

    def encoded(self) -> list[bytes]:
        """Return the strings as bytes of ASCII, which all of them must be."""
        data = self._text.encode("ascii")
        return [data[start:end] for start, end in pairwise(self._starts)]

    def __iter__(self) -> Iterator[str]:
        text = self._text
        return (text[start:end] for start, end in pairwise(self._starts))

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._text[self._starts[index] : self._starts[index + 1]]
