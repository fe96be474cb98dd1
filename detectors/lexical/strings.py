"""Many strings in little memory: one long string and where each of them begins.

A list of a million names takes 70 MB, this some 20. It knows nothing of what the strings are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import overload


class Strings(Sequence[str]):
    """An immutable sequence of strings."""

    def __init__(self, strings: Iterable[str]) -> None:
        pieces = list(strings)
        self._text = "".join(pieces)
        self._starts = array("Q", accumulate(map(len, pieces), initial=0))

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
