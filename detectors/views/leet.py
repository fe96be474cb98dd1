"""Words in which digits and signs stand for letters: `5t3ph3n`, `J4n3`, `$m1th`.

Numbers and prices stay as they are: only words that have letters besides are read so, and what
stands directly beside these.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from detectors.views.view import Change

# What is longer is no word but a key, a hash or base64.
LONGEST_WORD = 40

_CERTAIN = dict(zip("023456789@$+€£", "ozeasgtbgastel", strict=True))
_LETTERS = str.maketrans({**_CERTAIN, **dict.fromkeys("1!|I", "i")})
_WORD = re.compile(r"[0-9A-Za-z@$!|+€£]+")
_LEET = re.compile(r"[0-9@$|+!€£I]+")
# Ordinals, decades, hours and what is measured: the commonest words with digits in them.
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|s|x|am|pm|mm|cm|km|px|kg|mg|ml)")
_SIGNS = frozenset(string.ascii_letters + string.digits + "@$!|+€£")
_LETTER = re.compile(r"[A-Za-z]")


def leet_changes(text: str) -> Iterator[list[Change]]:
    """Yield the words of `text` that look like leetspeak as plain letters.

    A `1` may be an i or an l, so it becomes an i, and the view has to be read with i for every l.
    A number beside such a word and a `!` at its end may be letters or not: both are yielded.
    """
    words = list(_leet_words(text))
    if not words:
        return
    yield [(start, end, word.translate(_LETTERS)) for start, end, word in words]
    certain = [_without_end(*word) for word in words if _LETTER.search(word[2])]
    if certain != words:
        yield [(start, end, word.translate(_LETTERS)) for start, end, word in certain]


def _leet_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the words that mix letters with leet, and those without letters beside them."""
    done = 0
    for place in _LEET.finditer(text):
        if place.start() < done or not _is_in_word(text, place):
            continue
        start = _start_of_word(text, place.start(), done)
        end = _end_of_word(text, place.start())
        if end - start > LONGEST_WORD or _NUMBER.fullmatch(text, start, end):
            done = end
            continue
        first = _start_of_word(text, start - 1, done) if text[start - 1 : start] == " " else start
        if first < start - 1 and not _LETTER.search(text, first, start):
            yield first, start - 1, text[first : start - 1]
        yield start, end, text[start:end]
        done = end
        last = _end_of_word(text, end + 1) if text[end : end + 1] == " " else end
        if last > end + 1 and not _LETTER.search(text, end, last):
            yield end + 1, last, text[end + 1 : last]
            done = last


def _is_in_word(text: str, place: re.Match[str]) -> bool:
    """Return whether letters stand beside leet, as they do not beside a number or a price."""
    start, end = place.span()
    before = text[start - 1 : start]
    if place.group() == "I":
        return before.isascii() and before.islower()
    after = text[end : end + 1]
    if place.group().strip("!I") == "":
        return after.isascii() and after.isalpha()
    return any(beside.isascii() and beside.isalpha() for beside in (before, after)) or (
        "I" in place.group()
    )


def _start_of_word(text: str, position: int, least: int) -> int:
    while position > least and text[position - 1] in _SIGNS:
        position -= 1
    return position


def _end_of_word(text: str, position: int) -> int:
    word = _WORD.match(text, position)
    return word.end() if word else position


def _without_end(start: int, end: int, word: str) -> tuple[int, int, str]:
    kept = word.rstrip("!")
    return start, start + len(kept), kept
