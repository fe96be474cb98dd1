"""How a word is written: in small letters, in capitals, with one capital, or otherwise.

It knows letters; it does not know names.
"""

from __future__ import annotations

import re
from enum import StrEnum

# A run of letters with the marks that belong to them; digits, signs and `_` stand between words.
WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
# Scripts that put no blanks between words: what stands here is looked for within runs too.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Casing(StrEnum):
    """How a word is written."""

    LOWER = "lower"
    TITLE = "title"
    UPPER = "upper"
    MIXED = "mixed"


def casing_of(word: str) -> Casing:
    """Return how `word` is written; one letter in capitals, or a script without them, is a title.

    A casing other than `MIXED` can be undone: `in_casing(word.lower(), casing)` is the word.
    """
    base = word.lower()
    if len(word) > 1 and word != base and in_casing(base, Casing.UPPER) == word:
        return Casing.UPPER
    if in_casing(base, Casing.TITLE) == word:
        return Casing.TITLE
    return Casing.LOWER if word == base else Casing.MIXED


def in_casing(base: str, casing: Casing) -> str:
    """Return a word in small letters as `casing` says; `MIXED` leaves it alone."""
    if casing is Casing.UPPER:
        return base.upper()
    return base[:1].upper() + base[1:] if casing is Casing.TITLE else base


def seen_casing(part: str) -> Casing:
    """Return how a word is written of which `part` has been read: a capital alone may be either."""
    if not part[:1].isupper():
        return Casing.LOWER
    return Casing.UPPER if len(part) > 1 and part.isupper() else Casing.TITLE
