"""How a text is read before anything is looked for in it: normalised, and with base64 undone.

A view knows where each of its characters stood in the original; it knows nothing of targets.
"""

from __future__ import annotations

import base64
import binascii
import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

PLAIN = "plain"
BASE64 = "base64"

SHORTEST_BASE64_RUN = 12

_BLANK = " "
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# NFKD leaves these apart although keyboards and word processors write one for the other.
_PUNCTUATION = str.maketrans({**dict.fromkeys("‘’ʼ`´", "'"), **dict.fromkeys("‐‒–—−", "-")})
_ASCII_BLANKS = re.compile("[\x00-\x20\x7f]{2,}|[\x00-\x1f\x7f]")
_ASCII_RUN = re.compile("[\x00-\x7f]+")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{10,}={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")


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


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a text.

    Attributes:
        name: `plain`, or the encoding that was undone.
        source: the text of this reading as written: the original, or what was decoded from it.
        normalised: `source` in the form in which names are compared.
        runs: for each decoded piece, in order: its start in `source`, and the start and end of
            its encoded form in the original. Empty where `source` is the original.
    """

    name: str
    source: str
    normalised: Normalised
    runs: tuple[tuple[int, int, int], ...] = ()

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.normalised.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that holds `text[start:end]`."""
        first, last = self.normalised.span(start, end)
        return self.original(first, last)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that holds `source[start:end]`."""
        if not self.runs:
            return start, end
        first = bisect_right(self.runs, (start, sys.maxsize, 0)) - 1
        last = bisect_right(self.runs, (max(start, end - 1), sys.maxsize, 0)) - 1
        return self.runs[first][1], self.runs[last][2]


def views(text: str) -> tuple[View, ...]:
    """Return the readings of `text`: plain first, then everything decoded from base64 as one.

    A run is undone once, so the work and the length of all views stay linear in the text.
    """
    plain = View(PLAIN, text, normalise(text))
    decoded = _base64_view(text)
    return (plain, decoded) if decoded else (plain,)


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


def _normalise_ascii(text: str) -> Normalised:
    lowered = text.lower().translate(_PUNCTUATION)
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for run in _ASCII_BLANKS.finditer(lowered):
        pieces += lowered[position : run.start()], _BLANK
        offsets.extend(range(position, run.start() + 1))
        position = run.end()
    if not pieces:
        return Normalised(lowered, range(len(text) + 1))
    pieces.append(lowered[position:])
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


def _base64_view(text: str) -> View | None:
    pieces: list[str] = []
    runs: list[tuple[int, int, int]] = []
    length = 0
    for run in _BASE64_RUN.finditer(text):
        piece = _decode_base64(run.group())
        if piece is not None:
            pieces.append(piece)
            runs.append((length, run.start(), run.end()))
            length += len(piece) + 1
    if not pieces:
        return None
    source = "\n".join(pieces)
    return View(BASE64, source, normalise(source), tuple(runs))


def _decode_base64(run: str) -> str | None:
    """Return the printable text that `run` encodes, or None."""
    if len(run) < SHORTEST_BASE64_RUN:
        return None
    digits = run.rstrip("=").translate(_URL_SAFE)
    try:
        text = base64.b64decode(digits + "=" * (-len(digits) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    printable = all(character.isprintable() or character.isspace() for character in text)
    return text if printable else None
