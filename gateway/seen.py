"""Texts that were read lately, with what was found in them: a long chat costs only its new turn.

It knows texts and one snapshot at a time; it knows nothing of requests or verdicts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from detectors.cascade import ReadText, read_text
from gateway.live import Snapshot

# Views take a few times the memory of their text.
MOST_CHARACTERS = 2_000_000
LONGEST_TEXT = 50_000


class SeenTexts:
    """The last texts read by the newest snapshot; safe for several threads."""

    def __init__(self) -> None:
        self._sequence = -1
        self._texts: OrderedDict[str, ReadText] = OrderedDict()
        self._characters = 0

    def looking(self, snapshot: Snapshot) -> Callable[[str], ReadText]:
        """Return how to read a text by this snapshot."""
        if snapshot.sequence != self._sequence:
            self._sequence = snapshot.sequence
            self._texts = OrderedDict()
            self._characters = 0
        # The dictionary of this snapshot: one read in a thread never enters that of the next.
        return partial(self._look, snapshot, self._texts)

    def _look(self, snapshot: Snapshot, texts: OrderedDict[str, ReadText], text: str) -> ReadText:
        known = texts.get(text)
        if known is not None:
            return known
        found = read_text(snapshot.lexical, text)
        if len(text) <= LONGEST_TEXT:
            texts[text] = found
            self._characters += len(text)
            self._shrink(texts)
        return found

    def _shrink(self, texts: OrderedDict[str, ReadText]) -> None:
        while self._characters > MOST_CHARACTERS and texts:
            oldest, _ = texts.popitem(last=False)
            self._characters -= len(oldest)
