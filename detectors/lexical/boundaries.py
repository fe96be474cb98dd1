"""Where one word ends and the next begins, in normalised text of any script.

A boundary depends on the two characters beside it only; it knows nothing of patterns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container

# Thai and Lao, Myanmar, Khmer: written without spaces between words.
_UNSPACED = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
# Before Thai every script puts spaces between words.
_LAST_SPACED = "\u0dff"
# NFKD takes a Hangul syllable apart; these continue the syllable that a leading consonant began.
_SYLLABLE_REST = ("\u1160", "\u11ff")


def joins(before: str, after: str) -> bool:
    """Return whether two neighbouring characters belong to one word.

    They do when both are letters or digits of scripts that put spaces between words. Beside a
    character of another script (everything that is wide in East Asian typography, which includes
    Han, kana and Hangul, whose particles are written onto names; Thai, Lao, Myanmar, Khmer) every
    place counts as a boundary, only never inside a Hangul syllable.
    """
    if before.isascii() and after.isascii():
        return before.isalnum() and after.isalnum()
    if _within(after, _SYLLABLE_REST):
        return True
    if not (_is_word(before) and _is_word(after)):
        return False
    return not (is_unspaced(before) or is_unspaced(after))


def is_boundary(text: str, index: int) -> bool:
    """Return whether `index` lies between two words of `text`, or at one of its ends."""
    return not 0 < index < len(text) or not joins(text[index - 1], text[index])


def is_edge(text: str, index: int, edges: Container[int] | None = None) -> bool:
    """Return whether a word may begin or end at `index`: at one of `edges`, where these are known.

    Where words were put together, their boundaries cannot be read from the text any more.
    """
    return is_boundary(text, index) if edges is None else index in edges


def stands_alone(text: str, start: int, end: int, edges: Container[int] | None = None) -> bool:
    """Return whether whole words stand in `text[start:end]`."""
    return is_edge(text, start, edges) and is_edge(text, end, edges)


def is_unspaced(character: str) -> bool:
    """Return whether the character is of a script that puts no spaces between words."""
    return character > _LAST_SPACED and (
        unicodedata.east_asian_width(character) == "W"
        or _within(character, _SYLLABLE_REST)
        or any(_within(character, block) for block in _UNSPACED)
    )


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) == "Mc"


def _within(character: str, block: tuple[str, str]) -> bool:
    return block[0] <= character <= block[1]
