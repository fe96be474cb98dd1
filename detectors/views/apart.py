"""Letters and pieces of words that are written apart: spaced, listed, spelt out, hyphenated.

Each function returns what to put where, in order; it knows nothing of views.
"""

from __future__ import annotations

import re
from collections import Counter

from detectors.views.view import Change

# Fewer single letters in a row are initials, options or variables.
FEWEST_LETTERS = 4
# What may stand between two letters that belong together: ", ", a line break, "', '.', '".
LONGEST_SEPARATOR = 9

_SIGN = r"[^\W_]"
_NEXT = rf"[\W_]{{1,{LONGEST_SEPARATOR}}}{_SIGN}(?![^\W_])"
_RUN = re.compile(rf"(?<![^\W_]){_SIGN}(?:{_NEXT}){{{FEWEST_LETTERS - 1},}}")
# The same for ASCII, where every letter or digit is an "a" and everything else a blank.
_SHAPE = bytes(97 if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256))
_RUN_OF_SHAPE = re.compile(rb" a (?: {0,%d}a ){%d,}" % (LONGEST_SEPARATOR - 1, FEWEST_LETTERS - 1))
_SEPARATOR = re.compile(r"[\W_]+")
# Control characters stand for blanks in names, but nobody types them within a word.
# A line ends within a word behind a hyphen only; behind other signs it ends a sentence or an item.
_CUT = re.compile(r"[-_.*~+^\\=|·‐‑\x00-\x08\x0e-\x1f\x7f]{1,2}(?:(?<=[-‐‑])\r?\n)?(?=[^\W\d_])")
_NATO = {
    word: word[0]
    for word in "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo "
    "lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray "
    "x-ray yankee zulu".split()
}
# A name has one of these letters.
_FREQUENT = ("alpha", "alfa", "echo", "india", "oscar")
_NATO_WORD = "|".join(sorted(_NATO, reverse=True))
_NATO_RUN = re.compile(
    rf"\b(?:\d\W{{1,3}}){{0,9}}(?:{_NATO_WORD})(?:\W{{1,3}}(?:{_NATO_WORD}|\d)\b){{2,}}",
    re.IGNORECASE,
)
_NATO_PART = re.compile(rf"({_NATO_WORD}|\d)|[^A-Za-z\d]+", re.IGNORECASE)


def spaced_changes(text: str) -> list[Change]:
    """Return each run of single letters as words.

    The separator that is met most often stands between letters, any other one between words.
    """
    return [(start, end, _words_of(text[start:end])) for start, end in _runs_of_letters(text)]


def _runs_of_letters(text: str) -> list[tuple[int, int]]:
    if not text.isascii():
        return [run.span() for run in _RUN.finditer(text)]
    shape = b" " + text.encode().translate(_SHAPE) + b" "
    return [(run.start(), run.end() - 2) for run in _RUN_OF_SHAPE.finditer(shape)]


def joined_changes(text: str) -> list[Change]:
    """Return the places where a sign cuts a word in two, with nothing instead."""
    return [
        (cut.start(), cut.end(), "")
        for cut in _CUT.finditer(text)
        if text[cut.start() - 1 : cut.start()].isalpha()
    ]


def may_be_spelt(normalised: str) -> bool:
    """Return whether some words of the spelling alphabet stand in a text."""
    if not any(word in normalised for word in _FREQUENT):
        return False
    return sum(word in normalised for word in _NATO) >= FEWEST_LETTERS - 1


def spelt_changes(text: str) -> list[Change]:
    """Return each run of words of the spelling alphabet (Sierra Tango ...) as their letters."""
    return [(run.start(), run.end(), _initials(run.group())) for run in _NATO_RUN.finditer(text)]


def _words_of(run: str) -> str:
    usual = Counter(_SEPARATOR.findall(run)).most_common(1)[0][0]

    def between(gap: re.Match[str]) -> str:
        rest = gap.group().removeprefix(usual)
        # A sign that stands apart like a letter (the dot of an initial) is no end of a word.
        is_sign = rest.endswith(usual) and len(rest) == len(usual) + 1 and not rest[0].isspace()
        if is_sign:
            return "'" if rest[0] in "'’" else ""
        return " " if rest else ""

    return _SEPARATOR.sub(between, run)


def _initials(run: str) -> str:
    def letter(part: re.Match[str]) -> str:
        if part.group(1):
            return part.group(1)[0]
        return " " if len(part.group()) > 1 and part.group().isspace() else ""

    return _NATO_PART.sub(letter, run)
