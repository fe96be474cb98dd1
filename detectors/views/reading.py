"""The form in which texts and names are compared, and where each character of it stood.

It knows nothing of what is hidden in a text, nor of targets.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import overload

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
# Pieces of a text that are not ASCII, and what little ASCII stands between them.
_OTHER_RUN = re.compile("[^\x00-\x7f]+(?:[\x00-\x7f]{1,3}[^\x00-\x7f]+)*")
# Stands for a character that becomes none or several; no character becomes this one.
_OTHERWISE = "\x00"
_MOST_FORMS = 1 << 16


@dataclass(frozen=True, slots=True)
class Offsets(Sequence[int]):
    """For each character of a text, and for its end, the index of what it was made from.

    Attributes:
        starts: where each stretch of the text begins that runs along with the original.
        origins: where in the original each of them begins.
        size: how many indices there are: one more than characters.
    """

    starts: tuple[int, ...]
    origins: tuple[int, ...]
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self.size))]
        if index < 0:
            index += self.size
        if not 0 <= index < self.size:
            raise IndexError(index)
        stretch = bisect_right(self.starts, index) - 1
        return self.origins[stretch] + index - self.starts[stretch]


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
    reading = _Reading()
    position = 0
    for run in _OTHER_RUN.finditer(text):
        ascii_forms = text[position : run.start()].encode().translate(_ASCII_FORMS)
        reading.add(ascii_forms.decode(), position)
        _append_folded(reading, run.group(), run.start())
        position = run.end()
    reading.add(text[position:].encode().translate(_ASCII_FORMS).decode(), position)
    reading.end(len(text))
    return _collapsed(reading, len(text))


def with_one_stroke(normalised: str) -> str:
    """Return a normalised text or name with i for every l.

    What stands for one of them in a disguise (1, |, !, a Cyrillic palochka) stands for the other
    too, so names and disguised texts are both read so.
    """
    return normalised.replace("l", "i")


class _Reading:
    """A text put together from pieces, each of which runs along with the original."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.origins: list[int] = []
        self._length = 0

    def add(self, piece: str, origin: int) -> None:
        """Append what stands in the original letter by letter from `origin` on."""
        if piece:
            self._begin(origin)
            self.pieces.append(piece)
            self._length += len(piece)

    def end(self, origin: int) -> None:
        """Say where in the original the end of the text is."""
        self._begin(origin)

    def offsets(self) -> Offsets:
        return Offsets(tuple(self.starts), tuple(self.origins), self._length + 1)

    def _begin(self, origin: int) -> None:
        if not self.starts or self.origins[-1] + self._length - self.starts[-1] != origin:
            self.starts.append(self._length)
            self.origins.append(origin)


def _normalise_ascii(text: str) -> Normalised:
    folded = text.encode().translate(_ASCII_FORMS).decode()
    if "  " not in folded:
        return Normalised(folded, range(len(text) + 1))
    starts, origins = [0], [0]
    gone = 0
    for run in _BLANKS.finditer(folded):
        start, end = run.span()
        starts.append(start + 1 - gone)
        origins.append(end)
        gone += end - start - 1
    offsets = Offsets(tuple(starts), tuple(origins), len(text) + 1 - gone)
    return Normalised(_BLANKS.sub(_BLANK, folded), offsets)


def _collapsed(reading: _Reading, length: int) -> Normalised:
    """Return what was read with one space for each run of them; `length` is the original's."""
    text = "".join(reading.pieces)
    if "  " not in text:
        return Normalised(text, reading.offsets())
    made = _Reading()
    starts = [*reading.starts, len(text) + 1]
    position = at = 0
    for stop, following in (
        *((run.start() + 1, run.end()) for run in _BLANKS.finditer(text)),
        (len(text), -1),
    ):
        while position < stop:
            while starts[at + 1] <= position:
                at += 1
            until = min(stop, starts[at + 1])
            made.add(text[position:until], reading.origins[at] + position - starts[at])
            position = until
        position = following
    made.end(length)
    return Normalised("".join(made.pieces), made.offsets())


def _append_folded(reading: _Reading, text: str, origin: int) -> None:
    """Append a piece of the original, which begins at `origin`, as names are compared."""
    folded = text.translate(_single_forms())
    begin = 0
    while (stop := folded.find(_OTHERWISE, begin)) >= 0:
        reading.add(folded[begin:stop], origin + begin)
        for character in _fold(text[stop]):
            reading.add(character, origin + stop)
        begin = stop + 1
    reading.add(folded[begin:], origin + begin)


class _SingleForms(dict[int, str]):
    """For str.translate: what one character stands for a character, else `_OTHERWISE`."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(folded) != 1:
            folded = _OTHERWISE
        if len(self) < _MOST_FORMS:
            self[code] = folded
        return folded


@lru_cache(maxsize=1)
def _single_forms() -> _SingleForms:
    return _SingleForms()


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
