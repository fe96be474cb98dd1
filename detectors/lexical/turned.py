"""Names that stand turned in an otherwise plain text: by rot13, backwards, each word backwards.

The text is turned back and searched for the names as they are, so that no name is kept a second
time. A text that is turned as a whole is a view of its own (detectors/views/backwards.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from detectors.lexical.names import NameSet
from detectors.views import View, normalise
from detectors.views.backwards import FEWEST_LETTERS
from detectors.views.encodings import rot13
from detectors.views.kinds import KINDS, REVERSED, ROT13

# The segments of an index read the same few texts one after the other.
_MOST_KEPT = 16
_SIGN = re.compile(r"[^\w ]|_")
_SIGN_BETWEEN_WORDS = re.compile(r"[^\w '-]|_|'(?=s\b)")
_ALL_BUT_DIGITS_AND_LETTERS = bytes(
    code if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256)
)


class Turned(NamedTuple):
    """A text turned back.

    Attributes:
        text: it; as long as the text that it was made of.
        view: the name of the view that undoes the same.
        by_word: whether each word was turned in its place; else letters, or the whole text.
    """

    text: str
    view: str
    by_word: bool = False


def turned_names(names: NameSet, view: View) -> Iterator[tuple[int, int, int, str, str]]:
    """Yield (start, end, number, view, how) of names that stand turned in the text of a view."""
    text = view.text
    for turned in _turned(text, view.source):
        for start, end, number in names.find(turned.text, loose=turned.by_word):
            found = turned.text[start:end]
            if " " not in found and sum(map(str.isalpha, found)) < FEWEST_LETTERS:
                continue
            if turned.by_word:
                start, end = _unit(turned.text, start, end)
            elif turned.view == REVERSED:
                start, end = len(text) - end, len(text) - start
            # What reads the same either way is not turned.
            if text[start:end] != found:
                yield start, end, number, turned.view, f", once {KINDS[turned.view].phrase}"


@lru_cache(maxsize=_MOST_KEPT)
def _turned(text: str, source: str) -> tuple[Turned, ...]:
    backwards = text[::-1]
    found = [Turned(rot13(text), ROT13), Turned(backwards, REVERSED)]
    if text.isascii():
        bare = backwards.encode().translate(_ALL_BUT_DIGITS_AND_LETTERS).decode()
    else:
        bare = _SIGN.sub(" ", backwards)
    found.append(Turned(_words_in_order(bare), REVERSED, by_word=True))
    if "-" in text or "'" in text:
        joined = _SIGN_BETWEEN_WORDS.sub(" ", text)[::-1]
        if joined != bare:
            found.append(Turned(_words_in_order(joined), REVERSED, by_word=True))
    if not source.isascii():
        # Letters with marks are left by rot13, and are not those of the name without marks.
        marked = normalise(rot13(source)).text
        if len(marked) == len(text) and marked != found[0].text:
            found.append(Turned(marked, ROT13))
    return tuple(found)


def _words_in_order(backwards: str) -> str:
    """Return a reversed text with its words in the order, and the places, that they had."""
    return " ".join(reversed(backwards.split(" ")))


def _unit(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of whole words: within them, what a word stands beside is turned too."""
    after = text.find(" ", end)
    return text.rfind(" ", 0, start) + 1, len(text) if after < 0 else after
