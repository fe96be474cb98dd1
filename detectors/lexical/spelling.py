"""Names written with one or two typing errors: found through hashes, never by a scan.

The index knows normalised names and their numbers; it knows nothing of targets or exact matches.

An error is an insertion, deletion, substitution or swap of neighbours (optimal string alignment),
also of the blank between two words. A name is entered by each pair of its neighbouring words. A
text meets a pair by its words, as near_words.py says, and where a blank is missing, superfluous or
elsewhere, by its letters without anything between them. What is met is then compared in full.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from detectors.lexical.boundaries import is_unspaced
from detectors.lexical.commonness import zipf
from detectors.lexical.letters import LONGEST_WORD
from detectors.lexical.near_words import MOST_OF_A_PAIR, Met, NearWords, is_uncommon
from detectors.lexical.patterns import PatternSet
from detectors.lexical.strings import Arrays, Strings, nested, within

LETTERS_OF_SEVERAL_WORDS = 8
LETTERS_OF_ONE_WORD = 6
LETTERS_FOR_TWO_ERRORS = 8
LETTERS_OF_EDITED_WORD = 3
LETTERS_OF_WORD_WITH_TWO_ERRORS = 4
# On the zipf scale: a word of a text from here on is meant as it stands (price, not Prince).
ORDINARY = 3.0
# A text is read so many characters at a time, each time with the last of those before.
_AT_ONCE = 50_000
_AGAIN = 500

_COLUMNS = ("firsts", "payloads", "entry_name", "entry_word")
# Of how many words of a text a pair is made that has its blank elsewhere, or one more.
_MORE_WORDS = (2, 3)
# What may stand between two words of one name as it is typed; a comma or a bracket may not.
_LINKS = frozenset((" ", "-", "_", "'", ".", ". ", " -", "- ", " '", "' "))
_LETTERS_AND_BLANKS = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
_WORD = re.compile(r"[^\W_]+")
# "II" is as much of a name as a number is.
_NUMERAL = re.compile(r"[ivx]+")


class _Written(NamedTuple):
    """A name as it is written in a text: by an entry of it, with so many errors."""

    entry: int
    errors: int
    similarity: float


class _Read:
    """The words of a text, and where they stand, which is asked of few texts only.

    Attributes:
        words: in order, without what is too long to be a word.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.words = _words_in(text)
        if max(map(len, self.words), default=0) > LONGEST_WORD:
            self.words = [word for word in self.words if len(word) <= LONGEST_WORD]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each word."""
        spans = (word.span() for word in _WORD.finditer(self._text))
        return [(start, end) for start, end in spans if end - start <= LONGEST_WORD]

    @cached_property
    def together(self) -> str:
        """The letters of all words."""
        return "".join(self.words)

    @cached_property
    def word_at(self) -> dict[int, int]:
        """The word that begins at a letter of all; the end of all is that of one word more."""
        return {start: at for at, start in enumerate(accumulate(map(len, self.words), initial=0))}

    def are_linked(self, begin: int, end: int) -> bool:
        """Return whether words `begin` to `end` could belong to one name."""
        spans = self.spans[begin:end]
        gaps = (self._text[left[1] : right[0]] for left, right in pairwise(spans))
        return all(gap in _LINKS for gap in gaps)


# Several indexes are asked of one text, one after the other.
@lru_cache(maxsize=4)
def _read(text: str) -> _Read:
    return _Read(text)


def _words_in(text: str) -> list[str]:
    if text.isascii():
        return text.encode().translate(_LETTERS_AND_BLANKS).decode().split()
    return _WORD.findall(text)


class SpellingIndex:
    """An immutable index of names that are long enough to be recognised with errors in them."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        ordered = sorted({pair for pair in names if _is_recognisable(_WORD.findall(pair[0]))})
        texts: list[str] = []
        firsts = array("i")
        entries: list[list[str]] = []
        entry_name, entry_word = array("i"), array("B")
        for place, (name, _) in enumerate(ordered):
            if texts and texts[-1] == name:
                continue
            words = _WORD.findall(name)
            for word in range(max(1, len(words) - 1)):
                entries.append(words[word : word + 2])
                entry_name.append(len(texts))
                entry_word.append(word)
            texts.append(name)
            firsts.append(place)
        firsts.append(len(ordered))
        together = list(map("".join, entries))
        shared = Counter(together)
        self._set(
            Strings(texts),
            {
                "firsts": np.array(firsts),
                "payloads": np.fromiter((payload for _, payload in ordered), np.int32),
                "entry_name": np.array(entry_name),
                "entry_word": np.array(entry_word),
            },
            PatternSet(
                (letters, entry)
                for entry, letters in enumerate(together)
                if shared[letters] <= MOST_OF_A_PAIR and len(entries[entry]) > 1
            ),
            NearWords(entries),
        )

    def _set(self, names: Strings, columns: Arrays, entries: PatternSet, near: NearWords) -> None:
        self._names, self._columns, self._entries, self._near = names, columns, entries, near
        # `firsts` and `payloads`: whose a name is. `entry_name` and `entry_word`: of each entry,
        # which name it is of, and which word of that its pair begins with.
        self._firsts, self._payloads = columns["firsts"], columns["payloads"]
        self._entry_name, self._entry_word = columns["entry_name"], columns["entry_word"]

    def to_arrays(self) -> Arrays:
        """Return the index as arrays."""
        return {
            **self._columns,
            **nested("names", self._names.to_arrays()),
            **nested("entries", self._entries.to_arrays()),
            **nested("near", self._near.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> SpellingIndex:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        names = Strings.from_arrays(within("names", arrays))
        entries = PatternSet.from_arrays(within("entries", arrays))
        near = NearWords.from_arrays(within("near", arrays))
        index._set(names, {name: arrays[name] for name in _COLUMNS}, entries, near)
        return index

    def find(self, text: str) -> list[tuple[int, int, int, float]]:
        """Return (start, end, payload, similarity in [0, 1]) of every name with errors in it.

        Where several names could be meant by the same words, it is those with the fewest errors.
        """
        found: dict[tuple[int, int], list[_Written]] = {}
        if len(self._names):
            for offset in _slices(text):
                self._find_in(text[offset : offset + _AT_ONCE], offset, found)
        return [
            (start, end, payload, written.similarity)
            for (start, end), several in found.items()
            for payload, written in self._nearest(several).items()
        ]

    def _find_in(
        self, text: str, offset: int, found: dict[tuple[int, int], list[_Written]]
    ) -> None:
        read = _read(text)
        if not read.words:
            return
        for met in {*self._meet(read), *self._near.meet(read.words)}:
            name, begin, end = self._words_of(met)
            if begin < 0 or end > len(read.words) or not read.are_linked(begin, end):
                continue
            start, stop = read.spans[begin][0], read.spans[end - 1][1]
            if text.startswith(name, start) and stop <= start + len(name):
                continue
            written = _compared(_WORD.findall(name), read.words[begin:end], met.entry)
            if written:
                found.setdefault((offset + start, offset + stop), []).append(written)

    def _nearest(self, several: list[_Written]) -> dict[int, _Written]:
        fewest = min(written.errors for written in several)
        return {
            payload: written
            for written in several
            if written.errors == fewest
            for payload in self._payloads_of(written.entry)
        }

    def _meet(self, read: _Read) -> Iterator[Met]:
        """Yield the pairs that two or three words of a text are but for a blank."""
        for start, end, entry in self._entries.find_anywhere(read.together):
            first, last = read.word_at.get(start), read.word_at.get(end)
            if first is not None and last is not None and last - first in _MORE_WORDS:
                yield Met(first, last - first, entry)

    def _words_of(self, met: Met) -> tuple[str, int, int]:
        """Return the name that was met, and which words of the text would be the whole of it."""
        name = self._names[int(self._entry_name[met.entry])]
        before = int(self._entry_word[met.entry])
        after = max(0, len(_WORD.findall(name)) - 2 - before)
        return name, met.word - before, met.word + met.taken + after

    def _payloads_of(self, entry: int) -> list[int]:
        number = self._entry_name[entry]
        payloads: list[int] = self._payloads[
            self._firsts[number] : self._firsts[number + 1]
        ].tolist()
        return payloads


def _compared(name: list[str], written: list[str], entry: int) -> _Written | None:
    """Return how a name is written in the words of a text, None if it is another name."""
    left, right = " ".join(name), " ".join(written)
    errors = OSA.distance(left, right, score_cutoff=2)
    if errors > 2 or (errors == 2 and sum(map(len, name)) < LETTERS_FOR_TWO_ERRORS):
        return None
    if len(name) == 1:
        plausible = len(written) == 1 and _is_plausible_word(name[0], written[0])
    elif len(name) != len(written):
        # The error is in a blank; with another one on top a word must look like an error.
        is_blank = "".join(name) == "".join(written)
        plausible = is_blank or all(map(_is_edited_word, name))
        if errors == 2:
            plausible &= any(map(is_uncommon, written))
    else:
        changed = [pair for pair in zip(name, written, strict=True) if pair[0] != pair[1]]
        plausible = all(_is_plausible_change(*pair) for pair in changed)
        if errors == 2:
            plausible &= any(is_uncommon(word) for _, word in changed)
    # Where only signs differ between the words, that counts as an error.
    errors = max(errors, 1)
    similarity = 1 - errors / max(len(left), len(right))
    return _Written(entry, errors, similarity) if plausible else None


def _is_plausible_word(name: str, written: str) -> bool:
    """Return whether what stands for a name of a single word is no word of its own.

    Such a name has no other word to be recognised by. What begins or ends differently is usually
    another word or an inflection (hammer for Yammer, Indian for Indiana, a plural), and so are two
    words that are the name when written together (match a for Matcha).
    """
    same_ends = (name[0], name[-1]) == (written[0], written[-1])
    return same_ends and _is_edited_word(name) and zipf(written) < ORDINARY


def _is_plausible_change(name: str, written: str) -> bool:
    errors = OSA.distance(name, written, score_cutoff=2)
    long_enough = errors < 2 or len(name) >= LETTERS_OF_WORD_WITH_TWO_ERRORS
    return long_enough and _is_edited_word(name)


def _is_edited_word(word: str) -> bool:
    """Return whether a word of a name may be misspelt; initials and numbers are other names."""
    return len(word) >= LETTERS_OF_EDITED_WORD and word.isalpha() and not _NUMERAL.fullmatch(word)


def _is_recognisable(words: list[str]) -> bool:
    letters = sum(map(len, words))
    enough = LETTERS_OF_ONE_WORD if len(words) == 1 else LETTERS_OF_SEVERAL_WORDS
    if letters < enough or max(map(len, words)) > LONGEST_WORD:
        return False
    return not any(map(_has_unspaced, words))


def _has_unspaced(word: str) -> bool:
    return not word.isascii() and any(map(is_unspaced, word))


def _slices(text: str) -> Iterator[int]:
    """Yield where each piece that is read at once begins: beside a blank, if one is near."""
    yield 0
    offset = 0
    while offset + _AT_ONCE < len(text):
        last = offset + _AT_ONCE - _AGAIN
        blank = text.rfind(" ", last - _AGAIN, last)
        offset = last if blank < 0 else blank
        yield offset
