"""Characters that look like ASCII letters and digits, read as these (UTS 39, section 4).

The look-alikes are those of the Unicode Consortium, as packaged by `confusable-homoglyphs`, and
letters whose Unicode name says what they are a form of (`LATIN SMALL LETTER TURNED E`). Unlike a
UTS 39 skeleton, ASCII stays as it is: what ASCII characters stand for is left to the leet view.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from confusable_homoglyphs.confusables import (  # type: ignore[import-untyped]
    confusables_data,
)

from detectors.views.reading import normalise
from detectors.views.view import Change

_NAMED = re.compile(
    r"(?:LATIN (SMALL|CAPITAL)(?: LETTER)?(?: [A-Z]+){0,2}? ([A-Z])"
    r"|LATIN LETTER (?:[A-Z]+ )?(SMALL CAPITAL) ([A-Z])"
    r"|(REGIONAL) INDICATOR SYMBOL LETTER ([A-Z])"
    r"|(NEGATIVE) (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z]))(?: WITH [A-Z ]+)?"
)
_WORD = re.compile(r"[^\s\x00-\x2f\x3a-\x3f\x5b-\x60\x7b-\x7f]+")
_STROKE = re.compile(r"[1lIi|]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_NO_LETTERS = bytes(set(range(256)) - set(string.ascii_letters.encode()))
# In a text of another script, a word of fewer letters that are all look-alikes is one of its own.
_FEWEST_LETTERS = 3
# Tag characters repeat ASCII at U+E0000, unseen: text can be written to a model in them.
_TAGS = range(0xE0020, 0xE007F)


def confusable_changes(text: str) -> list[Change]:
    """Return the words of `text` that are made up with look-alikes, as they look.

    These are words that are ASCII once they are read so (a common word of another script apart),
    or that mix ASCII letters with letters of another script.
    """
    table = look_alikes()
    if text.isascii() or not _has_look_alike(text):
        return []
    fewest = 1 if _is_mostly_ascii(text) else _FEWEST_LETTERS
    return [
        (word.start() + start, word.start() + end, piece)
        for word in _WORD.finditer(text)
        if _is_made_up(word.group(), table, fewest)
        for start, end, piece in _folded(word.group(), table)
    ]


def stroke_changes(changes: Sequence[Change]) -> list[Change]:
    """Return `changes` with i for whatever looks like one stroke; none where nothing does."""
    if not any(_STROKE.search(piece) for _, _, piece in changes):
        return []
    return [(start, end, _STROKE.sub("i", piece)) for start, end, piece in changes]


def fold(text: str) -> str:
    """Return `text` with every look-alike as what it looks like."""
    return text if text.isascii() else text.translate(look_alikes())


@lru_cache(maxsize=1)
def look_alikes() -> Mapping[int, str]:
    """Return what each look-alike stands for, by code point; built when first needed."""
    table = dict(_by_name())
    for letter, others in confusables_data.items():
        if len(letter) == 1 and letter.isascii() and letter.isalnum():
            for other in others:
                if len(other["c"]) == 1 and not other["c"].isascii():
                    table.setdefault(ord(other["c"]), letter)
    for code, letter in [*table.items()]:
        character = chr(code)
        lower = character.lower()
        if len(lower) == 1 and letter == "l" and character != lower:
            # A capital I looks like an l; what it is shows in its small letter.
            if table.get(ord(lower)) == "i":
                table[code] = "I"
    _add_second_hand(table)
    table.update((code, chr(code - _TAGS.start + 0x20)) for code in _TAGS)
    return table


def _by_name() -> Iterator[tuple[int, str]]:
    for code in range(0x80, sys.maxunicode + 1):
        if 0x3000 <= code < 0xA700 or 0xAC00 <= code < 0xF900 or 0x20000 <= code:
            continue
        named = _NAMED.fullmatch(unicodedata.name(chr(code), ""))
        if named:
            kind, letter = filter(None, named.groups())
            yield code, letter if kind == "CAPITAL" else letter.lower()


def _add_second_hand(table: dict[int, str]) -> None:
    """Add what looks like a character that looks like ASCII: Cyrillic ka is a small capital k."""
    for written, others in confusables_data.items():
        if len(written) == 1 and not written.isascii() and ord(written) not in table:
            for other in others:
                if len(other["c"]) == 1 and ord(other["c"]) in table:
                    table[ord(written)] = table[ord(other["c"])]
                    break


@lru_cache(maxsize=1)
def _kept() -> frozenset[str]:
    """Return the look-alikes that normalisation alone does not make ASCII."""
    plain = ((character, normalise(character).text) for character in map(chr, look_alikes()))
    return frozenset(
        character for character, text in plain if not (text.isalnum() and text.isascii())
    )


def _has_look_alike(text: str) -> bool:
    return not _kept().isdisjoint("".join(_NOT_ASCII.findall(text)))


def _is_mostly_ascii(text: str) -> bool:
    """Return whether ASCII letters outweigh everything that is not ASCII."""
    letters = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    return letters > sum(map(len, _NOT_ASCII.findall(text)))


def _is_made_up(word: str, table: Mapping[int, str], fewest: int) -> bool:
    if word.isascii() or not _has_look_alike(word):
        return False
    if any(character.isascii() and character.isalpha() for character in word):
        return True
    folded = normalise(word.translate(table)).text
    return folded.isascii() and sum(map(str.isalnum, folded)) >= fewest


def _folded(word: str, table: Mapping[int, str]) -> Iterator[Change]:
    start = 0
    while start < len(word):
        end = start + 1
        if ord(word[start]) in table:
            while end < len(word) and ord(word[end]) in table:
                end += 1
            yield start, end, word[start:end].translate(table)
        start = end
