"""Registered names found as strings: exactly, or with one typing error.

The index knows the names of targets; it knows nothing of meanings, policies or requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from detectors.lexical.patterns import PatternSet
from detectors.lexical.spelling import SpellingIndex
from detectors.values import Match, Stage, TargetProfile
from detectors.views import BASE64, PLAIN, View, normalise

__all__ = ["LexicalIndex", "PatternSet"]

_AS_READ = {PLAIN: "", BASE64: ", once its base64 is undone"}


class LexicalIndex:
    """An immutable index of the names and stand-alone secrets of targets."""

    def __init__(self, profiles: Iterable[TargetProfile]) -> None:
        names: list[tuple[str, int]] = []
        secrets: list[tuple[str, int]] = []
        self._targets: list[str] = []
        for number, profile in enumerate(profiles):
            self._targets.append(profile.id)
            names += ((text, number) for text in _normalised(profile.names))
            secrets += ((text, number) for text in _normalised(profile.standalone_secrets))
        self._names = PatternSet(names)
        self._secrets = PatternSet(secrets)
        self._misspelt = SpellingIndex(names)

    def __repr__(self) -> str:
        return f"LexicalIndex({len(self._targets)} targets)"

    def find(self, readings: Sequence[View]) -> tuple[Match, ...]:
        """Return what the views of one text contain, best first.

        A target is reported once for each view: where it stands first, exact before misspelt.
        """
        found = [match for view in readings for match in self._in_view(view)]
        return tuple(sorted(found, key=lambda match: (-match.score, match.span)))

    def _in_view(self, view: View) -> Iterator[Match]:
        names = self._names.find(view.text)
        reported: set[int] = set()
        for what, places in (("name", names), ("secret", self._secrets.find(view.text))):
            for start, end, number in sorted(places):
                if number not in reported:
                    reported.add(number)
                    yield self._exact(view, number, start, end, what)
        for start, end, number, similarity in sorted(self._misspelt.find(view.text)):
            if number in reported or _is_covered(start, end, names):
                continue
            reported.add(number)
            yield self._fuzzy(view, number, start, end, similarity)

    def _exact(self, view: View, number: int, start: int, end: int, what: str) -> Match:
        return Match(
            target=self._targets[number],
            stage=Stage.EXACT,
            view=view.name,
            score=1.0,
            threshold=1.0,
            span=view.span(start, end),
            reason=f"A registered {what} stands in the text{_AS_READ[view.name]}.",
        )

    def _fuzzy(self, view: View, number: int, start: int, end: int, similarity: float) -> Match:
        return Match(
            target=self._targets[number],
            stage=Stage.FUZZY,
            view=view.name,
            score=similarity,
            threshold=similarity,
            span=view.span(start, end),
            reason=f"The text is one typing error away from a registered name"
            f"{_AS_READ[view.name]}.",
        )


def _normalised(texts: Iterable[str]) -> list[str]:
    return [text for text in (normalise(text).text.strip() for text in texts) if text]


def _is_covered(start: int, end: int, places: Iterable[tuple[int, int, int]]) -> bool:
    """Return whether a name stands exactly where another one would be read as misspelt."""
    return any(first <= start and end <= last for first, last, _ in places)
