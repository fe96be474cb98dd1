"""The readings of a text that a stream can be searched in while it flows.

Each depends on few neighbouring characters only, so that a part of a text is read as it is within
the whole: as written (case, width, marks and zero-width characters undone), with look-alikes as
the letters they look like, with letters and pieces of words that are written apart put together,
with digits and signs as letters. What only a whole text shows is left to `detectors.views`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass

from detectors.lexical.boundaries import is_boundary, is_edge
from detectors.views import Normalised, normalise
from detectors.views.confusables import fold
from detectors.views.reading import with_one_stroke

# Letters of a disguised name of one word: fewer are too often some other word.
FEWEST_LETTERS = 4
# Stands where something was masked: nothing is put together across it.
MASK_SIGN = "\N{FULL BLOCK}"

_CUTS = r"[-_.*~+^\\=|·]{1,2}"
_SIGN = r"[^\W_]"
_LETTER = r"[^\W\d_]"
# Between letters that are written apart stands a blank, or a sign and blanks beside it.
_APART = rf"(?: [-_.,/*·] |(?:[^\w{MASK_SIGN}]|_) ?)"
_OPEN = r"(?:[^\w]|_){0,2}"
_MAY_BE_APART = re.compile(
    rf"(?<!{_SIGN}){_SIGN}{_APART}(?:{_SIGN}(?!{_SIGN})|{_OPEN}$)"
    rf"|{_LETTER}{_CUTS} ?(?:{_LETTER}|$)"
    rf"|{_SIGN}[*_~]* ?[*_~]+(?:{_SIGN}|$)|{_SIGN}[*_~]+ ?(?:{_SIGN}|$)"
)
# Emphasis of Markdown beside the blank between two words.
_EMPHASIS = re.compile(r"[*_~]{0,3} [*_~]{0,3}")
_OPEN_EMPHASIS = re.compile(r"[*_~]{1,3} ?[*_~]{0,3}| [*_~]{1,3}")
# What may be a gap within a word, or emphasis between two: what it is decides what follows.
_GAP = re.compile(
    rf"(?<={_LETTER}){_CUTS} ?(?={_LETTER})"
    rf"|(?<!{_SIGN}{_SIGN})(?<={_SIGN}){_APART}(?={_SIGN}(?!{_SIGN}))"
    rf"|(?<={_SIGN})(?:[*_~]{{1,3}} [*_~]{{0,3}}| [*_~]{{1,3}})(?={_SIGN})"
)
_BETWEEN = re.compile(_APART)
_MAY_GO_ON = re.compile(rf"{_APART}| [-_.,/*·]")
_CUT = re.compile(_CUTS)
_LONGEST_GAP = 3

_CERTAIN = dict(zip("023456789@$€£", "ozeasgtbgasel", strict=True))
_LETTERS = str.maketrans({**_CERTAIN, "1": "i", "|": "i"})
_LEET = r"[0-9@$€£|!]"
_MAY_BE_LEET = re.compile(rf"[a-z]{_LEET}|{_LEET}[a-z]|{_LEET}$")
_LEET_SIGN = re.compile(_LEET)
_EXCLAMATION = re.compile(r"!(?=[a-z0-9])")


@dataclass(frozen=True, slots=True)
class Seams(Container[int]):
    """Where words of a reading begin and end, those that were put together among them."""

    text: str
    seams: tuple[int, ...]

    def __contains__(self, index: object) -> bool:
        if not isinstance(index, int):
            return False
        place = bisect_left(self.seams, index)
        is_seam = place < len(self.seams) and self.seams[place] == index
        return is_seam or is_boundary(self.text, index)


@dataclass(slots=True, eq=False)
class Reading:
    """One reading of a text.

    Attributes:
        text: as names are compared.
        normalised: what it was made of; its offsets lead to the original.
        gaps: for each gap that was taken out, in order: where in `text`, and how many characters
            of the normalised text are missing before there.
        edges: where words begin and end, None where the text itself shows it.
        leet: the text before digits and signs were read as letters, None where they were not.
        is_plain: whether nothing was undone but case, width, marks and invisible characters.
        open_end: how many characters at the end may yet turn out to be a gap within a word.
    """

    text: str
    normalised: Normalised
    gaps: tuple[tuple[int, int], ...] = ()
    edges: Seams | None = None
    leet: str | None = None
    is_plain: bool = False
    open_end: int = 0

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that `text[start:end]` was made from."""
        return self.normalised.span(self._before(start), self._before(end - 1) + 1)

    def origin(self, index: int) -> int:
        """Return where in the original the character at `index` comes from."""
        return self.normalised.offsets[self._before(index)]

    def first_at(self, original: int) -> int:
        """Return the index of the first character that comes from `original` or behind it."""
        index = bisect_left(self.normalised.offsets, original, hi=len(self.normalised.text))
        before = 0
        for place, missing in self.gaps:
            if index < place + missing:
                return min(index - before, place)
            before = missing
        return index - before

    def counts(self, start: int, end: int) -> bool:
        """Return whether what stands there was disguised, and is long enough to mean it."""
        if self.is_plain:
            return True
        found = self.text[start:end]
        if " " not in found and sum(map(str.isalnum, found)) < FEWEST_LETTERS:
            return False
        if self.leet is not None:
            written = self.leet[start:end]
            return bool(_LEET_SIGN.search(written)) and _begins_with_letter(written)
        if self.edges is not None:
            first, last = bisect_right(self.edges.seams, start), bisect_left(self.edges.seams, end)
            return first < last
        return True

    def starts(self) -> Container[int] | None:
        """Return where a word may begin that goes on behind the end, None for any boundary."""
        return self.edges if self.leet is None else _LeetStarts(self)

    def is_certain(self, end: int) -> bool:
        """Return whether what follows cannot change that a word ends at `end`."""
        rest = len(self.text) - end
        return rest > 1 or (rest == 1 and not (self.leet is not None and self.text[end] == "!"))

    def until_open_end(self) -> str:
        """Return the text without the gap at its end, if that may be within a word."""
        return self.text[: len(self.text) - self.open_end]

    def _before(self, index: int) -> int:
        missing = 0
        for place, gone in self.gaps:
            if place > index:
                break
            missing = gone
        return index + missing


