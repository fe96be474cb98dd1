"""One reading of a text, and where each piece of it stood in the original.

A view is told what was rewritten; it knows nothing of how that was found, nor of targets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detectors.views.kinds import KINDS, NESTED, PLAIN, REVERSED, Kind
from detectors.views.reading import Normalised, normalise, with_one_stroke

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
        places: start and end in `source` of each rewritten piece, in order. Empty where all of it
            was rewritten.
    """

    name: str
    source: str
    normalised: Normalised
    runs: tuple[tuple[int, int, int], ...] = ()
    parent: View | None = None
    places: tuple[tuple[int, int], ...] = ()

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

    def touches(self, start: int, end: int) -> bool:
        """Return whether something in `text[start:end]` is read otherwise than it is written.

        What stands in the surroundings only is found in the plain view too. In the plain view,
        and in one that is rewritten as a whole, everything counts.
        """
        return self._touches(*self.normalised.span(start, end))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the original that holds `source[start:end]`."""
        if self.name.endswith(REVERSED):
            start, end = len(self.source) - end, len(self.source) - start
        elif self.runs:
            start, end = self._before(start), self._after(start, end)
        return self.parent.original(start, end) if self.parent else (start, end)

    def _touches(self, start: int, end: int) -> bool:
        if not self.places:
            return True
        last = bisect_right(self.places, end, key=lambda place: place[0]) - 1
        if last >= 0 and self.places[last][1] >= start:
            return True
        if self.parent is None or not self.runs:
            return False
        return self.parent._touches(self._before(start), self._after(start, end))

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


def rewritten(
    parent: View, kind: str, changes: Sequence[Change], *, one_stroke: bool = False
) -> View:
    """Return the places of `parent` that `changes` rewrites, with their surroundings.

    Args:
        parent: the view that the changes are made in.
        kind: name of what was undone.
        changes: in order and not overlapping; at least one.
        one_stroke: whether every l is read as an i, since what stands for one stands for both.
    """
    pieces = _Pieces(parent.source)
    for begin, end, within in _excerpts(parent.source, changes):
        pieces.begin(begin)
        for start, stop, instead in within:
            pieces.keep(start)
            pieces.replace(stop, instead)
        pieces.keep(end)
    source = "".join(pieces.texts)
    read = normalise(source)
    if one_stroke:
        read = Normalised(with_one_stroke(read.text), read.offsets)
    return View(
        _nested(parent, kind),
        source,
        read,
        tuple(pieces.runs),
        _origin(parent),
        tuple(pieces.places),
    )


class _Pieces:
    """What a view is put together from, in order."""

    def __init__(self, original: str) -> None:
        self.texts: list[str] = []
        self.runs: list[tuple[int, int, int]] = []
        self.places: list[tuple[int, int]] = []
        self._original = original
        self._position = 0
        self._length = 0

    def begin(self, position: int) -> None:
        """Go on at `position`, behind a gap."""
        if self.texts:
            self._add(GAP, self._position, position)
        self._position = position

    def keep(self, end: int) -> None:
        """Take the original over up to `end`."""
        self._add(self._original[self._position : end], self._position, end)
        self._position = end

    def replace(self, end: int, instead: str) -> None:
        """Put `instead` in the place of the original up to `end`."""
        self.places.append((self._length, self._length + len(instead)))
        self._add(instead, self._position, end)
        self._position = end

    def _add(self, piece: str, start: int, end: int) -> None:
        if piece:
            self.runs.append((self._length, start, end))
            self.texts.append(piece)
            self._length += len(piece)


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
