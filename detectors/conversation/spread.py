"""Texts that several messages of a user make together, for names that are given in pieces.

Two of them. *Seams*: the beginnings and ends of successive messages put together as they follow
("Who is Stephen" / "King?"). *Pieces*: what messages quote, spell or give as a part of something
("The first name is Stephen." / "The last name is King."), joined in the order given and in the
other. Knows no target: the lexical stage reads these texts like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from detectors.conversation import vocabulary as words
from detectors.values import Utterance

# So many messages of users are looked back on.
RECENT = 6
# So many pieces make a name, from so many messages.
MOST_PIECES = 4
_PIECES_OF_ONE = 3
_MOST_COMBINATIONS = 48
# A message of so few words is a piece as a whole; of a longer one both ends lie at a seam.
_WHOLE = 4
_AT_SEAM = 4
_LONGEST_PIECE = 40
# Only so much of a message is looked at.
_READ = 600

_PART_WORDS = frozenset("name surname forename first last".split())
_ASKING = frozenset("who whom what which when where why how the tell now is".split())

# No reading of a text takes these for letters or for a blank.
_APART = " ;;;; "

_WORD = re.compile(r"\S+")
_QUOTED = re.compile(r"[\"“”«»`]([^\"“”«»`\n]{1,40})[\"“”«»`]|(?<!\w)['‘]([^'’\n]{1,40})['’](?!\w)")
_SPELLED = re.compile(r"(?<!\w)[^\W\d_](?:[ ,.\-–]{1,3}[^\W\d_](?!\w))+")
_CAPITALISED = re.compile(
    r"(?<![\w'])[^\W\d_a-z][\w'’.-]*(?: (?:(?:d[aei]l?|der|van|von|l[ae])\b|[^\W\d_a-z][\w'’-]*))*"
)
# What follows a colon, an equals sign or "is" up to the end of the sentence.
_VALUE = re.compile(
    r"(?::|=|\b(?:is|with|by|then|comes|name|be|add|append|means|says|called|of)\b)[ ]*"
    r"((?:[^\W_][\w'’-]*\.?)(?: [^\W_][\w'’-]*){0,3})[ ]*(?=[.,;!?\n)]|$)",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"\b(?:first|last|second|third|fourth|final|middle|given|family|fore|sur|next|other)[ -]?"
    r"(?:name|part|half|word|piece|bit|chunk|fragment|token|syllable|letters?|string|one|is)\b"
    r"|\b(?:followed by|(?:starts?|begins?|ends?) with|put .{0,20}together|then comes"
    r"|(?:comes?|goes?) (?:before|after|next|first|last)|part (?:\w+|\d)|stands? for)\b"
    r"|\b(?:surname|forename|continu|concatenat|variable|remember|substitut|fragment|prepend)"
    r"|\b(?:join|combine|append|add|let|set|store|save|define|replace|means?|letters?|spell|pieces?"
    r"|name|word|blank|half|part|call|called|plus|note)\b|[=+]|___",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"(?<![\w.])[B-HJ-Z](?![\w.'’])")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a joined text and where it was taken from.

    Attributes:
        start: where it begins in the joined text.
        end: where it ends there.
        utterance: index of the utterance.
        span: its start and end in characters of that utterance.
    """

    start: int
    end: int
    utterance: int
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Joined:
    """A text made of several utterances, with the parts that it was made of, in order."""

    text: str
    parts: tuple[Part, ...]

    def parts_of(self, start: int, end: int) -> tuple[Part, ...]:
        """Return the parts that `text[start:end]` was made of."""
        return tuple(part for part in self.parts if part.start < end and start < part.end)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    utterance: int
    span: tuple[int, int]


def joined(utterances: Sequence[Utterance]) -> tuple[Joined, ...]:
    """Return the texts that the last messages of users make together; none for a single one."""
    asked = [place for place, one in enumerate(utterances) if one.role == "user" and one.text]
    recent = asked[-RECENT:]
    if len(recent) < 2:
        return ()
    texts = [(place, utterances[place].text) for place in recent]
    given = [pieces for pieces in (tuple(_pieces(*one)) for one in texts) if pieces]
    built = (_assembled(_seams(texts)), _assembled(_combinations(given)))
    return tuple(one for one in built if one.text)


def _assembled(chains: Iterable[tuple[str, Sequence[_Piece]]]) -> Joined:
    """Return one text of all chains of pieces, each chain joined by its own glue."""
    text = ""
    parts: list[Part] = []
    for glue, chain in chains:
        text += _APART if text else ""
        for number, piece in enumerate(chain):
            text += glue if number else ""
            parts.append(Part(len(text), len(text) + len(piece.text), piece.utterance, piece.span))
            text += piece.text
    return Joined(text, tuple(parts))


