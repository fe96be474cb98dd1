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
from detectors.views.encodings import rot13
from detectors.views.kinds import KINDS, REVERSED, ROT13

# Shorter single words become other words: Leon and Noel, Aidan and Nadia.
FEWEST_LETTERS = 6

# The segments of an index read the same few texts one after the other.
_MOST_KEPT = 16
_SIGN = re.compile(r"[^\w ]|_")
_SIGN_BETWEEN_WORDS = re.compile(r"[^\w '-]|_")


def _blanks_but(signs: str) -> bytes:
    """Return a table for bytes.translate: blanks for all but letters, digits and some signs."""
    return bytes(
        code if chr(code).isalnum() or chr(code) in signs else ord(" ") for code in range(128)
    ) + bytes(128)


_BLANKS, _BLANKS_BUT_SOME = _blanks_but(""), _blanks_but("'-")
_ROT13 = bytes(map(ord, rot13("".join(map(chr, range(128)))))) + bytes(128)


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
    parted = _parted(backwards, within_words=False)
    found = [
        Turned(_by_thirteen(text), ROT13),
        Turned(backwards, REVERSED),
        Turned(_words_in_order(parted), REVERSED, by_word=True),
    ]
    if "-" in text or "'" in text.replace("n't", "").replace("'s ", ""):
        # The s of a possessive is no part of the word that is turned.
        joined = _parted(f" {backwards}".replace(" s'", " s ")[1:], within_words=True)
        if joined != parted:
            found.append(Turned(_words_in_order(joined), REVERSED, by_word=True))
    if not source.isascii():
        # Letters with marks are left by rot13, and are not those of the name without marks.
        marked = normalise(rot13(source)).text
        if len(marked) == len(text) and marked != found[0].text:
            found.append(Turned(marked, ROT13))
    return tuple(found)


def _by_thirteen(text: str) -> str:
    return text.encode().translate(_ROT13).decode() if text.isascii() else rot13(text)


def _parted(text: str, *, within_words: bool) -> str:
    """Return a text with blanks for signs; those that stand within words may be left."""
    if text.isascii():
        return text.encode().translate(_BLANKS_BUT_SOME if within_words else _BLANKS).decode()
    return (_SIGN_BETWEEN_WORDS if within_words else _SIGN).sub(" ", text)


def _words_in_order(backwards: str) -> str:
    """Return a reversed text with its words in the order, and the places, that they had."""
    return " ".join(reversed(backwards.split(" ")))


def _unit(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of whole words: within them, what a word stands beside is turned too."""
    after = text.find(" ", end)
    return text.rfind(" ", 0, start) + 1, len(text) if after < 0 else after
