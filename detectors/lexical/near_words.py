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
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.lexical.commonness import zipf
from detectors.lexical.letters import Letters, hashes_of, keys_of
from detectors.lexical.multimap import Keys, Multimap, Numbers, Places
from detectors.lexical.strings import Arrays, Strings, nested, within

# On the zipf scale: of a name with two errors one word at least must be less common than this.
ORDINARY_BESIDE = 4.0
# Two neighbouring words as common as this are not looked up at all.
VERY_COMMON = 5.0
# Two errors change the length of a word by so much at most.
MOST_LONGER = 2
_LETTERS_OF_ONE_WORD = 8
_ENDING = 3
_HALF = np.uint64(32)
_COLUMNS = ("hashes", "left", "right", "is_single")
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


class Commonness(IntEnum):
    """How common a word of a text is: whether it may be one with typing errors."""

    UNCOMMON = 0
    COMMON = 1
    VERY_COMMON = 2


@lru_cache(maxsize=1 << 16)
def commonness_of(word: str) -> int:
    """Return the `Commonness` of a word; a single letter is a common one."""
    frequency = zipf(word)
    if frequency < ORDINARY_BESIDE and len(word) > 1:
        return Commonness.UNCOMMON
    return Commonness.COMMON if frequency < VERY_COMMON else Commonness.VERY_COMMON


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
        self._set(
            Strings(words),
            Multimap.of(*keys_of(words), most=_MANY),
            hashes_of(words),
            np.array(left, np.int32),
            np.array(right, np.int32),
            np.fromiter((len(entry) == 1 for entry in entries), np.bool_, len(entries)),
        )

    def _set(
        self,
        spelt: Strings,
        words: Multimap,
        hashes: Keys,
        left: Numbers,
        right: Numbers,
        single: NDArray[np.bool_],
    ) -> None:
        self._spelt, self._words, self._hashes = spelt, words, hashes
        self._left, self._right, self._is_single = left, right, single
        self._first = np.fromiter((ord(word[0]) for word in spelt), np.int32, len(spelt))
        self._last = np.fromiter((ord(word[-1]) for word in spelt), np.int32, len(spelt))
        self._length = np.fromiter(map(len, spelt), np.int32, len(spelt))
        pairs = np.flatnonzero(~single).astype(np.int32)
        self._pairs = Multimap.of(_pair_keys(left[pairs], right[pairs]), pairs, most=_MANY)
        self._beside = _Beside(left[pairs], right[pairs], pairs, len(spelt))
        # Words repeat between texts. What they may be is kept, until there is too much of it.
        self._known: dict[str, _Reading] = {}
        alone = np.flatnonzero(single).tolist()
        names = [spelt[int(left[entry])] for entry in alone]
        self._heads = _grouped_by(slice(_ENDING), names, alone)
        self._tails = _grouped_by(slice(-_ENDING, None), names, alone)

    def to_arrays(self) -> Arrays:
        """Return the index as arrays; what is made quickly is made again from them."""
        columns = (self._hashes, self._left, self._right, self._is_single)
        return {
            **dict(zip(_COLUMNS, columns, strict=True)),
            **nested("spelt", self._spelt.to_arrays()),
            **nested("words", self._words.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> NearWords:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        words = Multimap.from_arrays(within("words", arrays))
        spelt = Strings.from_arrays(within("spelt", arrays))
        index._set(spelt, words, *(arrays[name] for name in _COLUMNS))
        return index

    def meet(
        self, letters: Letters, words: Sequence[str], uncommon: Sequence[int]
    ) -> Iterator[Met]:
        """Yield what the uncommon words of a text, given by their places, may be part of."""
        linked, last = letters.linked.tolist(), len(words) - 1
        places = {at + step for at in uncommon for step in (-1, 0, 1) if 0 <= at + step <= last}
        known = self._readings(letters, words, places)
        both: list[tuple[int, int, int]] = []
        beside: list[tuple[int, int, str]] = []
        for at in uncommon:
            word = words[at]
            near = known[word].near
            if at and linked[at - 1]:
                other = known[words[at - 1]]
                both += ((at - 1, one, another) for one in other.near for another in near)
                if other.exact >= 0:
                    beside.append((at - 1, self._beside.group_left_of(other.exact), word))
            if at < last and linked[at]:
                other = known[words[at + 1]]
                both += ((at, one, another) for one in near for another in other.near)
                if other.exact >= 0:
                    beside.append((at, self._beside.group_right_of(other.exact), word))
            if self._heads:
                yield from self._single(word, at)
        if both:
            yield from self._one_in_each(both)
        if beside:
            yield from self._two_in_one(beside)

    def _readings(
        self, letters: Letters, words: Sequence[str], places: Iterable[int]
    ) -> Mapping[str, _Reading]:
        """Return what the words at `places` may be, in part as it was found for earlier texts."""
        known = self._known
        new = {words[at]: at for at in places if words[at] not in known}
        if new:
            found = self._read(letters, list(new.values()))
            if len(known) > MOST_KNOWN:
                known = {words[at]: known[words[at]] for at in places if words[at] in known}
                self._known = known
            known.update(zip(new, found, strict=True))
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

    def _two_in_one(self, beside: Sequence[tuple[int, int, str]]) -> Iterator[Met]:
        """Yield the pairs of whose one word stands beside another that it may be with two errors.

        Each is (place of the pair, group of the pairs with that word, the other word).
        """
        which, entries, others = self._beside.of([group for _, group, _ in beside])
        lengths = np.array([len(word) for _, _, word in beside])
        near = np.flatnonzero(np.abs(self._length[others] - lengths[which]) <= MOST_LONGER)
        which, entries, others = which[near], entries[near], others[near]
        ends = [(word[0], word[-1], word[1], word[-2]) for _, _, word in beside]
        codes = np.array([list(map(ord, letters)) for letters in ends], np.int32)[which]
        first, last = self._first[others], self._last[others]
        alike = (first == codes[:, 0]) | (last == codes[:, 1])
        # The first or last two letters changed places.
        alike |= (first == codes[:, 2]) | (last == codes[:, 3])
        for at, entry in zip(which[alike].tolist(), entries[alike].tolist(), strict=True):
            yield Met(beside[at][0], 2, entry)

    def _single(self, word: str, at: int) -> Iterator[Met]:
        if len(word) < _LETTERS_OF_ONE_WORD - MOST_LONGER:
            return
        for entries in (self._heads.get(word[:_ENDING]), self._tails.get(word[-_ENDING:])):
            if entries is not None:
                near = np.abs(self._length[self._left[entries]] - len(word)) <= MOST_LONGER
                for entry in entries[near].tolist():
                    yield Met(at, 1, entry)


class _Beside:
    """Pairs grouped by their left word, then by their right word, with the other word of each."""

    def __init__(self, left: Numbers, right: Numbers, entries: Numbers, words: int) -> None:
        groups = np.concatenate([left, right + np.int32(words)])
        order = np.argsort(groups, kind="stable").astype(np.int32)
        self._words = words
        self._entries = np.concatenate([entries, entries])[order]
        self._others = np.concatenate([right, left])[order]
        bounds = np.searchsorted(groups[order], np.arange(2 * words + 1))
        self._starts = bounds.astype(np.int32)

    def group_left_of(self, word: int) -> int:
        """Return the group of the pairs that `word` is the left one of."""
        return word

    def group_right_of(self, word: int) -> int:
        """Return the group of the pairs that `word` is the right one of."""
        return word + self._words

    def of(self, groups: Sequence[int]) -> tuple[Places, Numbers, Numbers]:
        """Return (which of `groups`, entry, its other word) for each pair of each group."""
        wanted = np.array(groups)
        starts = self._starts[wanted]
        counts = self._starts[wanted + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(ends[-1]) + np.repeat(starts - ends + counts, counts)
        which = np.repeat(np.arange(len(groups)), counts)
        return which, self._entries[places], self._others[places]


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
