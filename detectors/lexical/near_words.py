"""Pairs of words with typing errors in them: which may be meant by the words of a text.

It knows pairs of words and meets texts with them; what is met must still be compared in full.

What a word of a text may be, with one error or none, is found through the letters that it loses
(after Mor and Fraenkel's deletion neighbourhoods, 1982), and kept for later texts. A pair with one
error has the other word as registered. Two errors leave a word that is hardly ever an ordinary
one, so only the uncommon words of a text are looked at for these. With one error in each word both
are found as above, and so is a blank that changed places with a letter, once that is undone. With
both errors in one word the other stands as registered: of the pairs that have it there, those are
met whose other word begins or ends alike and is nearly as long. A name of one word is met by its
first or its last three letters, and a pair that is written as one by all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.lexical.commonness import zipf
from detectors.lexical.letters import (
    STRINGS_AT_ONCE,
    hashes_of,
    keys_of,
    keys_of_word,
)
from detectors.lexical.multimap import Keys, Multimap, Numbers
from detectors.lexical.pairs import PairsByWord, pair_keys
from detectors.lexical.sieve import Sieve
from detectors.lexical.strings import Arrays, Strings, nested, within

# On the zipf scale: of a name with two errors one word at least must be less common than this.
ORDINARY_BESIDE = 4.0
# Two neighbouring words as common as this are not looked up at all.
VERY_COMMON = 5.0
# Two errors change the length of a word by so much at most.
MOST_LONGER = 2
_LETTERS_OF_ONE_WORD = 8
_ENDING = 3
_COLUMNS = ("hashes", "left", "right", "is_single")
_MANY = 1 << 30
# Shorter words of a text are not all of an entry.
SHORTEST = 5
# A pair of words that more names share tells them apart too little ("van der").
MOST_OF_A_PAIR = 64
# So many new words are read one by one, since numpy takes as long for one word as for many.
FEW = 6
# Words of earlier texts that are kept with what they may be, some 200 bytes each.
MOST_KNOWN = 1 << 16


class Met(NamedTuple):
    """An entry that words `word` to `word + taken` of a text may stand for."""

    word: int
    taken: int
    entry: int


class Commonness(IntEnum):
    """How common a word of a text is: whether it may be one with typing errors."""

    UNCOMMON = 0
    COMMON = 1
    VERY_COMMON = 2


class _Reading(NamedTuple):
    """What a word of a text may be.

    Attributes:
        near: the registered words that it may be with one error or none.
        exact: the one that it is, or -1.
        alone: the entries that it may be all of.
        common: how common it is.
    """

    near: tuple[int, ...]
    exact: int
    alone: tuple[int, ...]
    common: Commonness


# The first word of a text, how many words, and the numbers of the left and right word they may be.
_Pair = tuple[int, int, int, int]
# The first word of a text, how many words, the group of the pairs with the word that is known, and
# the word in the place of the other one.
_Known = tuple[int, int, int, str]
# The first word of a text, how many words, and which two words they would be.
_Split = tuple[int, int, str, str]

_UNCOMMON = Commonness.UNCOMMON
# Most words are these.
_DULL = _Reading((), -1, (), Commonness.COMMON)


def commonness_of(word: str) -> Commonness:
    """Return how common a word is; a single letter is a common one."""
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
            Multimap.of(*keys_of(list(map("".join, entries))), most=MOST_OF_A_PAIR),
            Strings(words),
            Multimap.of(*keys_of(words), most=_MANY),
            hashes_of(words),
            np.array(left, np.int32),
            np.array(right, np.int32),
            np.fromiter((len(entry) == 1 for entry in entries), np.bool_, len(entries)),
        )

    def _set(
        self,
        together: Multimap,
        spelt: Strings,
        words: Multimap,
        hashes: Keys,
        left: Numbers,
        right: Numbers,
        single: NDArray[np.bool_],
    ) -> None:
        self._together, self._spelt, self._words, self._hashes = together, spelt, words, hashes
        self._left, self._right, self._is_single = left, right, single
        self._first = np.fromiter((ord(word[0]) for word in spelt), np.int32, len(spelt))
        self._last = np.fromiter((ord(word[-1]) for word in spelt), np.int32, len(spelt))
        self._length = np.fromiter(map(len, spelt), np.int32, len(spelt))
        pairs = np.flatnonzero(~single).astype(np.int32)
        self._pairs = Multimap.of(pair_keys(left[pairs], right[pairs]), pairs, most=_MANY)
        self._beside = PairsByWord(left[pairs], right[pairs], pairs, len(spelt))
        self._registered = Sieve(spelt)
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
            **nested("together", self._together.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> NearWords:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        words = Multimap.from_arrays(within("words", arrays))
        spelt = Strings.from_arrays(within("spelt", arrays))
        together = Multimap.from_arrays(within("together", arrays))
        index._set(together, spelt, words, *(arrays[name] for name in _COLUMNS))
        return index

    def meet(self, words: Sequence[str]) -> Iterator[Met]:
        """Yield what the words of a text may be part of, whatever stands between them."""
        readings = self._readings(words)
        both: list[_Pair] = []
        beside: list[_Known] = []
        otherwise: list[_Split] = []
        last = len(words) - 1
        for at, one in enumerate(readings):
            if one is _DULL:
                continue
            yield from (Met(at, 1, entry) for entry in one.alone)
            is_uncommon = one.common is _UNCOMMON
            if one.near:
                if at < last and readings[at + 1].near:
                    both += _pairs_of(at, 2, one, readings[at + 1])
                if is_uncommon or one.exact >= 0:
                    self._joined(at, words, readings, beside, otherwise)
            if is_uncommon:
                beside += self._beside_known(at, words, readings)
                otherwise += self._swapped(at, words, readings)
        if otherwise:
            both += self._pairs_otherwise(otherwise)
        if both:
            yield from self._one_in_each(both)
        if beside:
            yield from self._two_in_one(beside)

    def _beside_known(
        self, at: int, words: Sequence[str], readings: Sequence[_Reading]
    ) -> Iterator[_Known]:
        """Yield an uncommon word beside registered ones."""
        if at and (group := self._beside.group_left_of(readings[at - 1].exact)) >= 0:
            yield at - 1, 2, group, words[at]
        if at + 1 < len(words):
            group = self._beside.group_right_of(readings[at + 1].exact)
            if group >= 0:
                yield at, 2, group, words[at]

    def _joined(
        self,
        at: int,
        words: Sequence[str],
        readings: Sequence[_Reading],
        beside: list[_Known],
        otherwise: list[_Split],
    ) -> None:
        """Add a word and two neighbours, as if a blank had come between the letters of these.

        The word is a registered one, or like one and uncommon.
        """
        exact = readings[at].exact
        for first in (at, at - 2):
            if first < 0 or first + 2 >= len(words):
                continue
            three = readings[first : first + 3]
            is_uncommon = any(one.common is _UNCOMMON for one in three)
            if not is_uncommon and readings[at].common == Commonness.VERY_COMMON:
                continue
            others = (at + 1, at + 2) if first == at else (first, first + 1)
            together = words[others[0]] + words[others[1]]
            if exact >= 0:
                side = self._beside.group_left_of if first == at else self._beside.group_right_of
                if (group := side(exact)) >= 0:
                    beside.append((first, 3, group, together))
            elif together in self._registered:
                pair = (words[at], together) if first == at else (together, words[at])
                otherwise.append((first, 3, *pair))

    def _swapped(
        self, at: int, words: Sequence[str], readings: Sequence[_Reading]
    ) -> Iterator[_Split]:
        """Yield an uncommon word and a neighbour as if their blank changed places with a letter."""
        firsts = [at] if at + 1 < len(words) else []
        if at and readings[at - 1].common != Commonness.UNCOMMON:
            firsts.append(at - 1)
        for first in firsts:
            left, right = words[first], words[first + 1]
            if len(left) > 1 and (
                left[:-1] in self._registered or left[-1] + right in self._registered
            ):
                yield first, 2, left[:-1], left[-1] + right
            if len(right) > 1 and (
                left + right[0] in self._registered or right[1:] in self._registered
            ):
                yield first, 2, left + right[0], right[1:]

    def _pairs_otherwise(self, splits: Sequence[_Split]) -> Iterator[_Pair]:
        """Yield the pairs that words may be whose blanks stand elsewhere."""
        readings = iter(self._readings([word for split in splits for word in split[2:]]))
        for (at, taken, _, _), one, other in zip(splits, readings, readings, strict=True):
            yield from _pairs_of(at, taken, one, other)

    def _readings(self, words: Sequence[str]) -> list[_Reading]:
        """Return what words may be, mostly as it was found for earlier texts."""
        known = self._known
        new = set(words).difference(known)
        if new:
            if len(known) > MOST_KNOWN:
                self._known = known = {word: known[word] for word in words if word in known}
            listed = self._not_dismissed(new, known) if len(new) <= FEW else list(new)
            for first in range(0, len(listed), STRINGS_AT_ONCE):
                some = listed[first : first + STRINGS_AT_ONCE]
                known.update(zip(some, self._read(some), strict=True))
        return [known[word] for word in words]

    def _not_dismissed(self, words: Iterable[str], known: dict[str, _Reading]) -> list[str]:
        """Note those of a few words that are like no registered one, and return the others."""
        others: list[str] = []
        for word in words:
            keys = keys_of_word(word)
            if self._words.may_have(keys) or self._together.may_have(keys):
                others.append(word)
            else:
                known[word] = self._reading(word, (), -1, ())
        return others

    def _read(self, words: Sequence[str]) -> Iterator[_Reading]:
        keys, which = keys_of(words)
        near: list[set[int]] = [set() for _ in words]
        exact = [-1] * len(words)
        found, numbers = self._words.find(keys)
        # The keys of the words as they are come first.
        same = self._hashes[numbers] == keys[which[found]]
        for place, number, is_same in zip(
            which[found].tolist(), numbers.tolist(), same.tolist(), strict=True
        ):
            near[place].add(number)
            if is_same:
                exact[place] = number
        alone: list[set[int]] = [set() for _ in words]
        found, entries = self._together.find(keys)
        for place, entry in zip(which[found].tolist(), entries.tolist(), strict=True):
            alone[place].add(entry)
        for place, word in enumerate(words):
            yield self._reading(word, tuple(near[place]), exact[place], tuple(alone[place]))

    def _reading(
        self, word: str, near: tuple[int, ...], exact: int, alone: tuple[int, ...]
    ) -> _Reading:
        common = commonness_of(word)
        if common != Commonness.UNCOMMON:
            return _Reading(near, exact, (), common) if near else _DULL
        whole = (*alone, *self._single(word)) if len(word) >= SHORTEST else ()
        return _Reading(near, exact, whole, common)

    def _one_in_each(self, both: Sequence[_Pair]) -> Iterator[Met]:
        """Yield the registered ones of some pairs."""
        places, taken, left, right = np.array(both, np.int32).T
        found, entries = self._pairs.find(pair_keys(left, right))
        if len(found):
            met = places[found].tolist(), taken[found].tolist(), entries.tolist()
            yield from map(Met, *met)

    def _two_in_one(self, beside: Sequence[_Known]) -> Iterator[Met]:
        """Yield the pairs with the known word, and another one much like what is beside it."""
        which, entries, others = self._beside.of([group for _, _, group, _ in beside])
        lengths = np.array([len(word) for *_, word in beside])
        near = np.flatnonzero(np.abs(self._length[others] - lengths[which]) <= MOST_LONGER)
        which, entries, others = which[near], entries[near], others[near]
        ends = [(word[0], word[-1], word[1], word[-2]) for *_, word in beside]
        codes = np.array([list(map(ord, letters)) for letters in ends], np.int32)[which]
        first, last = self._first[others], self._last[others]
        alike = (first == codes[:, 0]) | (last == codes[:, 1])
        # The first or last two letters changed places.
        alike |= (first == codes[:, 2]) | (last == codes[:, 3])
        for at, entry in zip(which[alike].tolist(), entries[alike].tolist(), strict=True):
            yield Met(beside[at][0], beside[at][1], entry)

    def _single(self, word: str) -> Iterator[int]:
        """Yield the names of one word that a word may be with two errors."""
        if len(word) < _LETTERS_OF_ONE_WORD - MOST_LONGER:
            return
        for entries in (self._heads.get(word[:_ENDING]), self._tails.get(word[-_ENDING:])):
            if entries is not None:
                near = np.abs(self._length[self._left[entries]] - len(word)) <= MOST_LONGER
                yield from entries[near].tolist()


def _pairs_of(at: int, taken: int, one: _Reading, other: _Reading) -> Iterator[_Pair]:
    """Yield the pairs that `taken` words from `at` on may be, by what each part of them may be."""
    if one.common is _UNCOMMON or other.common is _UNCOMMON:
        yield from ((at, taken, left, right) for left in one.near for right in other.near)
    elif not one.common == other.common == Commonness.VERY_COMMON:
        if one.exact >= 0:
            yield from ((at, taken, one.exact, right) for right in other.near)
        if other.exact >= 0:
            yield from ((at, taken, left, other.exact) for left in one.near)


def _grouped_by(ending: slice, words: Sequence[str], singles: Sequence[int]) -> dict[str, Numbers]:
    """Return the entries of long single words by their first or last letters."""
    groups: dict[str, list[int]] = {}
    for entry, word in zip(singles, words, strict=True):
        if len(word) >= _LETTERS_OF_ONE_WORD:
            groups.setdefault(word[ending], []).append(entry)
    return {letters: np.array(entries, np.int32) for letters, entries in groups.items()}
