"""Made-up words in the text of an answer, turned back into what they stand for, piece by piece.

It knows one text as it comes; it does not know events or wire formats. A piece is resolved at once
where its words are complete, where the made-up word and the other one begin alike, or where nothing
else can be meant; else it waits for the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.unknown.casing import UNSPACED, WORD, Casing, casing_of, seen_casing
from gateway.unknown.surrogates import Surrogate

_ESCAPES = "bfnrt"
_RUN = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
# A letter of a script without blanks, or as many others as stand together.
_PARTS = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern}).)+")


@dataclass(slots=True)
class Piece:
    """A piece of a text: what has been said of it so far, and whether that is all."""

    text: str = ""
    waiting: int = 0

    @property
    def is_resolved(self) -> bool:
        """Whether `text` is all that there is to say for this piece."""
        return not self.waiting


class Dictionary:
    """The made-up words of one request."""

    def __init__(self, surrogates: Iterable[Surrogate]) -> None:
        self._by_base: dict[str, list[Surrogate]] = {}
        for surrogate in surrogates:
            self._by_base.setdefault(surrogate.base, []).append(surrogate)
        self._by_initial: dict[str, list[str]] = {}
        for base in self._by_base:
            self._by_initial.setdefault(base[0], []).append(base)
        self._beginnings = frozenset(base[:2] for base in self._by_base)

    def may_begin(self, text: str) -> bool:
        """Return whether any of the words may begin in a text; most texts say no to this."""
        lowered = text.lower()
        return lowered[-1:] in self._by_initial or any(each in lowered for each in self._beginnings)

    def complete(self, run: str) -> Surrogate | None:
        """Return the surrogate with which a run of letters begins."""
        lowered = run.lower()
        for base in self._by_initial.get(lowered[:1], ()):
            if lowered.startswith(base) and len(lowered) == len(run):
                return self._in(base, casing_of(run[: len(base)]))
        return None

    def begun(self, run: str) -> Surrogate | None | bool:
        """Return the surrogate that `run` is the beginning of, False for none, None for several."""
        lowered = run.lower()
        casing = seen_casing(run)
        found = [
            surrogate
            for base in self._by_initial.get(lowered[:1], ())
            if base.startswith(lowered) and (surrogate := self._in(base, casing))
        ]
        if len(run) == 1 and run.isupper():
            # It may go on in capitals.
            upper = (self._in(base, Casing.UPPER) for base in self._by_initial.get(lowered, ()))
            found += [each for each in upper if each and each not in found]
        return found[0] if len(found) == 1 else None if found else False

    def _in(self, base: str, casing: Casing) -> Surrogate | None:
        """Return what `base` stands for where it is written so, as the client wrote it if known."""
        fitting = [each for each in self._by_base[base] if casing in each.casings]
        same = [each for each in fitting if casing_of(each.sent) is casing]
        return next(iter(same or fitting), None)


@dataclass(slots=True)
class TextBack:
    """One text as far as it has come.

    Attributes:
        added: how many more tokens the words that were put back have.
    """

    words: Dictionary
    added: int = 0
    _run: str = ""
    _before: str = ""
    _parts: list[tuple[Piece, int]] = field(default_factory=list)
    _emitted: int = 0
    _meant: Surrogate | None = None
    _is_raw: bool = False
    _is_in_other_word: bool = False

    def feed(self, text: str) -> Piece:
        """Take the next piece of the text."""
        piece = Piece()
        position = self._skip(text, piece)
        while position < len(text):
            letter = text[position]
            if self._begins_run(letter):
                position = self._read_run(text, position, piece)
            else:
                self._close()
                piece.text += letter
                self._before = letter
                position += 1
        if self._run:
            self._decide(is_over=False)
        return piece

    def close(self) -> None:
        """Resolve what waits: the text is over."""
        self._close()
        self._before = ""
        self._is_in_other_word = False

    def _skip(self, text: str, piece: Piece) -> int:
        """Say what certainly holds none of the words; return where the rest begins."""
        position = 0
        if self._is_in_other_word and (rest := _RUN.match(text)):
            position = rest.end()
        if not self._run and not self.words.may_begin(text[position:]):
            position = len(text)
        if position:
            piece.text = text[:position]
            self._before = text[position - 1]
        if text:
            self._is_in_other_word = position == len(text) and _ends_in_word(text)
        return position

    def _begins_run(self, letter: str) -> bool:
        if self._run:
            return bool(_RUN.match(letter))
        return bool(WORD.match(letter)) and not (self._before == "\\" and letter in _ESCAPES)

    def _read_run(self, text: str, position: int, piece: Piece) -> int:
        """Read the letters from `position` on; return where they end."""
        match = _RUN.match(text, position)
        assert match is not None
        letters = match.group()
        for part in _PARTS.findall(letters):
            is_unspaced = bool(UNSPACED.match(part))
            if self._run and is_unspaced != bool(UNSPACED.match(self._run[-1])):
                self._close()
            if is_unspaced:
                self._add_unspaced(part, piece)
            else:
                self._add(part, piece)
        return position + len(letters)

    def _add(self, letters: str, piece: Piece) -> None:
        self._run += letters
        self._parts.append((piece, len(self._run)))
        piece.waiting += 1

    def _add_unspaced(self, letter: str, piece: Piece) -> None:
        """Add a letter of a script without blanks: a word may begin and end at any letter."""
        if self._run and (
            self.words.complete(self._run) or self.words.begun(self._run + letter) is False
        ):
            self._close()
        self._add(letter, piece)

    def _decide(self, *, is_over: bool) -> None:
        """Say as much of the run as is certain."""
        run = self._run
        if self._meant is not None and not _agrees(self._meant, run):
            # What was taken for sure is not: the rest is shown as it stands.
            self._meant, self._is_raw = None, True
        if self._meant is None and not self._is_raw:
            self._meant = self.words.complete(run)
            if self._meant is None:
                begun = False if is_over else self.words.begun(run)
                if begun is False:
                    self._is_raw = True
                elif isinstance(begun, Surrogate):
                    if len(run) >= begun.sure:
                        self._meant = begun
                    elif begun.shown(seen_casing(run))[: begun.said(len(run))] == run:
                        self._say(run, up_to=len(run))
                        return
        if self._is_raw:
            self._say(run, up_to=len(run))
        elif self._meant is not None:
            self._say(None, up_to=len(run))

    def _say(self, raw: str | None, *, up_to: int) -> None:
        begin = self._emitted
        for piece, end in self._parts:
            if begin < end <= up_to:
                piece.text += raw[begin:end] if raw is not None else self._put_back(begin, end)
                piece.waiting -= 1
                begin = end
        self._emitted = begin
        self._parts = [part for part in self._parts if part[1] > begin]

    def _put_back(self, begin: int, end: int) -> str:
        """Return what stands for the letters of the run from `begin` to `end`."""
        assert self._meant is not None
        base = len(self._meant.base)
        shown = self._meant.shown(_casing_in(self._run, base))
        first, last = (
            len(shown) if place >= base else self._meant.said(place) for place in (begin, end)
        )
        return shown[first:last] + self._run[max(begin, base) : end]

    def _close(self) -> None:
        """End the run: what it says is known now."""
        if not self._run:
            return
        self._decide(is_over=True)
        if self._meant is not None and len(self._run) >= len(self._meant.base):
            self.added += self._meant.added_in(
                _casing_in(self._run, len(self._meant.base)), is_behind_blank=self._before == " "
            )
        self._before = self._run[-1]
        self._run, self._emitted, self._parts = "", 0, []
        self._meant, self._is_raw = None, False


def _ends_in_word(text: str) -> bool:
    """Return whether what follows `text` may only go on with its last word."""
    is_escape = text[-2:-1] == "\\" and text[-1] in _ESCAPES
    return bool(_RUN.match(text[-1])) and not is_escape and not UNSPACED.match(text[-1])


def _agrees(surrogate: Surrogate, run: str) -> bool:
    lowered = run.lower()
    return lowered.startswith(surrogate.base) or surrogate.base.startswith(lowered)


def _casing_in(run: str, base: int) -> Casing:
    casing = casing_of(run[:base])
    return seen_casing(run) if len(run) < base or casing is Casing.MIXED else casing
