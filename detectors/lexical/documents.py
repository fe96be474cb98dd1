"""Which registered documents a text repeats, word by word.

A document is kept as the hashes of some runs of its words, never as its text. It knows normalised
texts and numbers; it knows nothing of names, meanings or what follows from a match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from detectors.lexical.multimap import Multimap
from detectors.lexical.shingles import (
    SHINGLE,
    Hashes,
    Words,
    kept,
    shingles_of,
    words_of,
)
from detectors.lexical.strings import Arrays
from detectors.views import normalise

# A run that more documents share is a quotation or boilerplate, and says little of any of them.
MOST_SHARING = 16
# The generated prompts, whose runs of words no document may claim.
ORDINARY_PROMPTS = 4000
ORDINARY_SEED = 0

Place = tuple[int, int, int]


class DocumentIndex:
    """An immutable index: finds every run of 12 words that a document has, none of fewer than 10.

    It takes 12 bytes for every second word.
    """

    def __init__(self, documents: Iterable[tuple[str, int]]) -> None:
        """Build the index of documents as written, each with a payload."""
        keys: list[Hashes] = []
        payloads: list[int] = []
        for document, payload in documents:
            some = _fingerprint(document)
            keys.append(some)
            payloads += [payload] * len(some)
        every = np.concatenate(keys) if keys else np.empty(0, np.uint64)
        self._map = Multimap.of(every, np.array(payloads, np.int32), most=MOST_SHARING)

    def to_arrays(self) -> Arrays:
        """Return the index as arrays, to be kept on disk."""
        return {"keys": self._map.keys, "values": self._map.values}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> DocumentIndex:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        index._map = Multimap(arrays["keys"], arrays["values"])
        return index

    def __len__(self) -> int:
        return len(self._map.keys)

    def __repr__(self) -> str:
        return f"DocumentIndex({len(self)} shingles)"

    def find(self, normalised: str) -> list[Place]:
        """Return (start, end, payload) of the runs that documents have too, in their order."""
        if not len(self) or len(normalised) < 2 * SHINGLE - 1:
            return []
        words = words_of(normalised)
        open_runs: dict[int, tuple[int, int]] = {}
        found: list[Place] = []
        for place, payload in self._hits(shingles_of(words.hashes)):
            first, past = open_runs.get(payload, (place, place))
            if place > past:
                found.append(_characters(words, first, past, payload))
                first = place
            open_runs[payload] = first, place + SHINGLE
        found += (_characters(words, *run, payload) for payload, run in open_runs.items())
        return sorted(found)

    def _hits(self, shingles: Hashes) -> Iterator[tuple[int, int]]:
        """Yield (position of a shingle, payload of a document that kept it), by position.

        Every shingle of the text is looked up, not only those that winnowing would keep of it.
        """
        keys = self._map.keys
        first = np.searchsorted(keys, shingles, "left")
        past = np.searchsorted(keys, shingles, "right")
        for place in np.flatnonzero(past > first).tolist():
            for row in range(first[place], past[place]):
                yield place, int(self._map.values[row])


def _characters(words: Words, first: int, past: int, payload: int) -> Place:
    return int(words.starts[first]), int(words.ends[past - 1]), payload


def _fingerprint(document: str) -> Hashes:
    shingles = shingles_of(words_of(normalise(document).text).hashes)
    some = np.unique(shingles[kept(shingles)])
    return some[~np.isin(some, _ordinary_shingles())]


@lru_cache(maxsize=1)
def _ordinary_shingles() -> Hashes:
    # Here, since only what registers documents needs the corpus.
    from detectors.calibration.benign import benign_prompts

    prompts = benign_prompts(ORDINARY_PROMPTS, ORDINARY_SEED)
    every = [shingles_of(words_of(normalise(prompt.text).text).hashes) for prompt in prompts]
    return np.unique(np.concatenate(every))
