"""Pairs of words with two typing errors between them: one in each word, or both in one of them.

It knows pairs of words and meets texts with them; what is met must still be compared in full.

Two errors leave a word that is hardly ever an ordinary one, so only the uncommon words of a text
are looked at. With one error in each word both are found through the letters that they lose. With
both errors in one word the other stands as registered: of the pairs that have it there, those are
met whose other word begins or ends alike and is nearly as long. A name of one word is met by its
first or its last three letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from detectors.lexical.commonness import zipf
from detectors.lexical.letters import Letters, hashes_of, keys_of
from detectors.lexical.multimap import Keys, Multimap, Numbers

# On the zipf scale: of a name with two errors one word at least must be less common than this.
ORDINARY_BESIDE = 4.0
# Two errors change the length of a word by so much at most.
MOST_LONGER = 2
_LETTERS_OF_ONE_WORD = 8
_ENDING = 3
_HALF = np.uint64(32)
_MANY = 1 << 30
# Words of earlier texts that are kept with what they may be, some 200 bytes each.
MOST_KNOWN = 1 << 15


class Met(NamedTuple):
    """An entry that words `word` to `word + taken` of a text may stand for."""

    word: int
    taken: int
    entry: int


class _Reading(NamedTuple):
    """Which registered words a word may be with one error or none, and which one it is or -1."""

    near: tuple[int, ...]
    exact: int


@lru_cache(maxsize=1 << 15)
def is_uncommon(word: str) -> bool:
    """Return whether a word of a text is seldom enough to be one with typing errors."""
    return zipf(word) < ORDINARY_BESIDE


class NearWords:
    """An immutable index of pairs of neighbouring words, and of single words."""

    def __init__(self, entries: Sequence[Sequence[str]]) -> None:
        """Take the one or two words of each entry."""
        numbers: dict[str, int] = {}
        left = [numbers.setdefault(entry[0], len(numbers)) for entry in entries]
        right = [numbers.setdefault(entry[-1], len(numbers)) for entry in entries]
        words = list(numbers)
        self._words = Multimap.of(*keys_of(words), most=_MANY)
        self._hashes = hashes_of(words)
        self._first = np.fromiter((ord(word[0]) for word in words), np.int32, len(words))
        self._last = np.fromiter((ord(word[-1]) for word in words), np.int32, len(words))
        self._length = np.fromiter(map(len, words), np.int32, len(words))
        single = np.fromiter((len(entry) == 1 for entry in entries), np.bool_, len(entries))
        self._left = np.array(left, np.int32)
        self._right = np.array(right, np.int32)
        pairs = np.flatnonzero(~single).astype(np.int32)
        self._pairs = Multimap.of(
            _pair_keys(self._left[pairs], self._right[pairs]), pairs, most=_MANY
        )
        self._by_left = _Grouped(self._left[pairs], pairs, len(words))
        self._by_right = _Grouped(self._right[pairs], pairs, len(words))
        # Words repeat between texts. What they may be is kept, until there is too much of it.
        self._known: dict[str, _Reading] = {}
        alone = [entry for entry in range(len(entries)) if single[entry]]
        spelt = [entries[entry][0] for entry in alone]
        self._heads = _grouped_by(slice(_ENDING), spelt, alone)
        self._tails = _grouped_by(slice(-_ENDING, None), spelt, alone)

    def meet(self, letters: Letters, words: Sequence[str]) -> Iterator[Met]:
        """Yield what the uncommon words of a text may be part of, with two errors."""
        uncommon = [at for at, word in enumerate(words) if len(word) > 1 and is_uncommon(word)]
        if not uncommon:
            return
        linked = letters.linked.tolist()
        pairs = {at for right in uncommon for at in (right - 1, right) if 0 <= at < len(linked)}
        pairs = {at for at in pairs if linked[at]}
        readings = self._readings(letters, words, {at + step for at in pairs for step in (0, 1)})
        both: list[tuple[int, int, int]] = []
        for at in pairs:
            left, right = readings[words[at]], readings[words[at + 1]]
            both += ((at, one, other) for one in left.near for other in right.near)
            if right.exact >= 0 and is_uncommon(words[at]):
                for entry in self._beside(words[at], self._by_right, self._left, right.exact):
                    yield Met(at, 2, entry)
            if left.exact >= 0 and is_uncommon(words[at + 1]):
                for entry in self._beside(words[at + 1], self._by_left, self._right, left.exact):
                    yield Met(at, 2, entry)
        if both:
            yield from self._one_in_each(both)
        if self._heads:
            for at in uncommon:
                yield from self._single(words[at], at)

    def _readings(
        self, letters: Letters, words: Sequence[str], places: Iterable[int]
    ) -> Mapping[str, _Reading]:
        """Return what the words at `places` may be, in part as it was found for earlier texts."""
        known: dict[str, _Reading] = {}
        new: dict[str, int] = {}
        for at in places:
            word = words[at]
            reading = self._known.get(word)
            if reading is None:
                new[word] = at
            else:
                known[word] = reading
        if new:
            found = self._read(letters, list(new.values()))
            known.update(zip(new, found, strict=True))
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known.update(zip(new, found, strict=True))
        return known

    def _read(self, letters: Letters, places: Sequence[int]) -> list[_Reading]:
        involved = np.array(places)
        starts, ends = letters.bounds[involved], letters.bounds[involved + 1]
        hashes, which = letters.hashes(starts, ends)
        found, numbers = self._words.find(hashes)
        of_place = which[found]
        same = self._hashes[numbers] == hashes[of_place]
        near: list[set[int]] = [set() for _ in places]
        exact = [-1] * len(places)
        for place, number, is_same in zip(
            of_place.tolist(), numbers.tolist(), same.tolist(), strict=True
        ):
            near[place].add(number)
            if is_same:
                exact[place] = number
        return [_Reading(tuple(some), one) for some, one in zip(near, exact, strict=True)]

    def _one_in_each(self, both: Sequence[tuple[int, int, int]]) -> Iterator[Met]:
        """Yield the pairs that stand at (place, left word, right word)."""
        places, left, right = np.array(both, np.int32).T
        found, entries = self._pairs.find(_pair_keys(left, right))
        for at, entry in zip(places[found].tolist(), entries.tolist(), strict=True):
            yield Met(at, 2, entry)

    def _beside(self, word: str, grouped: _Grouped, others: Numbers, anchor: int) -> list[int]:
        """Return the entries with `anchor` whose other word could be `word` with two errors."""
        entries = grouped.of(anchor)
        other = others[entries]
        near = np.abs(self._length[other] - len(word)) <= MOST_LONGER
        if not near.any():
            return []
        first, last = self._first[other], self._last[other]
        alike = (first == ord(word[0])) | (last == ord(word[-1]))
        # The first or last two letters changed places.
        alike |= (first == ord(word[1])) | (last == ord(word[-2]))
        kept: list[int] = entries[alike & near].tolist()
        return kept

    def _single(self, word: str, at: int) -> Iterator[Met]:
        if len(word) < _LETTERS_OF_ONE_WORD - MOST_LONGER:
            return
        for entries in (self._heads.get(word[:_ENDING]), self._tails.get(word[-_ENDING:])):
            if entries is not None:
                near = np.abs(self._length[self._left[entries]] - len(word)) <= MOST_LONGER
                for entry in entries[near].tolist():
                    yield Met(at, 1, entry)


class _Grouped:
    """Numbers grouped by the word that they have in common."""

    def __init__(self, words: Numbers, numbers: Numbers, count: int) -> None:
        order = np.argsort(words, kind="stable")
        self._numbers = numbers[order]
        self._starts = np.searchsorted(words[order], np.arange(count + 1)).astype(np.int32)

    def of(self, word: int) -> Numbers:
        return self._numbers[self._starts[word] : self._starts[word + 1]]


def _pair_keys(left: Numbers, right: Numbers) -> Keys:
    """Return a key for each pair; its high bits, which the filter looks at, depend on both."""
    packed = left.astype(np.uint64) << _HALF | right.astype(np.uint64)
    return (packed ^ packed >> np.uint64(31)) * np.uint64(0x9E3779B97F4A7C15)


def _grouped_by(ending: slice, words: Sequence[str], singles: Sequence[int]) -> dict[str, Numbers]:
    """Return the entries of long single words by their first or last letters."""
    groups: dict[str, list[int]] = {}
    for entry, word in zip(singles, words, strict=True):
        if len(word) >= _LETTERS_OF_ONE_WORD:
            groups.setdefault(word[ending], []).append(entry)
    return {letters: np.array(entries, np.int32) for letters, entries in groups.items()}
