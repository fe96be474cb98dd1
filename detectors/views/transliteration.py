"""The words of a text in Latin letters, whatever script it is written in, with where they stood.

It spells letter by letter and knows nothing of languages, pronunciation or names. Words of scripts
without spaces are given character by character: where one ends is for the reader to try.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii


class Script(StrEnum):
    """How a word is written, as far as it matters for what its letters leave out."""

    LATIN = "latin"
    ALPHABET = "alphabet"
    GREEK = "greek"
    CYRILLIC = "cyrillic"
    HEBREW = "hebrew"
    ARABIC = "arabic"
    INDIC = "indic"
    KANA = "kana"
    HANGUL = "hangul"
    HAN = "han"
    NUMBER = "number"

    @property
    def has_spaces(self) -> bool:
        """Whether words are set apart, so that one of them is given whole."""
        return self not in (Script.HAN, Script.HANGUL, Script.INDIC)


class Word(NamedTuple):
    """One word, or one character of a script without spaces.

    Attributes:
        start, end: where it stands in the text, half-open.
        roman: in small Latin letters and apostrophes; digits for a number.
        script: of its first letter that is not Latin, if there is one.
    """

    start: int
    end: int
    roman: str
    script: Script


_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_HAN = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL = "\uac00-\ud7af"
# Thai, Lao, Myanmar and Khmer put no spaces between words; a vowel sign belongs to its letter.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_SPACED = rf"[^\W\d_{_HIRAGANA}{_KATAKANA}{_HAN}{_HANGUL}{_UNSPACED}]"
_WORD = re.compile(
    rf"(?P<number>\d+|[一二三四五六七八九十]+(?=世)|\b(?:[Ι-Λ]?(?:ΣΤ|[Α-Θ])|[Ι-Λ])(?=[΄´'ʹ’]))"
    rf"|(?P<single>[{_HAN}{_HANGUL}{_UNSPACED}])"
    rf"|(?P<katakana>[{_KATAKANA}][{_KATAKANA}{_INVISIBLE}\u3099\u309a]*)"
    rf"|(?P<hiragana>[{_HIRAGANA}][{_HIRAGANA}{_INVISIBLE}\u30fc\u3099\u309a]*)"
    rf"|(?P<word>(?:{_SPACED}|[\u0900-\u0dff])"
    rf"(?:{_SPACED}|[\u0900-\u0dff{_MARKS}{_INVISIBLE}]|['’׳](?={_SPACED}))*)"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]")
_BLOCKS = (
    (0x0000, Script.LATIN),
    (0x0370, Script.GREEK),
    (0x0400, Script.CYRILLIC),
    (0x0530, Script.ALPHABET),
    (0x0590, Script.HEBREW),
    (0x0600, Script.ARABIC),
    (0x0780, Script.ALPHABET),
    (0x08A0, Script.ARABIC),
    (0x0900, Script.ALPHABET),
    (0x0E00, Script.INDIC),
    (0x0F00, Script.ALPHABET),
    (0x1000, Script.INDIC),
    (0x10A0, Script.ALPHABET),
    (0x1780, Script.INDIC),
    (0x1800, Script.ALPHABET),
    (0x1E00, Script.LATIN),
    (0x1F00, Script.GREEK),
    (0x2000, Script.LATIN),
    (0x3005, Script.HAN),
    (0x3041, Script.KANA),
    (0x3400, Script.HAN),
    (0xA000, Script.ALPHABET),
    (0xAC00, Script.HANGUL),
    (0xD7B0, Script.ALPHABET),
    (0xF900, Script.HAN),
    (0xFB00, Script.LATIN),
    (0xFB1D, Script.HEBREW),
    (0xFB50, Script.ARABIC),
    (0xFF00, Script.LATIN),
    (0xFF66, Script.KANA),
    (0xFFA0, Script.ALPHABET),
    (0x20000, Script.HAN),
)
_FIRSTS = tuple(first for first, _ in _BLOCKS)
# What the letters of one script stand for together, which one by one they do not.
_TOGETHER: dict[Script, tuple[tuple[re.Pattern[str], str], ...]] = {
    Script.GREEK: tuple(
        (re.compile(pattern), roman)
        for pattern, roman in (
            ("([αε])υ(?=[βγδζλμνραεηιουω])", r"\1v"),
            ("([αε])υ", r"\1f"),
            ("ου", "u"),
            ("γι(?=[αεου])", "y"),
            ("ν?γκ$", "ng"),
            ("[εο]ι", "i"),
            ("αι", "e"),
            ("γ(?=[κγχ])", "ν"),
            ("^μπ|(?<=[μν])μπ", "b"),
            ("μπ", "mb"),
            ("ντ[ζσ]", "nz"),
            ("^ντ", "d"),
            ("ντ", "nd"),
            ("^νκ", "g"),
            ("τ[ζσ]", "ts"),
            ("χ", "kh"),
        )
    ),
    Script.ARABIC: (
        (re.compile("[اآأٱ]"), "a"),
        (re.compile("إ"), "i"),
        (re.compile("[هة]$"), "e"),
        (re.compile("ه"), "'h"),
    ),
    Script.HEBREW: tuple(
        (re.compile(pattern), roman)
        for pattern, roman in (
            ("[צץ]['׳]", "ch"),
            ("ג['׳]", "j"),
            ("ז['׳]", "zh"),
            ("ח", "kh"),
            ("ה", "'h"),
            ("וו", "w"),
            ("יי", "y"),
        )
    ),
    Script.KANA: (
        (re.compile("[ッっー]"), ""),
        (re.compile("(?=[ァィゥェォャュョぁぃぅぇぉゃゅょ])"), "~"),
    ),
}
_BEFORE_SMALL = re.compile("[aeiou]*~")


_GREEK_NUMBERS = {
    **{letter: value for value, letter in enumerate("ΑΒΓΔΕϚΖΗΘ", 1)},
    **{letter: 10 * value for value, letter in enumerate("ΙΚΛ", 1)},
    "Σ": 0,
}


def words(text: str) -> list[Word]:
    """Return the words of `text` in order, in Latin letters."""
    return [
        Word(found.start(), found.end(), _number(found.group()), Script.NUMBER)
        if found.lastgroup == "number"
        else Word(found.start(), found.end(), *romanised(found.group()))
        for found in _WORD.finditer(text)
    ]


@lru_cache(maxsize=1 << 15)
def romanised(word: str) -> tuple[str, Script]:
    """Return one word in small Latin letters, and its script."""
    if word.isascii():
        return word.lower(), Script.LATIN
    plain = unicodedata.normalize("NFKC", _DROPPED.sub("", word)).casefold()
    script = _script(plain)
    if script is Script.GREEK:
        plain = "".join(filter(str.isalpha, unicodedata.normalize("NFD", plain)))
    for pattern, roman in _TOGETHER.get(script, ()):
        plain = pattern.sub(roman, plain)
    return _BEFORE_SMALL.sub("", anyascii(plain).lower()), script


def _script(word: str) -> Script:
    for character in word:
        script = _BLOCKS[bisect_right(_FIRSTS, ord(character)) - 1][1]
        if script is not Script.LATIN:
            return script
    return Script.LATIN


def _number(word: str) -> str:
    """Return digits or a Chinese number below 100 in ASCII digits."""
    if word.isdecimal():
        return str(int(word))
    if word[0] in _GREEK_NUMBERS:
        letters = word.replace("ΣΤ", "Ϛ")
        return str(sum(_GREEK_NUMBERS[letter] for letter in letters))
    tens, ten, ones = word.partition("十")
    digits = {character: value for value, character in enumerate("〇一二三四五六七八九")}
    value = digits.get(ones, 0) + (10 * digits.get(tens, 1) if ten else 0)
    return str(value if ten else digits.get(word, 0))
