"""Fixed strings found on word boundaries in normalised text, all at once, whole or streamed.

A pattern carries numbers for whoever registered it; the set knows nothing of what they mean.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation

from detectors.lexical.boundaries import is_boundary
from detectors.lexical.strings import Strings

# Where word boundaries are lost, shorter patterns would be found within other words.
FEWEST_LETTERS_WITHOUT_BOUNDARIES = 8


class PatternSet:
    """An immutable set of normalised patterns, each with one or more payloads of 0 to 2^31."""

    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        ordered = sorted({pair for pair in patterns if pair[0]})
        texts: list[str] = []
        self._payloads = array("i")
        self._starts = array("I")
        for text, payload in ordered:
            if not texts or texts[-1] != text:
                texts.append(text)
                self._starts.append(len(self._payloads))
            self._payloads.append(payload)
        self._starts.append(len(self._payloads))
        self._patterns = Strings(texts)
        self._longest = max(map(len, texts), default=0)
        self._initials = frozenset(text[0] for text in texts)
        self._automaton = _automaton_of(texts) if texts else None

    def __len__(self) -> int:
        return len(self._patterns)

    def __repr__(self) -> str:
        return f"PatternSet({len(self)} patterns)"

    def find(self, normalised: str, *, bounded: bool = True) -> list[tuple[int, int, int]]:
        """Return (start, end, payload) of every occurrence between word boundaries, overlaps too.

        In a stream, an occurrence that ends where the text ends is not certain yet: the next
        character may continue its last word. With `bounded` false, long patterns without blanks
        count within words too.
        """
        if self._automaton is None:
            return []
        return [
            (start, end, payload)
            for index, start, end in self._automaton.find_matches_as_indexes(
                normalised, overlapping=True
            )
            if (is_boundary(normalised, start) and is_boundary(normalised, end))
            or (not bounded and _is_long_word(normalised[start:end]))
            for payload in self._payloads[self._starts[index] : self._starts[index + 1]]
        ]

    def hold(self, normalised: str, *, start: int = 0) -> int:
        """Return from which index on a stream must be held back: a pattern may be under way there.

        That is the smallest index from `start` on, at a word boundary, from which the text is the
        beginning of a pattern, or a whole one whose right boundary is not known yet; else the
        text's length. What stands before index 0 is taken to be a boundary, so leave in the last
        character that was already released, and start after it.
        """
        length = len(normalised)
        for index in range(max(start, length - self._longest), length):
            if normalised[index] not in self._initials or not is_boundary(normalised, index):
                continue
            if self._begins_pattern(normalised[index:]):
                return index
        return length

    def _begins_pattern(self, text: str) -> bool:
        position = bisect_left(self._patterns, text)
        return position < len(self._patterns) and self._patterns[position].startswith(text)


def _automaton_of(texts: list[str]) -> AhoCorasick:
    # Of the three kinds this one takes the least memory, and is built and searched fastest.
    return AhoCorasick(texts, store_patterns=False, implementation=Implementation.ContiguousNFA)


def _is_long_word(text: str) -> bool:
    return len(text) >= FEWEST_LETTERS_WITHOUT_BOUNDARIES and " " not in text
