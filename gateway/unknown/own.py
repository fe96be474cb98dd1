"""The names and secrets of a few targets by themselves, to be found in answers to swapped requests.

The model was asked about a made-up name. Where its answer names the real one all the same, by way
of something else in the request, it knows what must not be said. It knows targets; it does not know
answers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from detectors.lexical.segments import SegmentedLexicalIndex
from gateway.profiles import profile_of
from gateway.target import ForgetTarget

MOST_KEPT = 512


class OwnStrings:
    """Indexes of the targets that were swapped lately: each takes a millisecond to build."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[tuple[str, int], ...], SegmentedLexicalIndex] = OrderedDict()

    def index_of(self, targets: Sequence[ForgetTarget]) -> SegmentedLexicalIndex:
        """Return an index of these targets and no others."""
        key = tuple((target.id, target.version) for target in targets)
        if key not in self._kept:
            profiles = [profile_of(target) for target in targets]
            self._kept[key] = SegmentedLexicalIndex().with_changes(profiles)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
