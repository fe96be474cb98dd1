"""The form in which texts and names are compared, and where each character of it stood.

It knows nothing of what is hidden in a text, nor of targets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_BLANK = " "
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# NFKD leaves these apart although keyboards and word processors write one for the other.
_PUNCTUATION = str.maketrans({**dict.fromkeys("‘’ʼ`´", "'"), **dict.fromkeys("‐‒–—−", "-")})
# For bytes.translate: small letters, control characters as blanks, an accent as an apostrophe.
_ASCII_FORMS = bytes(
    ord(_BLANK if code < 32 or code == 127 else "'" if code == 96 else chr(code).lower())
    for code in range(128)
) + bytes(128)
_BLANKS = re.compile("  +")
_ASCII_RUN = re.compile("[\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in the form in which names are compared.

    Attributes:
        text: the normalised text.
        offsets: for each of its characters, and for its end, the index in the original.
    """

    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that `text[start:end]` was made from."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], max(self.offsets[end], self.offsets[end - 1] + 1)


def normalise(text: str) -> Normalised:
    """Return `text` as names are compared: NFKD, no marks or format characters, casefolded.

    Each run of blanks and control characters becomes one space; typographic apostrophes and
    dashes become ASCII; a lone surrogate becomes U+FFFD. Every character is mapped by itself, so
    normalise(a) and normalise(b) put together are normalise(a + b), with one exception: where a
    run of blanks lies across the seam, two spaces stand in the place of one. A stream must
    therefore normalise again from before the run, not put normalised pieces together.
    """
    if text.isascii():
        return _normalise_ascii(text)
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for run in _ASCII_RUN.finditer(text):
        _append_folded(pieces, offsets, text, position, run.start())
        folded = _normalise_ascii(run.group())
        begin = 1 if pieces and pieces[-1] == _BLANK and folded.text.startswith(_BLANK) else 0
        pieces.extend(folded.text[begin:])
        offsets.extend(run.start() + offset for offset in folded.offsets[begin:-1])
        position = run.end()
    _append_folded(pieces, offsets, text, position, len(text))
    offsets.append(len(text))
    return Normalised("".join(pieces), offsets)


def with_one_stroke(normalised: str) -> str:
    """Return a normalised text or name with i for every l.

    What stands for one of them in a disguise (1, |, !, a Cyrillic palochka) stands for the other
    too, so names and disguised texts are both read so.
    """
    return normalised.replace("l", "i")


def _normalise_ascii(text: str) -> Normalised:
    folded = text.encode().translate(_ASCII_FORMS).decode()
    if "  " not in folded:
        return Normalised(folded, range(len(text) + 1))
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for run in _BLANKS.finditer(folded):
        pieces += folded[position : run.start()], _BLANK
        offsets.extend(range(position, run.start() + 1))
        position = run.end()
    pieces.append(folded[position:])
    offsets.extend(range(position, len(text) + 1))
    return Normalised("".join(pieces), offsets)


def _append_folded(pieces: list[str], offsets: list[int], text: str, start: int, end: int) -> None:
    for position in range(start, end):
        for character in _fold(text[position]):
            if character == _BLANK and pieces and pieces[-1] == _BLANK:
                continue
            pieces.append(character)
            offsets.append(position)


@lru_cache(maxsize=1 << 16)
def _fold(character: str) -> str:
    """Map one character to what stands for it: nothing, one character or several."""
    folded = _without_marks(character)
    while (again := _without_marks(folded.casefold())) != folded:
        folded = again
    return "".join(map(_plain_form, folded))


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_PUNCTUATION))
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


def _plain_form(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return _BLANK
    return _REPLACEMENT if category == "Cs" else character
