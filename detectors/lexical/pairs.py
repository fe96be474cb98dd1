"""Pairs of numbered words, reached from either word of each.

It knows numbers only; which words they stand for is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.lexical.multimap import Keys, Numbers, Places

_HALF = np.uint64(32)


class PairsByWord:
    """Pairs grouped by their left word, then by their right word, with the other word of each."""

    def __init__(self, left: Numbers, right: Numbers, entries: Numbers, words: int) -> None:
        groups = np.concatenate([left, right + np.int32(words)])
        order = np.argsort(groups, kind="stable").astype(np.int32)
        self._words = words
        self._entries = np.concatenate([entries, entries])[order]
        self._others = np.concatenate([right, left])[order]
        bounds = np.searchsorted(groups[order], np.arange(2 * words + 1))
        self._starts = bounds.astype(np.int32)
        self._is_there = (bounds[1:] > bounds[:-1]).tobytes()

    def group_left_of(self, word: int) -> int:
        """Return the group of the pairs that `word` is the left one of; -1 if there are none."""
        return word if word >= 0 and self._is_there[word] else -1

    def group_right_of(self, word: int) -> int:
        """Return the group of the pairs that `word` is the right one of; -1 if there are none."""
        group = word + self._words
        return group if word >= 0 and self._is_there[group] else -1

    def of(self, groups: Sequence[int]) -> tuple[Places, Numbers, Numbers]:
        """Return (which of `groups`, entry, its other word) for each pair of each group."""
        wanted = np.array(groups)
        starts = self._starts[wanted]
        counts = self._starts[wanted + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(ends[-1]) + np.repeat(starts - ends + counts, counts)
        which = np.repeat(np.arange(len(groups)), counts)
        return which, self._entries[places], self._others[places]


def pair_keys(left: Numbers, right: Numbers) -> Keys:
    """Return a key for each pair; its high bits, which the filter looks at, depend on both."""
    packed = left.astype(np.uint64) << _HALF | right.astype(np.uint64)
    return (packed ^ packed >> np.uint64(31)) * np.uint64(0x9E3779B97F4A7C15)
