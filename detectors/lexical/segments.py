"""Several lexical indexes that answer as one: a big one that stays, small ones that change.

A change builds an index of the few newest targets only. Like a log-structured merge tree, small
indexes are merged into larger ones now and then; where the building of larger ones happens (a
thread, another process) is for the caller to choose. Knows profiles; knows nothing of policies,
requests or where targets are stored.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from detectors.lexical.documents import DocumentIndex
from detectors.lexical.findings import Findings, Places, compose, is_ordinary, merged
from detectors.lexical.index import LexicalIndex
from detectors.lexical.names import NameSet
from detectors.lexical.parts import Part
from detectors.lexical.patterns import PatternSet
from detectors.values import Match, TargetProfile
from detectors.views import PLAIN, View

Item = TypeVar("Item")
_Misspelt = tuple[int, int, int, float]

# So many profiles are built anew with each change: some milliseconds.
NEWEST = 32
# Segments are merged into the next larger one once they have this share of its size: so there are
# log4(n / NEWEST) of them to ask, and a profile is built at most four times as often.
GROWTH = 4

# By this factor, at least, two errors lower a similarity more than one does.
ONE_ERROR_MORE = 1.45

BASE = 0
GONE = -1


class Occurrence(NamedTuple):
    """Where something registered stands in a text.

    Attributes:
        start: its first character.
        end: one past its last.
        target: whose it is.
        is_name: whether it is a name, and not a secret or a run of words of a document.
        is_ordinary: whether it is an ordinary word too, as some names are.
        needs_fact: whether only facts of the target are forgotten, so that a name alone says
            nothing.
    """

    start: int
    end: int
    target: str
    is_name: bool = False
    is_ordinary: bool = False
    needs_fact: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Some targets with their index.

    Attributes:
        serial: tells it from the other segments; what is newer has a higher one.
        index: the index of its targets.
        profiles: the targets by id, to merge them; empty for the base, which is never merged.
    """

    serial: int
    index: LexicalIndex
    profiles: Mapping[str, TargetProfile]


