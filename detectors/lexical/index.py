"""Registered names and secrets found as strings: exactly, misspelt, shortened, or transliterated.

The index knows the names of targets; it knows nothing of meanings, policies or requests. What
places amount to for a target is said in findings.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from detectors.lexical.findings import Findings, Places, compose, merged
from detectors.lexical.parts import PartIndex
from detectors.lexical.patterns import PatternSet
from detectors.lexical.spelling import SpellingIndex
from detectors.lexical.strings import Strings
from detectors.values import Match, TargetProfile
from detectors.views import DisguisedForm, View, disguised_forms, forms_of, normalise

__all__ = ["Findings", "LexicalIndex", "PatternSet", "Places"]

# Of a name without its signs ("C++" is then "c") at least so much must be left to look for.
SHORTEST_BARE_FORM = 4


class LexicalIndex:
    """An immutable index of the names and stand-alone secrets of targets.

    Attributes:
        names: the names in all forms that a text may hold; the payload is a target's number.
        secrets: the stand-alone secrets, likewise.
        facts_only: the numbers of targets whose names alone never match.
    """

    def __init__(self, profiles: Iterable[TargetProfile]) -> None:
        written: list[tuple[str, int]] = []
        secrets: list[tuple[str, int]] = []
        targets: list[str] = []
        facts_only: set[int] = set()
        for number, profile in enumerate(profiles):
            targets.append(profile.id)
            written += ((name, number) for name in profile.names)
            secrets += (
                (normalise(text).text.strip(), number) for text in profile.standalone_secrets
            )
            if profile.facts_only:
                facts_only.add(number)
        self._targets = Strings(targets)
        self.facts_only = frozenset(facts_only)
        self.names = PatternSet((form, number) for name, number in written for form in _forms(name))
        self.secrets = PatternSet(secrets)
        self._disguised = _Disguised(written)
        self._misspelt = SpellingIndex((_plain(name), number) for name, number in written)
        self._parts = PartIndex(written)

    def __len__(self) -> int:
        return len(self._targets)

    def __repr__(self) -> str:
        return f"LexicalIndex({len(self)} targets)"

    def target(self, number: int) -> str:
        """Return the identifier of a target by its number, which is its place among profiles."""
        return self._targets[number]

    def find(self, readings: Sequence[View]) -> tuple[Match, ...]:
        """Return what counts by itself in the views of one text, best first."""
        return self.examine(readings).matches

    def examine(self, readings: Sequence[View]) -> Findings:
        """Return what the views of one text contain: each target at most once for each view."""
        found = ((view, self.places(view)) for view in readings)
        return merged(
            compose(view, places, target_of=self.target, facts_only=self.facts_only)
            for view, places in found
            if places
        )

    def places(self, view: View) -> Places:
        """Return where names and secrets stand in one view, whatever that amounts to."""
        text, bounded, least = view.text, view.bounded, view.least_letters
        names = self.names.find(text, bounded=bounded)
        if least:
            names = [place for place in names if _has_letters(text[place[0] : place[1]], least)]
        secrets = self.secrets.find(text, bounded=bounded)
        if not view.forgiving:
            return Places(tuple(names), tuple(secrets))
        return Places(
            tuple(names),
            tuple(secrets),
            tuple(self._disguised.find(text)),
            tuple(self._misspelt.find(text)),
            tuple(self._parts.find(view)),
        )


class _Disguised:
    """Names as they look turned by rot13 or read backwards."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        self._kinds: list[tuple[str, str]] = []
        self._patterns = PatternSet(
            (form.text, number << 2 | self._kind(form))
            for name, number in names
            for form in disguised_forms(name)
        )

    def find(self, text: str) -> Iterator[tuple[int, int, int, str, str]]:
        """Yield (start, end, number, view, how) of each name that stands turned."""
        for start, end, payload in self._patterns.find(text):
            yield (start, end, payload >> 2, *self._kinds[payload & 3])

    def _kind(self, form: DisguisedForm) -> int:
        kind = (form.view, form.how)
        if kind not in self._kinds:
            self._kinds.append(kind)
        return self._kinds.index(kind)


def _plain(name: str) -> str:
    return normalise(name).text.strip()


def _forms(name: str) -> Iterator[str]:
    for place, form in enumerate(forms_of(name)):
        if place == 0 or len(form) >= SHORTEST_BARE_FORM:
            yield form


def _has_letters(name: str, least: int) -> bool:
    return " " in name or len(name) >= least