def _seams(texts: Sequence[tuple[int, str]]) -> Iterator[tuple[str, Sequence[_Piece]]]:
    """Yield successive messages end to beginning, with a blank between them and without one.

    A message of few words is a link between its neighbours; a longer one parts them.
    """
    for glue in (" ", ""):
        chain: list[_Piece] = []
        for place, text in texts:
            found = [match.span() for match in _WORD.finditer(text[:_READ])]
            late = [match.span() for match in _WORD.finditer(text[-_READ:])]
            if not found:
                continue
            if len(text) <= _READ and len(found) <= _AT_SEAM:
                chain.append(_stripped(text, place, found[0][0], found[-1][1]))
                continue
            chain.append(
                _stripped(text, place, found[0][0], found[min(_AT_SEAM, len(found)) - 1][1])
            )
            if len(chain) > 1:
                yield glue, chain
            offset = max(0, len(text) - _READ)
            first = late[max(0, len(late) - _AT_SEAM)][0] + offset
            chain = [_stripped(text, place, first, late[-1][1] + offset)]
        if len(chain) > 1:
            yield glue, chain


def _stripped(text: str, place: int, start: int, end: int) -> _Piece:
    """Return a piece without the punctuation at its ends: no word goes on over it."""
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return _Piece(text[start:end], place, (start, end))


def _combinations(given: Sequence[tuple[_Piece, ...]]) -> Iterator[tuple[str, Sequence[_Piece]]]:
    """Yield what the pieces of successive messages make, in the order given and the other."""
    seen: set[str] = set()
    for length in range(2, MOST_PIECES + 1):
        for start in range(len(given) - length + 1):
            for chosen in product(*given[start : start + length]):
                for chain in (chosen, chosen[::-1]):
                    for glue in (" ", ""):
                        text = glue.join(piece.text for piece in chain)
                        if text not in seen and len(seen) < 4 * _MOST_COMBINATIONS:
                            seen.add(text)
                            yield glue, chain


def _pieces(place: int, text: str) -> Iterator[_Piece]:
    """Yield what a message gives as a part of something, likeliest first."""
    text = text[:_READ]
    few = len(text.split()) <= _WHOLE
    quoted = list(_QUOTED.finditer(text))
    if not (few or quoted or _CUE.search(text) or _VARIABLE.search(text)):
        return
    found: dict[tuple[int, int], _Piece] = {}
    for match in quoted:
        span = match.span(1 if match.group(1) is not None else 2)
        found[span] = _Piece(text[slice(*span)].strip(), place, span)
    for match in _SPELLED.finditer(text):
        letters = "".join(filter(str.isalpha, match.group()))
        found[match.span()] = _Piece(letters, place, match.span())
    for match in _VALUE.finditer(text) if not found else ():
        _add(found, place, text, *match.span(1))
    if few:
        piece = _stripped(text, place, 0, len(text))
        found.setdefault(piece.span, piece)
    for match in _CAPITALISED.finditer(text):
        _add(found, place, text, *match.span())
    yield from [piece for piece in found.values() if piece.text][:_PIECES_OF_ONE]


def _add(found: dict[tuple[int, int], _Piece], place: int, text: str, start: int, end: int) -> None:
    """Add a piece without variables and words of the closed lists at its ends."""
    piece = _stripped(text, place, start, end)
    words_of = [(match.start(), match.end()) for match in _WORD.finditer(piece.text)]
    while words_of and _is_frame(piece.text[slice(*words_of[0])], starts=not piece.span[0]):
        words_of.pop(0)
    while words_of and _is_frame(piece.text[slice(*words_of[-1])], starts=False):
        words_of.pop()
    if not words_of:
        return
    begin = piece.span[0]
    piece = _stripped(text, place, begin + words_of[0][0], begin + words_of[-1][1])
    if piece.text and len(piece.text) <= _LONGEST_PIECE:
        found.setdefault(piece.span, piece)


def _is_frame(word: str, *, starts: bool) -> bool:
    """Return whether a word stands around a piece: a variable, or "the", "name", "and".

    A capital makes it a name ("Will", "May") unless the message starts with it.
    """
    letters = word.strip(".,:;!?()[]{}")
    if len(letters) <= 1:
        return letters.isalpha()
    if letters[0].isupper() and not starts and letters.lower() not in _ASKING:
        return False
    return letters.lower() in words.FUNCTION | words.TALK | _PART_WORDS
