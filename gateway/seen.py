"""Texts that were read lately, with what was found in them: a long chat costs only its new turn.

It knows texts and one index at a time; it knows nothing of requests or verdicts.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from detectors.cascade import Index, ReadText, read_text
from gateway.live import Snapshot

# Views take a few times the memory of their text.
MOST_CHARACTERS = 2_000_000
LONGEST_TEXT = 50_000


class SeenTexts:
    """The last texts read by the newest snapshot; safe for several threads."""

    def __init__(self) -> None:
        self._texts: _Texts | None = None

    def looking(self, snapshot: Snapshot) -> Callable[[str], ReadText]:
        """Return how to read a text by this snapshot."""
        # By the index itself: a registry that was put back from a copy repeats its numbers.
        if self._texts is None or self._texts.index is not snapshot.lexical:
            self._texts = _Texts(snapshot.lexical)
        return self._texts.look


class _Texts:
    """Texts read by one index. What a thread still reads by it never enters those of the next."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, ReadText] = OrderedDict()
        self._characters = 0

    def look(self, text: str) -> ReadText:
        with self._lock:
            known = self._texts.get(text)
        if known is not None:
            return known
        found = read_text(self.index, text)
        if len(text) <= LONGEST_TEXT:
            self._keep(text, found)
        return found

    def _keep(self, text: str, found: ReadText) -> None:
        with self._lock:
            if text in self._texts:
                return
            self._texts[text] = found
            self._characters += len(text)
            while self._characters > MOST_CHARACTERS:
                oldest, _ = self._texts.popitem(last=False)
                self._characters -= len(oldest)
