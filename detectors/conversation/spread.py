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
_PIECES_OF_ONE = 4
# (messages, pieces of each), likeliest first: of pairs more than of longer chains.
_PIECES_OF_EACH = ((2, 1), (3, 1), (4, 1), (2, 2), (3, 2), (2, 4))
_MOST_COMBINATIONS = 90
# A message of so few words is a piece as a whole; of a longer one both ends lie at a seam.
_WHOLE = 4
_AT_SEAM = 4
_AT_SENTENCE_END = 4
# A message of more words gives no piece.
_LONGEST_GIVING = 30
# Only so much of a message is looked at.
_READ = 600

_PART_WORDS = frozenset("name surname forename first last comes begins starts ends end".split())
_ASKING = frozenset("who whom what which when where why how the tell now is".split())

# No reading of a text takes these for letters or for a blank.
_APART = " ;;;; "

_WORD = re.compile(r"\S+")
_QUOTED = re.compile(r"[\"“”«»`]([^\"“”«»`\n]{1,40})[\"“”«»`]|(?<!\w)['‘]([^'’\n]{1,40})['’](?!\w)")
_SPELLED = re.compile(r"(?<!\w)[^\W_](?:(?:[,.]? ?[-–,] ?[^\W_](?!\w))+|(?: [^\W_](?!\w)){2,})")
_CAPITALISED = re.compile(
    r"(?<![\w'])[^\W\d_a-z][\w'’.-]*(?: (?:(?:d[aei]l?|der|van|von|l[ae])\b|[^\W\d_a-z][\w'’-]*))*"
)
# What follows a colon or an equals sign up to the end of the sentence.
_VALUE = re.compile(
    r"(?:[:=]|->|→)[ ]*((?:[^\W_][\w'’-]*\.?)(?: [^\W_][\w'’-]*\.?){0,3})[ ]*(?=[.,;!?\n)]|$)"
)
_SENTENCE = re.compile(r"[^.!?;\n]*(?:\.(?!\s|$)[^.!?;\n]*)*")
_INITIAL = re.compile(r"(?<![^\s.])[^\W\d_a-z]$")


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
    """Return the texts that the last messages of users make together; if they make any."""
    asked = [place for place, one in enumerate(utterances) if one.role == "user" and one.text]
    recent = asked[-RECENT:]
    texts = [(place, utterances[place].text) for place in recent]
    given = [pieces for pieces in (tuple(_pieces(*one)) for one in texts) if pieces]
    if len(texts) == 1 and not _QUOTED.search(texts[0][1]):
        return ()
    built = (_assembled(_seams(texts)), _assembled(_combinations(given)))
    return tuple(one for one in built if one.text)


def _assembled(chains: Iterable[tuple[str | None, Sequence[_Piece]]]) -> Joined:
    """Return one text of all chains of pieces, each chain joined by its own glue."""
    text = ""
    parts: list[Part] = []
    for glue, chain in chains:
        text += _APART if text else ""
        for number, piece in enumerate(chain):
            text += _between(piece.text, glue) if number else ""
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
    if text[end : end + 1] == "." and _INITIAL.search(text, start, end):
        end += 1
    return _Piece(text[start:end], place, (start, end))


def _combinations(
    given: Sequence[tuple[_Piece, ...]],
) -> Iterator[tuple[str | None, Sequence[_Piece]]]:
    """Yield what the pieces of successive messages make, the last messages first.

    In the order given and in the other, with a blank between them and without one; of many
    messages only the likeliest pieces, so that their number stays small.
    """
    seen: set[str] = set()
    for chain in _chains(given):
        for glue in (" ", "") if len(chain) == 2 else (" ", "", None):
            text = _glued(chain, glue)
            if text not in seen:
                seen.add(text)
                yield glue, chain
        if len(seen) > _MOST_COMBINATIONS:
            return


def _chains(given: Sequence[tuple[_Piece, ...]]) -> Iterator[Sequence[_Piece]]:
    for pieces in reversed(given):
        ordered = sorted(pieces, key=lambda piece: piece.span)
        for length in range(2, min(MOST_PIECES, len(ordered)) + 1):
            yield from (ordered[n : n + length] for n in range(len(ordered) - length + 1))
    for length, most in _PIECES_OF_EACH:
        for start in reversed(range(len(given) - length + 1)):
            for chosen in product(*(pieces[:most] for pieces in given[start : start + length])):
                yield chosen
                yield chosen[::-1]


def _glued(chain: Sequence[_Piece], glue: str | None) -> str:
    text = chain[0].text
    for piece in chain[1:]:
        text += _between(piece.text, glue) + piece.text
    return text


def _between(following: str, glue: str | None) -> str:
    """Return what stands before a piece; without a glue, a blank where a capital begins it."""
    if glue is not None:
        return glue
    return " " if following[:1].isupper() else ""


def _pieces(place: int, text: str) -> Iterator[_Piece]:
    """Yield what a message may give as a part of a name, likeliest first.

    What it quotes or spells; else what follows a colon, how sentences end, and capitalised words.
    """
    if len(text) > _READ or len(text.split()) > _LONGEST_GIVING:
        return
    found: dict[tuple[int, int], _Piece] = {}
    for match in _QUOTED.finditer(text):
        span = match.span(1 if match.group(1) is not None else 2)
        found[span] = _Piece(text[slice(*span)].strip(), place, span)
    for match in _SPELLED.finditer(text):
        letters = "".join(filter(str.isalnum, match.group()))
        found[match.span()] = _Piece(letters, place, match.span())
    if not found or not _QUOTED.search(text):
        for piece in _unquoted(place, text):
            found.setdefault(piece.span, piece)
    yield from [piece for piece in found.values() if piece.text][:_PIECES_OF_ONE]


def _unquoted(place: int, text: str) -> Iterator[_Piece]:
    for match in _VALUE.finditer(text):
        yield _stripped(text, place, *match.span(1))
    ends: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        found = [
            (match.start() + word.start(), match.start() + word.end())
            for word in _WORD.finditer(match.group())
        ]
        if found:
            ends.append((found[-2:][0][0], found[-1][1]))
            yield _unframed(text, place, found[-_AT_SENTENCE_END:][0][0], found[-1][1])
    for match in _CAPITALISED.finditer(text):
        yield _unframed(text, place, *match.span())
    yield from (_stripped(text, place, *end) for end in ends)
    if len(text.split()) <= _WHOLE:
        yield _stripped(text, place, 0, len(text))


def _unframed(text: str, place: int, start: int, end: int) -> _Piece:
    """Return a piece without variables and words of the closed lists at its ends."""
    piece = _stripped(text, place, start, end)
    kept = [match.span() for match in _WORD.finditer(piece.text)]
    while kept and _is_frame(piece.text[slice(*kept[0])], starts=not piece.span[0]):
        kept.pop(0)
    while kept and _is_frame(piece.text[slice(*kept[-1])], starts=False):
        kept.pop()
    if not kept:
        return _Piece("", place, (start, start))
    begin = piece.span[0]
    return _stripped(text, place, begin + kept[0][0], begin + kept[-1][1])


def _is_frame(word: str, *, starts: bool) -> bool:
    """Return whether a word stands around a piece: a variable, or "the", "name", "and".

    A capital makes it a name ("Will", "May") unless the message starts with it.
    """
    letters = word.strip(".,:;!?()[]{}")
    if len(letters) <= 1:
        return letters.isalpha() and not word.endswith(".")
    if letters[0].isupper() and not starts and letters.lower() not in _ASKING:
        return False
    return letters.lower() in words.FUNCTION | words.TALK | _PART_WORDS
