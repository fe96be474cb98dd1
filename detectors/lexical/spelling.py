"""Names written with one typing error: found through an index of words, never by a scan.

The index knows normalised names and their numbers; it knows nothing of targets or exact matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from detectors.lexical.boundaries import is_unspaced
from detectors.lexical.commonness import zipf

LETTERS_OF_SEVERAL_WORDS = 8
LETTERS_OF_ONE_WORD = 6
LETTERS_OF_EDITED_WORD = 3
# On the zipf scale: a word of the text from here on is meant as it stands (price, not Prince).
ORDINARY = 3.0

_WORD = re.compile(r"[^\W_]+")
# What may stand between two words of one name as it is typed; a comma or a bracket may not.
_LINKS = frozenset((" ", "-", "_", "'", ".", ". ", " -", "- ", " '", "' "))


class _Reading(NamedTuple):
    """What a piece of text may stand for: `words`, with so many words of a name on either side."""

    words: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, and which of them could belong to one name with the next."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    linked: list[bool]

    @classmethod
    def of(cls, text: str) -> _Words:
        spans = [match.span() for match in _WORD.finditer(text)]
        words = [text[start:end] for start, end in spans]
        ends = zip(spans, spans[1:], strict=False)
        linked = [text[left[1] : right[0]] in _LINKS for left, right in ends]
        return cls(text, words, spans, linked)


class SpellingIndex:
    """An immutable index of names that are long enough to be recognised with one error in them.

    One error is one insertion, deletion, substitution or swap of neighbours (optimal string
    alignment distance 1). It changes at most one word of a name, or the space between two. So a
    word of the text leads to the names' words that it may stand for, through the strings that
    both become by losing a letter, and these with the words around it to a name by a dictionary.
    """

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        self._names: dict[str, list[tuple[str, int]]] = {}
        self._readings: dict[str, set[_Reading]] = {}
        self._joined: dict[str, set[_Reading]] = {}
        for name, payload in names:
            words = _WORD.findall(name)
            if _is_recognisable(words):
                self._names.setdefault(" ".join(words), []).append((name, payload))
                self._add_readings(words)
        self._reduced: dict[str, str] = {}
        for word in self._readings:
            if len(word) >= LETTERS_OF_EDITED_WORD and word.isalpha():
                self._add_reductions(word)
        self._longest = max(map(len, self._readings), default=0) + 1

    def find(self, text: str) -> list[tuple[int, int, int, float]]:
        """Return (start, end, payload, similarity in [0, 1]) of every name with one error in it."""
        if not self._names:
            return []
        found: dict[tuple[int, int, int], float] = {}
        words = _Words.of(text)
        known: dict[str, Sequence[_Reading]] = {}
        for position, word in enumerate(words.words):
            if word not in known:
                known[word] = self._readings_of(word)
            for reading in known[word]:
                found |= self._names_at(words, position, position, reading)
            if position < len(words.linked) and words.linked[position]:
                for reading in self._readings_of_two(word, words.words[position + 1]):
                    found |= self._names_at(words, position, position + 1, reading)
        return [(*place, similarity) for place, similarity in found.items()]

    def _add_readings(self, words: list[str]) -> None:
        last = len(words) - 1
        for position, word in enumerate(words):
            reading = _Reading(word, position, last - position)
            self._readings.setdefault(word, set()).add(reading)
        for position in range(last):
            pair = words[position : position + 2]
            reading = _Reading(" ".join(pair), position, last - position - 1)
            self._joined.setdefault("".join(pair), set()).add(reading)

    def _add_reductions(self, word: str) -> None:
        """Lead from `word` and from what it becomes by losing a letter to it.

        Several words behind one key are one string with spaces: a list for each of these many
        keys would take more memory than all the rest.
        """
        for key in _with_reductions(word):
            others = self._reduced.get(key)
            self._reduced[key] = word if others is None else f"{others} {word}"

    def _readings_of(self, word: str) -> Sequence[_Reading]:
        if len(word) > 2 * self._longest:
            return ()
        readings = list(self._joined.get(word, ()))
        if len(word) <= self._longest:
            near = {self._reduced[key] for key in _with_reductions(word) if key in self._reduced}
            others = {other for several in near for other in several.split(" ")} - {word}
            readings += (reading for other in others for reading in self._readings[other])
        return readings

    def _readings_of_two(self, first: str, second: str) -> Iterator[_Reading]:
        """Yield what two words may stand for if the error is in what links them."""
        together = first + second
        yield from self._readings.get(together, ())
        yield from self._joined.get(together, ())

    def _names_at(
        self, words: _Words, first: int, last: int, reading: _Reading
    ) -> dict[tuple[int, int, int], float]:
        """Return the names that stand where words `first` to `last` stand for `reading`."""
        begin, end = first - reading.before, last + reading.after
        if begin < 0 or end >= len(words.words) or not all(words.linked[begin:end]):
            return {}
        around = [*words.words[begin:first], reading.words, *words.words[last + 1 : end + 1]]
        names = self._names.get(" ".join(around), ())
        start, stop = words.spans[begin][0], words.spans[end][1]
        written = words.text[start:stop]
        return {
            (start, stop, payload): 1 - 1 / max(len(name), len(written))
            for name, payload in names
            if OSA.distance(name, written, score_cutoff=1) == 1 and _is_plausible(name, written)
        }


def _is_recognisable(words: list[str]) -> bool:
    letters = sum(map(len, words))
    enough = LETTERS_OF_ONE_WORD if len(words) == 1 else LETTERS_OF_SEVERAL_WORDS
    return letters >= enough and not any(map(_has_unspaced, words))


def _has_unspaced(word: str) -> bool:
    return not word.isascii() and any(map(is_unspaced, word))


def _is_plausible(name: str, written: str) -> bool:
    """Return whether the error is one of typing, where the name is a single word.

    Such a name has no other word to be recognised by. What begins or ends differently is usually
    a word of its own or an inflection (hammer for Yammer, Indian for Indiana, a plural), and so
    are two words that are the name when written together (match a for Matcha).
    """
    if " " in name:
        return True
    same_ends = (name[0], name[-1]) == (written[0], written[-1])
    return written.isalnum() and same_ends and zipf(written) < ORDINARY


def _with_reductions(word: str) -> Iterator[str]:
    """Yield `word` and what it becomes by losing one letter."""
    yield word
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]
