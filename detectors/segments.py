"""How a long text is cut for an encoder, and which pieces are read where time does not suffice.

A question inside a long wrapper becomes a piece of its own. Cuts depend on the text before them
and little after, so that what was read of a text is still known once more is appended to it.
Knows characters; nothing of targets, and of the encoder its cost only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wordfreq import zipf_frequency

# Two sentences of fewer characters are read as one: "He is one. Who?"
SHORTEST = 40
# The longest piece, in characters; an encoder of 256 word pieces reads some 1,000.
LONGEST = 600
# CPU time for the pieces of one request, in milliseconds.
BUDGET = 250.0
# CPU time of the encoder: 3 ms for 20 word pieces, 40 ms for 256.
_LEAST_COST = 1.5
_COST_OF_WORD_PIECE = 0.155
_CHARACTERS_OF_WORD_PIECE = 4

_FENCED = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
# Longer than words are: an encoding, an address, a hash.
_RUN = re.compile(r"[A-Za-z0-9+/_%=.\-]{60,}(?:\s+[A-Za-z0-9+/_%=\-]{40,})*")
_ABBREVIATED = (
    r"(?<!\b[A-Z]\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bJr\.)(?<!\bSr\.)"
    r"(?<!\bMrs\.)(?<!\bProf\.)(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bNo\.)"
)
# Ends of sentences; lines; numbered and bulleted items; what follows a colon; long quotations.
_CUT = re.compile(
    rf"[.!?…][\"'”’)\]*]*{_ABBREVIATED}\s+(?=[^\s.])"
    r"|(?<=[a-z][.!?])(?=[A-Z][a-z])|[。！？]|\n\s*|:\s+(?=\S+\s+\S)"
    r"|(?<=\s)(?=\(?\d{1,2}[.)]\s+\S)|(?<=\s)(?=[\"“][^\"”\n]{20,300}[\"”])|(?<=[\"”])\s+(?=\S)"
)
_SOFT = re.compile(r"[.!?…][\"'”’)\]*]*\s+$")
_QUESTION = re.compile(r"[?？][\"'”’)\]*\s]*$")
_ASKS = re.compile(
    r"^\W*(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could"
    r"|tell|name|list|describe|explain|write|give|provide|answer|translate|summari[sz]e|create"
    r"|make|show|generate|find|identify|state|discuss|please|compare|outline|define)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
# Of a word that stands less than once in a million others.
_RARE = 3.0
_WORDS_WEIGHED = 12


@dataclass(frozen=True, slots=True)
class Segment:
    """A half-open range of characters of a text that is read as one."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters."""
        return text[self.start : self.end]


def segments(text: str, *, shortest: int = SHORTEST, longest: int = LONGEST) -> tuple[Segment, ...]:
    """Return the pieces of `text` in order, without blanks at their ends.

    Args:
        text: of any length; the work is linear in it.
        shortest: sentences of one line are put together until they have so many characters, so
            that a larger number gives passages in the place of sentences.
        longest: longer pieces are cut at a blank.

    Every piece has a letter or digit. Appending to a text changes no piece that ends `longest` and
    some 400 characters before its end.
    """
    found: list[Segment] = []
    position = 0
    for match in _whole_pieces(text):
        found += _sentences(text, position, match.start(), shortest)
        found.append(Segment(match.start(), match.end()))
        position = match.end()
    found += _sentences(text, position, len(text), shortest)
    cut = (part for segment in found for part in _bounded(text, segment, longest))
    return tuple(part for part in cut if any(map(str.isalnum, part.of(text))))


def within_budget(
    texts: Sequence[Sequence[str]],
    *,
    milliseconds: float = BUDGET,
    is_known: Callable[[str], bool] = lambda piece: False,
) -> frozenset[tuple[int, int]]:
    """Return which pieces of a request are read: (index of the text, index of the piece).

    Args:
        texts: the pieces of each text of a request, the current message last.
        milliseconds: CPU time for all of them. The likeliest piece is read whatever it costs.
        is_known: whether a piece costs nothing, since its vector is kept.

    Questions and requests come first, then the ends of texts, then rare words and names.
    """
    ranked: list[tuple[float, int, int]] = []
    taken: set[tuple[int, int]] = set()
    for place, pieces in enumerate(texts):
        for index, piece in enumerate(pieces):
            if is_known(piece):
                taken.add((place, index))
                continue
            at = _position(place, len(texts)) + _position(index, len(pieces))
            ranked.append((-_promise(piece) - at, place, index))
    left, first = milliseconds, True
    for _, place, index in sorted(ranked):
        price = cost(texts[place][index])
        if price <= left or first:
            taken.add((place, index))
            left -= price
        first = False
    return frozenset(taken)


def cost(piece: str) -> float:
    """Return about how many milliseconds of CPU time the encoder takes for a piece."""
    wide = 0 if piece.isascii() else sum(character > "\u2e7f" for character in piece)
    word_pieces = wide + (len(piece) - wide) / _CHARACTERS_OF_WORD_PIECE
    return max(_LEAST_COST, _COST_OF_WORD_PIECE * word_pieces)


def _whole_pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield code blocks and encoded runs, in order and apart from each other."""
    position = 0
    for fenced in _FENCED.finditer(text):
        yield from _RUN.finditer(text, position, fenced.start())
        yield fenced
        position = fenced.end()
    yield from _RUN.finditer(text, position)


def _sentences(text: str, start: int, end: int, shortest: int) -> Iterator[Segment]:
    """Yield the sentences, lines and items of a stretch; short sentences with the next one."""
    begin = start
    for match in _CUT.finditer(text, start, end):
        is_soft = _SOFT.match(match.group()) is not None
        if (
            is_soft
            and match.end() - begin < shortest
            and not _QUESTION.search(text, begin, match.end())
        ):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Segment]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Segment(start, end)


def _bounded(text: str, segment: Segment, longest: int) -> Iterator[Segment]:
    start = segment.start
    while segment.end - start > longest:
        blank = text.rfind(" ", start + longest // 2, start + longest)
        end = blank + 1 if blank > 0 else start + longest
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, segment.end)


def _promise(piece: str) -> float:
    """Return how likely it is, on a scale of our own, that a piece is what a request is about."""
    words = _WORD.findall(piece)[:_WORDS_WEIGHED]
    if not words and piece.isascii():
        return -2.0
    asked = 3.0 * bool(_QUESTION.search(piece)) + 2.0 * bool(_ASKS.match(piece))
    strange = sum(zipf_frequency(word, "en") < _RARE for word in words) if piece.isascii() else 1
    named = sum(word[0].isupper() for word in words[1:])
    return asked + min(2.0, 0.5 * float(strange + named))


def _position(index: int, count: int) -> float:
    """Return what a place is worth: most at the end, something at the beginning."""
    if index == count - 1:
        return 2.0
    return 1.0 if index == 0 else index / count
