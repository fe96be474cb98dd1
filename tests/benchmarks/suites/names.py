"""Whether a text holds a name, by rules of the evaluator's own.

They are plain regular expressions on purpose: what judges a detector must not share its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Words with an apostrophe or a hyphen inside are one.
_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")


class Names:
    """Names to look for as whole words, whatever their case."""

    def __init__(self, names: Iterable[str]) -> None:
        # Looked up by their first word: an alternation of a thousand names is slow.
        self._by_first: dict[str, list[re.Pattern[str]]] = {}
        for name in dict.fromkeys(names):
            words = _WORD.findall(name)
            if words:
                self._by_first.setdefault(_first(name), []).append(_whole(name))

    def found_in(self, text: str) -> bool:
        """Return whether one of the names stands in the text as whole words."""
        firsts = {part for word in _WORD.findall(text) for part in _heads(word)}
        return any(
            pattern.search(text) for first in firsts for pattern in self._by_first.get(first, ())
        )


def holds_whole(name: str, text: str) -> bool:
    """Return whether the name stands in the text as whole words."""
    return _whole(name).search(text) is not None


def holds_part(name: str, text: str) -> bool:
    """Return whether the name, or a word of it, stands in the text as whole words."""
    return any(holds_whole(part, text) for part in (name, *name.split()))


def _whole(name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _first(name: str) -> str:
    return re.findall(r"\w+", name)[0].lower()


def _heads(word: str) -> Iterable[str]:
    return re.findall(r"\w+", word.lower())
