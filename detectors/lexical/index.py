"""Registered names and secrets found as strings: exactly, misspelt, shortened, or transliterated.

The index knows the names of targets; it knows nothing of meanings, policies or requests.

A name of one ordinary word ("Rose", "Prince") counts only where it is written as a name: with a
capital within a sentence, and a very common one ("May") only before `'s` or after an auxiliary.
Elsewhere it is a mention: at the beginning of a sentence, and in texts without case. So a question
in lower case about such a target is found only with other evidence. Names of several words count
wherever they stand, whatever their words are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detectors.lexical.commonness import zipf
from detectors.lexical.parts import PartIndex
from detectors.lexical.patterns import PatternSet
from detectors.lexical.spelling import SpellingIndex
from detectors.lexical.writing import Case, case_of, place_of
from detectors.values import Match, Mention, Stage, TargetProfile
from detectors.views import PLAIN, View, normalise

__all__ = ["Findings", "LexicalIndex", "PatternSet"]

# On the zipf scale: from the first on a word is an ordinary one, from the second on even its
# capital says little (months, first words of titles).
ORDINARY = 3.4
VERY_COMMON = 5.0
# A part of a name says less than a whole one, and as much as a misspelt one.
PART_SCORE = 0.9

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the views of one text contain.

    Attributes:
        matches: what counts by itself, best first.
        mentions: what counts with other evidence only.
    """

    matches: tuple[Match, ...] = ()
    mentions: tuple[Mention, ...] = ()


class LexicalIndex:
    """An immutable index of the names and stand-alone secrets of targets."""

    def __init__(self, profiles: Iterable[TargetProfile]) -> None:
        names: list[tuple[str, int]] = []
        written: list[tuple[str, int]] = []
        secrets: list[tuple[str, int]] = []
        self._targets: list[str] = []
        self._facts_only: set[int] = set()
        for number, profile in enumerate(profiles):
            self._targets.append(profile.id)
            written += ((name, number) for name in profile.names)
            names += ((text, number) for text in _normalised(profile.names))
            secrets += ((text, number) for text in _normalised(profile.standalone_secrets))
            if profile.facts_only:
                self._facts_only.add(number)
        self._ordinary = frozenset(name for name, _ in names if _is_ordinary(name))
        self._names = PatternSet(names)
        self._secrets = PatternSet(secrets)
        self._misspelt = SpellingIndex(names)
        self._parts = PartIndex(written)

    def __repr__(self) -> str:
        return f"LexicalIndex({len(self._targets)} targets)"

    def find(self, readings: Sequence[View]) -> tuple[Match, ...]:
        """Return what counts by itself in the views of one text, best first."""
        return self.examine(readings).matches

    def examine(self, readings: Sequence[View]) -> Findings:
        """Return what the views of one text contain.

        A target is reported once for each view, by its strongest evidence: exact before misspelt
        before a part of its name, and a mention only where nothing counts by itself.
        """
        matches: list[Match] = []
        mentions: list[Mention] = []
        for view in readings:
            self._in_view(view, matches, mentions)
        matches.sort(key=lambda match: (-match.score, match.span))
        return Findings(tuple(matches), tuple(mentions))

    def _in_view(self, view: View, matches: list[Match], mentions: list[Mention]) -> None:
        names = self._names.find(view.text)
        reported: dict[int, Match] = {}
        mentioned: dict[int, Mention] = {}
        for start, end, number in sorted(self._secrets.find(view.text)):
            reported.setdefault(number, self._exact(view, number, start, end, "secret"))
        for start, end, number in sorted(names):
            if number in self._facts_only or not self._is_written_as_name(view, start, end):
                is_name = number in self._facts_only
                mentioned.setdefault(number, self._mention(view, number, start, end, is_name))
            elif number not in reported:
                reported[number] = self._exact(view, number, start, end, "name")
        for start, end, number, similarity in sorted(self._misspelt.find(view.text)):
            if number in reported or _is_covered(start, end, names):
                continue
            if number in self._facts_only:
                mentioned.setdefault(number, self._mention(view, number, start, end, True))
            else:
                reported[number] = self._fuzzy(view, number, start, end, similarity)
        for part in self._parts.find(view):
            if part.payload in reported or _is_covered(part.start, part.end, names):
                continue
            span = (part.start, part.end)
            if part.counts and part.payload not in self._facts_only:
                reported[part.payload] = self._part(view, part.payload, *span)
            else:
                mentioned.setdefault(part.payload, self._mention(view, part.payload, *span, False))
        matches += reported.values()
        mentions += (mentioned[number] for number in mentioned if number not in reported)

    def _is_written_as_name(self, view: View, start: int, end: int) -> bool:
        """Return whether an exact name is one and not only the ordinary word that it also is."""
        word = view.text[start:end]
        if word not in self._ordinary:
            return True
        if case_of(view.source) is not Case.SENTENCE:
            return False
        place = place_of(view.source, *view.normalised.span(start, end))
        if zipf(word) >= VERY_COMMON:
            return place.is_capital and (place.is_agent or place.is_possessive)
        return place.is_capital and (place.is_possessive or not place.is_initial)

    def _mention(self, view: View, number: int, start: int, end: int, is_name: bool) -> Mention:
        return Mention(self._targets[number], view.name, view.span(start, end), is_name)

    def _exact(self, view: View, number: int, start: int, end: int, what: str) -> Match:
        reason = f"A registered {what} stands in the text{_as_read(view)}."
        return self._match(view, number, start, end, Stage.EXACT, 1.0, reason)

    def _fuzzy(self, view: View, number: int, start: int, end: int, similarity: float) -> Match:
        reason = f"The text is a typing error away from a registered name{_as_read(view)}."
        return self._match(view, number, start, end, Stage.FUZZY, similarity, reason)

    def _part(self, view: View, number: int, start: int, end: int) -> Match:
        reason = f"A part of a registered name stands in the text as a name{_as_read(view)}."
        return self._match(view, number, start, end, Stage.PART, PART_SCORE, reason)

    def _match(
        self, view: View, number: int, start: int, end: int, stage: Stage, score: float, reason: str
    ) -> Match:
        target = self._targets[number]
        return Match(target, stage, view.name, score, score, view.span(start, end), reason)


def _as_read(view: View) -> str:
    return "" if view.name == PLAIN else f", read as {view.name}"


def _is_ordinary(name: str) -> bool:
    return name.isascii() and name.isalpha() and zipf(name) >= ORDINARY


def _normalised(texts: Iterable[str]) -> list[str]:
    return [text for text in (normalise(text).text.strip() for text in texts) if text]


def _is_covered(start: int, end: int, places: Iterable[Place]) -> bool:
    """Return whether a name stands exactly where another one would be read."""
    return any(first <= start and end <= last for first, last, _ in places)
