"""Runs of words that an answer may not repeat, of texts that belong to one request only.

It keeps hashes of runs, as documents are kept, but of every run; it knows no targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from detectors.lexical.shingles import SHINGLE, shingles_of, words_of
from detectors.views import normalise


class Runs:
    """All runs of `SHINGLE` words of some texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._hashes = frozenset(_hashes(texts))

    def __len__(self) -> int:
        return len(self._hashes)

    def find(self, normalised: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of every run that the texts have too."""
        if not self._hashes or len(normalised) < 2 * SHINGLE - 1:
            return
        words = words_of(normalised)
        for place, shingle in enumerate(shingles_of(words.hashes).tolist()):
            if shingle in self._hashes:
                yield int(words.starts[place]), int(words.ends[place + SHINGLE - 1])


def _hashes(texts: Iterable[str]) -> Iterator[int]:
    for text in texts:
        shingles = shingles_of(words_of(normalise(text).text).hashes)
        yield from np.unique(shingles).tolist()
