"""One reading of a text, and where each piece of it stood in the original.

A view is told what was rewritten; it knows nothing of how that was found, nor of targets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detectors.views.kinds import KINDS, NESTED, PLAIN, REVERSED, Kind
from detectors.views.reading import Normalised, normalise

# What is left of the text on either side of a rewritten place, in characters: a few names long.
CONTEXT = 80
# Stands between two places of a view; no name is read across it.
GAP = "\n...\n"

# Start and end of a piece of a text, and what stands there instead.
Change = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a text.

    Attributes:
        name: `plain`, or what was undone; `a+b` where b was undone in what a gave.
        source: the text of this reading as written: the original, or what became of its rewritten
            places and their surroundings.
        normalised: `source` in the form in which names are compared.
        runs: for each piece of `source`, in order: its start, and the start and end of what it was
            made from. A piece as long as what it was made from corresponds to it letter by letter.
            Empty where nothing was rewritten.
        parent: the view that this one was made from; None where that is the original.
    """

    name: str
    source: str
    normalised: Normalised
    runs: tuple[tuple[int, int, int], ...] = ()
    parent: View | None = None

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.normalised.text

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What was undone, in that order; the plain view has one kind of its own."""
        return tuple(KINDS[name] for name in self.name.split(NESTED))

    @property
    def how(self) -> str:
        """How the text was read, to be put behind a reason: `, once its base64 is undone`."""
        if self.name == PLAIN:
            return ""
        return ", once " + " and ".join(kind.phrase for kind in self.kinds)

    @property
    def forgiving(self) -> bool:
        """Whether a name may be misspelt here; else it must stand exactly."""
        return all(kind.forgiving for kind in self.kinds)

    @property
    def bounded(self) -> bool:
        """Whether names stand between word boundaries; else these were lost with the blanks."""
        return all(kind.bounded for kind in self.kinds)

    @property
    def least_letters(self) -> int:
        """How many letters a name of a single word needs to count in this view."""
        return max(kind.least_letters for kind in self.kinds)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that holds `text[start:end]`."""
        return self.original(*self.normalised.span(start, end))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that holds `source[start:end]`."""
        if self.name.endswith(REVERSED):
            start, end = len(self.source) - end, len(self.source) - start
        elif self.runs:
            start, end = self._before(start), self._after(start, end)
        return self.parent.original(start, end) if self.parent else (start, end)

    def _before(self, index: int) -> int:
        run = self._run_at(index)
        begin, first, _ = self.runs[run]
        return first + index - begin if self._is_letter_by_letter(run) else first

    def _after(self, start: int, end: int) -> int:
        if start >= end:
            return self._before(start)
        run = self._run_at(end - 1)
        begin, first, last = self.runs[run]
        return first + end - begin if self._is_letter_by_letter(run) else last

    def _run_at(self, index: int) -> int:
        return max(bisect_right(self.runs, index, key=lambda run: run[0]) - 1, 0)

    def _is_letter_by_letter(self, run: int) -> bool:
        begin, first, last = self.runs[run]
        end = self.runs[run + 1][0] if run + 1 < len(self.runs) else len(self.source)
        return end - begin == last - first


def plain_view(text: str) -> View:
    """Return `text` as it is written."""
    return View(PLAIN, text, normalise(text))


def rewritten(parent: View, kind: str, changes: Sequence[Change]) -> View:
    """Return the places of `parent` that `changes` rewrites, with their surroundings.

    Args:
        parent: the view that the changes are made in.
        kind: name of what was undone.
        changes: in order and not overlapping; at least one.
    """
    text = parent.source
    pieces: list[str] = []
    runs: list[tuple[int, int, int]] = []
    length = 0
    for begin, end, places in _excerpts(text, changes):
        position = begin
        if pieces:
            runs.append((length, runs[-1][2], begin))
            pieces.append(GAP)
            length += len(GAP)
        for start, stop, instead in (*places, (end, end, "")):
            for first, last, piece in (
                (position, start, text[position:start]),
                (start, stop, instead),
            ):
                if piece:
                    runs.append((length, first, last))
                    pieces.append(piece)
                    length += len(piece)
            position = stop
    source = "".join(pieces)
    return View(_nested(parent, kind), source, normalise(source), tuple(runs), _origin(parent))


def backwards(parent: View) -> View:
    """Return the text of `parent` from its last character to its first."""
    source = parent.source[::-1]
    return View(_nested(parent, REVERSED), source, normalise(source), (), _origin(parent))


def _nested(parent: View, kind: str) -> str:
    return kind if parent.name == PLAIN else parent.name + NESTED + kind


def _origin(parent: View) -> View | None:
    return None if parent.name == PLAIN else parent


def _excerpts(text: str, changes: Iterable[Change]) -> Iterator[tuple[int, int, list[Change]]]:
    """Yield start and end of each part of `text` to be kept, and the changes in it."""
    begin, end = 0, -1
    places: list[Change] = []
    for change in changes:
        start, stop = _start_of_context(text, change[0]), _end_of_context(text, change[1])
        if places and start > end:
            yield begin, end, places
            places = []
        if not places:
            begin = max(start, end, 0)
        places.append(change)
        end = max(end, stop)
    if places:
        yield begin, end, places


def _start_of_context(text: str, position: int) -> int:
    if position <= CONTEXT:
        return 0
    blank = text.find(" ", position - CONTEXT, position)
    return position - CONTEXT if blank < 0 else blank + 1


def _end_of_context(text: str, position: int) -> int:
    if position + CONTEXT >= len(text):
        return len(text)
    blank = text.rfind(" ", position, position + CONTEXT)
    return position + CONTEXT if blank < 0 else blank
