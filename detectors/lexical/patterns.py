"""Fixed strings found on word boundaries in normalised text, all at once, whole or streamed.

A pattern carries numbers for whoever registered it; the set knows nothing of what they mean.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation

from detectors.lexical.boundaries import is_edge, stands_alone
from detectors.lexical.strings import Arrays, Strings, nested, within

# Where word boundaries are lost, shorter patterns would be found within other words.
FEWEST_LETTERS_WITHOUT_BOUNDARIES = 8
# So many characters are looked up in a set before patterns are searched for a beginning.
BEGINNING = 3


class PatternSet:
    """An immutable set of normalised patterns, each with one or more payloads of 0 to 2^31."""

    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        ordered = sorted({pair for pair in patterns if pair[0]})
        texts: list[str] = []
        starts = array("I")
        for place, (text, _) in enumerate(ordered):
            if not texts or texts[-1] != text:
                texts.append(text)
                starts.append(place)
        starts.append(len(ordered))
        self._set(Strings(texts), starts, array("i", (payload for _, payload in ordered)))

    def _set(self, patterns: Strings, starts: array[int], payloads: array[int]) -> None:
        self._patterns, self._starts, self._payloads = patterns, starts, payloads
        self._longest = patterns.longest
        self._initials = frozenset(patterns.initials())
        self._beginnings = frozenset(patterns.initials(BEGINNING))
        self._automaton = _automaton_of(patterns) if len(patterns) else None

    def to_arrays(self) -> Arrays:
        """Return the set as arrays; the automaton is built again from them."""
        columns = {"starts": np.array(self._starts), "payloads": np.array(self._payloads)}
        return {**columns, **nested("patterns", self._patterns.to_arrays())}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> PatternSet:
        """Return the set that `to_arrays` was called on."""
        patterns = cls(())
        starts = array("I", arrays["starts"].astype(np.uint32).tobytes())
        payloads = array("i", arrays["payloads"].astype(np.int32).tobytes())
        patterns._set(Strings.from_arrays(within("patterns", arrays)), starts, payloads)
        return patterns

    def __len__(self) -> int:
        return len(self._patterns)

    def __repr__(self) -> str:
        return f"PatternSet({len(self)} patterns)"

    def find(
        self, normalised: str, *, bounded: bool = True, edges: Container[int] | None = None
    ) -> list[tuple[int, int, int]]:
        """Return (start, end, payload) of every occurrence between word boundaries, overlaps too.

        In a stream, an occurrence that ends where the text ends is not certain yet: the next
        character may continue its last word. With `bounded` false, long patterns without blanks
        count within words too. Where words were put together, `edges` says where they began and
        ended before.
        """
        if self._automaton is None:
            return []
        return [
            (start, end, payload)
            for index, start, end in self._automaton.find_matches_as_indexes(
                normalised, overlapping=True
            )
            if stands_alone(normalised, start, end, edges)
            or (not bounded and is_long_word(normalised[start:end]))
            for payload in self._payloads[self._starts[index] : self._starts[index + 1]]
        ]

    def find_anywhere(self, normalised: str) -> list[tuple[int, int, int]]:
        """Return (start, end, payload) of every occurrence, also within words."""
        if self._automaton is None:
            return []
        return [
            (start, end, payload)
            for index, start, end in self._automaton.find_matches_as_indexes(
                normalised, overlapping=True
            )
            for payload in self._payloads[self._starts[index] : self._starts[index + 1]]
        ]

    def hold(self, normalised: str, *, start: int = 0, edges: Container[int] | None = None) -> int:
        """Return from which index on a stream must be held back: a pattern may be under way there.

        That is the smallest index from `start` on, at a word boundary, from which the text is the
        beginning of a pattern, or a whole one whose right boundary is not known yet; else the
        text's length. What stands before index 0 is taken to be a boundary, so leave in the last
        character that was already released, and start after it. `edges` as in `find`.
        """
        length = len(normalised)
        for index in range(max(start, length - self._longest), length):
            if normalised[index] not in self._initials:
                continue
            if is_edge(normalised, index, edges) and self._begins_pattern(normalised[index:]):
                return index
        return length

    def continuing(self, text: str) -> Iterator[str]:
        """Yield the patterns that begin with a normalised text."""
        position = bisect_left(self._patterns, text)
        while position < len(self._patterns) and self._patterns[position].startswith(text):
            yield self._patterns[position]
            position += 1

    def _begins_pattern(self, text: str) -> bool:
        if len(text) >= BEGINNING and text[:BEGINNING] not in self._beginnings:
            return False
        position = bisect_left(self._patterns, text)
        return position < len(self._patterns) and self._patterns[position].startswith(text)


def _automaton_of(texts: Strings) -> AhoCorasick:
    # Of the three kinds this one takes the least memory, and is built and searched fastest.
    return AhoCorasick(
        iter(texts), store_patterns=False, implementation=Implementation.ContiguousNFA
    )


def is_long_word(text: str) -> bool:
    """Return whether a pattern counts within words too, where boundaries are lost."""
    return len(text) >= FEWEST_LETTERS_WITHOUT_BOUNDARIES and " " not in text
