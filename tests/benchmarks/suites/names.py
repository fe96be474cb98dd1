"""Whether a text holds a name, by rules of the evaluator's own.

They are plain regular expressions on purpose: what judges a detector must not share its code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


class Names:
    """Names to look for as whole words, whatever their case, accents and punctuation."""

    def __init__(self, names: Iterable[str]) -> None:
        # Looked up by their first word: to try a thousand names on every text is slow.
        self._by_first: dict[str, set[str]] = {}
        for name in filter(None, map(words, names)):
            self._by_first.setdefault(name.partition(" ")[0], set()).add(name)

    def found_in(self, text: str) -> bool:
        """Return whether one of the names stands in the text as whole words."""
        asked = words(text)
        return any(
            _stands_in(name, asked)
            for first in set(asked.split())
            for name in self._by_first.get(first, ())
        )


def holds_whole(name: str, text: str) -> bool:
    """Return whether the name stands in the text as whole words."""
    return _stands_in(words(name), words(text))


def holds_part(name: str, text: str) -> bool:
    """Return whether the name, or a word of it between blanks, stands there as whole words."""
    return any(holds_whole(part, text) for part in (name, *name.split()))


def words(text: str) -> str:
    """Return the words of the text between single blanks: in lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter)).lower()
    return " ".join(_WORD.findall(plain))


def _stands_in(name: str, text: str) -> bool:
    return bool(name) and f" {name} " in f" {text} "
