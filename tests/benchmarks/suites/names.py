"""Whether a text holds a name, by rules of the evaluator's own.

They are plain regular expressions on purpose: what judges a detector must not share its code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


class Names:
    """Names to look for as whole words, whatever their case and accents."""

    def __init__(self, names: Iterable[str]) -> None:
        # Looked up by their first word: an alternation of a thousand names is slow.
        self._by_first: dict[str, list[re.Pattern[str]]] = {}
        for name in dict.fromkeys(names):
            for first in _WORD.findall(plain(name))[:1]:
                self._by_first.setdefault(first, []).append(_whole(name))

    def found_in(self, text: str) -> bool:
        """Return whether one of the names stands in the text as whole words."""
        asked = plain(text)
        return any(
            pattern.search(asked)
            for first in set(_WORD.findall(asked))
            for pattern in self._by_first.get(first, ())
        )


def holds_whole(name: str, text: str) -> bool:
    """Return whether the name stands in the text as whole words."""
    return _whole(name).search(plain(text)) is not None


def holds_part(name: str, text: str) -> bool:
    """Return whether the name, or a word of it, stands in the text as whole words."""
    return any(holds_whole(part, text) for part in (name, *name.split()))


def plain(text: str) -> str:
    """Return the text in lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).lower()


def _whole(name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, plain(name).split()))
    return re.compile(rf"(?<!\w){words}(?!\w)")