class SegmentedLexicalIndex:
    """An immutable index over segments: finds what one `LexicalIndex` of all its targets would.

    A target counts in the segment that `home` names, or in the base where it names none.
    """

    def __init__(
        self,
        base: LexicalIndex | None = None,
        segments: Sequence[Segment] = (),
        home: Mapping[str, int] = MappingProxyType({}),
        *,
        next_serial: int = BASE + 1,
    ) -> None:
        self._base = base or LexicalIndex(())
        self._segments = tuple(segments)
        self._home = home
        self._next_serial = next_serial
        every = (Segment(BASE, self._base, {}), *self._segments)
        self._layers = tuple(layer for layer in every if len(layer.index))
        # The number of a target among all is its number in its layer and what is counted here.
        # Whether any run of words is registered.
        self.has_documents = any(len(layer.index.documents) for layer in self._layers)
        self._firsts = tuple(accumulate((len(each.index) for each in self._layers), initial=0))

    def __repr__(self) -> str:
        sizes = [len(segment.profiles) for segment in self._segments]
        return f"SegmentedLexicalIndex({self._base!r} and segments of {sizes})"

    @property
    def changed(self) -> int:
        """How many targets were put, replaced or withdrawn since the base was built."""
        return len(self._home)

    def has_grown_from(self, other: SegmentedLexicalIndex) -> bool:
        """Return whether this index came from another by changes and merges only."""
        return self._base is other._base and self._next_serial >= other._next_serial

    @property
    def serials(self) -> tuple[int, ...]:
        """The serials of the segments beside the base."""
        return tuple(segment.serial for segment in self._segments)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the segments beside the base, in targets."""
        return tuple(len(segment.profiles) for segment in self._segments)

    def with_changes(
        self, put: Sequence[TargetProfile], removed: Iterable[str] = ()
    ) -> SegmentedLexicalIndex:
        """Return the index with targets registered or replaced, and others withdrawn."""
        home = {**self._home, **dict.fromkeys(removed, GONE)}
        segments = list(self._segments)
        fresh = {profile.id: profile for profile in put}
        serial = self._next_serial
        if fresh:
            # What becomes the newest segment is built again as a whole.
            if segments and len(segments[-1].profiles) + len(fresh) <= NEWEST:
                newest = segments.pop()
                fresh = {**_living(newest, home), **fresh}
            home.update(dict.fromkeys(fresh, serial))
            segments.append(Segment(serial, LexicalIndex(fresh.values()), fresh))
            serial += 1
        return SegmentedLexicalIndex(self._base, segments, home, next_serial=serial)

    def merge_due(self) -> tuple[int, ...]:
        """Return the serials of the segments that should become one, or none."""
        total = 0
        due: list[int] = []
        for segment in reversed(self._segments):
            size = len(segment.profiles)
            if due and total * GROWTH < size:
                break
            total += size
            due.append(segment.serial)
        is_worth_it = len(due) > 1 and total > NEWEST
        return tuple(sorted(due)) if is_worth_it else ()

    def merged(self, serials: Sequence[int]) -> Segment:
        """Build one segment of several: this takes time, and may be done in another thread."""
        profiles: dict[str, TargetProfile] = {}
        for segment in self._segments:
            if segment.serial in serials:
                profiles |= _living(segment, self._home)
        return Segment(max(serials), LexicalIndex(profiles.values()), profiles)

    def with_merged(self, serials: Sequence[int], merged: Segment) -> SegmentedLexicalIndex:
        """Return the index with a segment in the place of those that it was built of.

        The index may have changed since: what was replaced or withdrawn stays so.
        """
        segments = [each for each in self._segments if each.serial not in serials]
        segments = sorted((*segments, merged), key=lambda each: each.serial)
        moved = {id: merged.serial for id in merged.profiles if self._home.get(id) in serials}
        home = {**self._home, **moved}
        return SegmentedLexicalIndex(self._base, segments, home, next_serial=self._next_serial)

    def find(self, readings: Sequence[View]) -> tuple[Match, ...]:
        """Return what counts by itself in the views of one text, best first."""
        return self.examine(readings).matches

    def examine(self, readings: Sequence[View]) -> Findings:
        """Return what the views of one text contain."""
        return merged(self._in_view(view) for view in readings)

    def occurrences(
        self, normalised: str, *, edges: Container[int] | None = None
    ) -> Iterator[Occurrence]:
        """Yield where names and stand-alone secrets stand exactly, in normalised text.

        They stand between word boundaries, or between `edges` (see `PatternSet.find`).
        """
        for layer in self._layers:
            index = layer.index
            for start, end, number in index.names.find(normalised, edges=edges):
                if self._is_alive(layer, number):
                    ordinary = is_ordinary(normalised[start:end])
                    facts = number in index.facts_only
                    yield Occurrence(start, end, index.target(number), True, ordinary, facts)
            for start, end, number in index.secrets.find(normalised, edges=edges):
                if self._is_alive(layer, number):
                    yield Occurrence(start, end, index.target(number))

    def runs(self, normalised: str) -> Iterator[Occurrence]:
        """Yield where runs of words of registered documents stand in normalised text."""
        for layer in self._layers:
            for start, end, number in layer.index.documents.find(normalised):
                if self._is_alive(layer, number):
                    yield Occurrence(start, end, layer.index.target(number))

    def disguised(self, view: View) -> Iterator[Occurrence]:
        """Yield names and secrets that stand disguised in a view, by places of its original.

        In the plain view these are names turned by rot13 or backwards; in others, what stands
        exactly in what was rewritten.
        """
        for layer in self._layers:
            index = layer.index
            names, secrets = index.exact(view) if view.name != PLAIN else ((), ())
            turned = index.turned(view) if view.forgiving else ()
            for start, end, number in (*names, *turned):
                if number not in index.facts_only and self._is_alive(layer, number):
                    ordinary = is_ordinary(view.text[start:end])
                    span = view.span(start, end)
                    yield Occurrence(*span, index.target(number), True, ordinary)
            for start, end, number in secrets:
                if self._is_alive(layer, number):
                    yield Occurrence(*view.span(start, end), index.target(number))

    def hold(self, normalised: str, *, start: int = 0, edges: Container[int] | None = None) -> int:
        """Return from which index on a stream must be held back (see `PatternSet.hold`).

        For names and secrets: of a document, the beginning of a run does not tell what follows.
        """
        held = len(normalised)
        for layer in self._layers:
            names, secrets = layer.index.names, layer.index.secrets
            held = min(held, names.hold(normalised, start=start, edges=edges))
            held = min(held, secrets.hold(normalised, start=start, edges=edges))
        return held

    def continuing(self, text: str) -> Iterator[str]:
        """Yield the names and secrets that begin with a normalised text, also withdrawn ones."""
        for layer in self._layers:
            yield from layer.index.names.continuing(text)
            yield from layer.index.secrets.continuing(text)

    @property
    def is_empty(self) -> bool:
        """Whether no name, no stand-alone secret and no document is registered."""
        return not any(len(patterns) for layer in self._layers for patterns in _pattern_sets(layer))

    def _in_view(self, view: View) -> Findings:
        found = [self._places(number, view) for number in range(len(self._layers))]
        places = found[0] if len(found) == 1 else _together(found)
        if not places:
            return Findings()
        return compose(view, places, target_of=self._target_of, facts_only=_FactsOnly(self))

    def _places(self, number: int, view: View) -> Places:
        """Return the places of the living targets of one layer, under their numbers among all."""
        layer, first = self._layers[number], self._firsts[number]
        places = layer.index.places(view)
        if not places or (first == 0 and not self._home):
            return places

        def moved(found: Iterable[tuple[Any, ...]]) -> Any:
            alive = (place for place in found if self._is_alive(layer, place[2]))
            return tuple((*place[:2], first + place[2], *place[3:]) for place in alive)

        return Places(
            names=moved(places.names),
            secrets=moved(places.secrets),
            disguised=moved(places.disguised),
            misspelt=moved(places.misspelt),
            parts=tuple(map(Part._make, moved(places.parts))),
            foreign=moved(places.foreign),
            documents=moved(places.documents),
        )

    def _is_alive(self, layer: Segment, number: int) -> bool:
        home = self._home
        return not home or home.get(layer.index.target(number), BASE) == layer.serial

    def _target_of(self, number: int) -> str:
        index, own = self._index_of(number)
        return index.target(own)

    def _index_of(self, number: int) -> tuple[LexicalIndex, int]:
        place = bisect_right(self._firsts, number) - 1
        return self._layers[place].index, number - self._firsts[place]

    def is_facts_only(self, number: int) -> bool:
        """Return whether the target of this number among all is matched by facts only."""
        index, own = self._index_of(number)
        return own in index.facts_only


@dataclass(frozen=True, slots=True)
class _FactsOnly:
    """The numbers of the targets that are matched by facts only."""

    index: SegmentedLexicalIndex

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.index.is_facts_only(number)


def _living(segment: Segment, home: Mapping[str, int]) -> dict[str, TargetProfile]:
    return {
        id: profile
        for id, profile in segment.profiles.items()
        if home.get(id, BASE) == segment.serial
    }


def _pattern_sets(layer: Segment) -> tuple[NameSet | PatternSet | DocumentIndex, ...]:
    return layer.index.names, layer.index.secrets, layer.index.documents


def _together(found: Iterable[Places]) -> Places:
    """Return the places of several layers as those of one index."""
    every = list(found)
    return Places(
        names=_joined(places.names for places in every),
        secrets=_joined(places.secrets for places in every),
        disguised=_joined(places.disguised for places in every),
        misspelt=_nearest(_joined(places.misspelt for places in every)),
        parts=_joined(places.parts for places in every),
        foreign=_joined(places.foreign for places in every),
        documents=_joined(places.documents for places in every),
    )


def _joined(tuples: Iterable[tuple[Item, ...]]) -> tuple[Item, ...]:
    return tuple(chain.from_iterable(tuples))


def _nearest(misspelt: tuple[_Misspelt, ...]) -> tuple[_Misspelt, ...]:
    """Return, of the names that the same words may mean, those with the fewest errors.

    Each index has done so for its own. Names of the same words are alike in length, so that two
    errors lower the similarity half as much again as one does, at least.
    """
    least: dict[tuple[int, int], float] = {}
    for start, end, _, similarity in misspelt:
        least[start, end] = min(1 - similarity, least.get((start, end), 1.0))
    return tuple(
        place for place in misspelt if 1 - place[3] < ONE_ERROR_MORE * least[place[0], place[1]]
    )
