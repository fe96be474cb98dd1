"""Fixed strings found on word boundaries in normalised text, all at once, whole or streamed.

A pattern carries a number for whoever registered it; the set knows nothing of what that means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

from detectors.lexical.boundaries import is_boundary


class PatternSet:
    """An immutable set of normalised patterns, each with one or more payloads."""

    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        payloads: dict[str, list[int]] = {}
        for pattern, payload in patterns:
            if pattern:
                payloads.setdefault(pattern, []).append(payload)
        self._patterns = sorted(payloads)
        self._payloads = [tuple(dict.fromkeys(payloads[text])) for text in self._patterns]
        self._longest = max(map(len, self._patterns), default=0)
        self._initials = frozenset(pattern[0] for pattern in self._patterns)
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None

    def __len__(self) -> int:
        return len(self._patterns)

    def __repr__(self) -> str:
        return f"PatternSet({len(self)} patterns)"

    def find(self, normalised: str) -> list[tuple[int, int, int]]:
        """Return (start, end, payload) of every occurrence between word boundaries, overlaps too.

        In a stream, an occurrence that ends where the text ends is not certain yet: the next
        character may continue its last word.
        """
        if self._automaton is None:
            return []
        return [
            (start, end, payload)
            for index, start, end in self._automaton.find_matches_as_indexes(
                normalised, overlapping=True
            )
            if is_boundary(normalised, start) and is_boundary(normalised, end)
            for payload in self._payloads[index]
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