@dataclass(frozen=True, slots=True)
class _LeetStarts(Container[int]):
    """Where a word with digits or signs for letters may begin: it shows a letter at once."""

    reading: Reading

    def __contains__(self, index: object) -> bool:
        reading = self.reading
        if not isinstance(index, int) or not is_edge(reading.text, index, reading.edges):
            return False
        written = (reading.leet or "")[index : index + 2]
        return len(written) < 2 or _begins_with_letter(written)


def readings_of(text: str) -> list[Reading]:
    """Return the readings of a text, the plain one first."""
    plain = normalise(text)
    made = [Reading(plain.text, plain, is_plain=True)]
    last = made[0]
    if not text.isascii() and (folded := fold(text)) != text:
        normalised = normalise(folded)
        last = Reading(normalised.text, normalised)
        made.append(last)
    if _MAY_BE_APART.search(last.text):
        together = _put_together(last, text)
        if together is not None:
            last = together
            made.append(last)
    if _MAY_BE_LEET.search(last.text):
        made.append(_in_letters(last))
    return made


def _put_together(reading: Reading, original: str) -> Reading | None:
    """Return a reading without the gaps between letters or pieces of words, if it has any."""
    text = reading.text
    pieces: list[str] = []
    gaps: list[tuple[int, int]] = []
    length = missing = kept = 0
    for gap in _gaps_within_words(reading, original):
        piece = text[kept : gap[0]]
        pieces.append(piece)
        length += len(piece)
        missing += gap[1] - gap[0]
        gaps.append((length, missing))
        kept = gap[1]
    rest = text[kept:]
    open_end = _open_end(text)
    if not gaps and not open_end:
        return None
    joined = "".join(pieces) + rest
    edges = Seams(joined, tuple(place for place, _ in gaps))
    return Reading(joined, reading.normalised, tuple(gaps), edges, open_end=open_end)


def _gaps_within_words(reading: Reading, original: str) -> Iterator[tuple[int, int]]:
    text = reading.text
    for gap in _GAP.finditer(text):
        start, end = gap.span()
        is_apart = (
            end - start <= _LONGEST_GAP
            and _BETWEEN.fullmatch(gap.group()) is not None
            and text[start - 1].isalpha() == text[end].isalpha()
            and _is_single(text, start - 1)
            and _is_single(text, end)
        )
        if is_apart or _is_cut(reading, original, start, end):
            yield start, end
        elif end - start > 1 and _EMPHASIS.fullmatch(gap.group()):
            blank = text.index(" ", start)
            yield from ((a, b) for a, b in ((start, blank), (blank + 1, end)) if a < b)


def _begins_with_letter(written: str) -> bool:
    """Return whether a word is one in spite of its digits, and no number."""
    return any(map(str.isalpha, written[:2]))


def _is_single(text: str, index: int) -> bool:
    """Return whether a letter or digit stands there by itself."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return not before.isalnum() and not after.isalnum()


def _is_cut(reading: Reading, original: str, start: int, end: int) -> bool:
    text = reading.text
    if not (text[start - 1].isalpha() and text[end].isalpha()):
        return False
    gap = text[start:end]
    if gap.endswith("- "):
        # A word that is parted at the end of a line.
        offsets = reading.normalised.offsets
        return "\n" in original[offsets[end - 1] : offsets[end]] and bool(_CUT.fullmatch(gap[:-1]))
    return bool(_CUT.fullmatch(gap))


def _open_end(text: str) -> int:
    """Return the length of a gap at the end that may be within a word, as far as one can see."""
    bare = len(text)
    while bare and not text[bare - 1].isalnum():
        bare -= 1
    gap = text[bare:]
    if not gap or not bare or MASK_SIGN in gap:
        return 0
    if len(gap) <= _LONGEST_GAP and _is_single(text, bare - 1):
        return len(gap) if _MAY_GO_ON.fullmatch(gap) else 0
    if _OPEN_EMPHASIS.fullmatch(gap):
        return len(gap)
    is_cut = _CUT.fullmatch(gap.removesuffix(" ") if gap.endswith("- ") else gap)
    return len(gap) if is_cut and text[bare - 1].isalpha() else 0


def _in_letters(reading: Reading) -> Reading:
    """Return a reading with digits and signs as letters, and with i for every l."""
    text = _EXCLAMATION.sub("i", reading.text).translate(_LETTERS)
    text = with_one_stroke(text)
    edges = Seams(text, reading.edges.seams) if reading.edges else None
    return Reading(
        text,
        reading.normalised,
        reading.gaps,
        edges,
        leet=reading.text,
        open_end=reading.open_end,
    )
