"""A target's names taken out of a text, so that only what is said of it is compared.

It knows the names of one target; it knows nothing of what a text means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from detectors.lexical.patterns import PatternSet
from detectors.views import normalise

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_SHORTEST_CAPITALISED = 4


class OwnNames:
    """The names of one target, as whole strings and as single capitalised words."""

    def __init__(self, names: Iterable[str]) -> None:
        names = tuple(names)
        self._patterns = PatternSet((normalise(name).text.strip(), 0) for name in names)
        self.words = frozenset().union(*map(words_of, names))

    def taken_out(self, text: str) -> str:
        """Return `text` without the names and the possessive endings that follow them."""
        pieces: list[str] = []
        position = 0
        for start, end in self._spans(text):
            pieces.append(text[position:start])
            ending = _POSSESSIVE.match(text, end)
            position = ending.end() if ending else end
        if not pieces:
            return text
        return " ".join("".join([*pieces, text[position:]]).split())

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where names stand, in order; neighbours joined, so that a name is one span."""
        last: tuple[int, int] | None = None
        for start, end in sorted(self._places(text)):
            if last and start <= last[1] + 1:
                last = last[0], max(last[1], end)
                continue
            if last:
                yield last
            last = start, end
        if last:
            yield last

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        read = normalise(text)
        for start, end, _ in self._patterns.find(read.text):
            yield read.span(start, end)
        for match in _WORD.finditer(text):
            if is_capitalised(match.group()) and normalise(match.group()).text in self.words:
                yield match.span()


def words_of(text: str) -> frozenset[str]:
    """Return the normalised words of a text."""
    return frozenset(_WORD.findall(normalise(text).text))


def is_capitalised(word: str) -> bool:
    """Return whether a word is written as names are: a capital and three more, or an acronym."""
    return word[0].isupper() and (
        len(word) >= _SHORTEST_CAPITALISED or (len(word) > 1 and word.isupper())
    )
