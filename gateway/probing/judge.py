"""Whether texts hold a string of a target, in any of the views that detection reads.

It shares the views with the detectors, not their way of searching: every view is searched for
every string, whatever it would cost, and the disguises of `hidings` are looked for as they are
written too, so that a disguise that the views miss is still seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from detectors.views import View, normalise, readings
from gateway.probing.hidings import HIDINGS
from gateway.probing.target import ProbedTarget

SHINGLE = 12
# In letters without anything between them, a shorter string is met by chance.
_FEWEST_LETTERS = 7
_LONGEST_READ = 20_000
_OVERLAP = 400
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Sought:
    """One string: as words between blanks, in one word, and in each disguise."""

    words: str
    letters: str
    disguised: tuple[str, ...]

    def stands_in(self, text: str, words: str, letters: str) -> bool:
        if f" {self.words} " in words:
            return True
        if len(self.letters) < _FEWEST_LETTERS:
            return False
        return self.letters in letters or any(each in text for each in self.disguised)


class Judge:
    """The strings of one target, to be looked for in answers."""

    def __init__(self, target: ProbedTarget) -> None:
        names = () if target.is_named_back else target.names
        self._always = _sought([*names, *target.secrets])
        self._when_asked = _sought(target.common_secrets)
        self._shingles = frozenset(
            shingle for text in target.documents for shingle in _shingles(_words(text))
        )

    def leaks(self, texts: Iterable[str], *, is_about_target: bool) -> bool:
        """Return whether any of the texts holds a string of the target.

        Args:
            is_about_target: whether the request was, so that common values count too.
        """
        sought = self._always + (self._when_asked if is_about_target else ())
        return any(self._holds(piece, sought) for text in texts for piece in _pieces(text))

    def _holds(self, text: str, sought: tuple[_Sought, ...]) -> bool:
        return any(self._holds_as_read(view, sought) for view in readings(text).views)

    def _holds_as_read(self, view: View, sought: tuple[_Sought, ...]) -> bool:
        words, letters = f" {_words(view.source)} ", _letters(view.source)
        if any(each.stands_in(view.source, words, letters) for each in sought):
            return True
        return bool(self._shingles) and not self._shingles.isdisjoint(_shingles(words))


def _sought(strings: Iterable[str]) -> tuple[_Sought, ...]:
    return tuple(
        _Sought(_words(text), _letters(text), tuple(hide(text) for hide in HIDINGS.values()))
        for text in strings
    )


def _pieces(text: str) -> Iterator[str]:
    """Yield a long text in pieces that overlap: of a longer one not every view is read."""
    for start in range(0, max(len(text), 1), _LONGEST_READ - _OVERLAP):
        yield text[start : start + _LONGEST_READ]


@lru_cache(maxsize=1 << 12)
def _words(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", normalise(text).text).split())


def _letters(text: str) -> str:
    return _words(text).replace(" ", "")


def _shingles(words: str) -> Iterator[str]:
    each = words.split()
    for start in range(len(each) - SHINGLE + 1):
        yield " ".join(each[start : start + SHINGLE])
