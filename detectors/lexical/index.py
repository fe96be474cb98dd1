"""Registered names and secrets found as strings: exactly, misspelt, shortened, or transliterated.

The index knows the names of targets; it knows nothing of meanings, policies or requests. What
places amount to for a target is said in findings.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from detectors.lexical.documents import DocumentIndex
from detectors.lexical.findings import Findings, Place, Places, compose, merged
from detectors.lexical.foreign import ForeignIndex
from detectors.lexical.names import NameSet
from detectors.lexical.parts import PartIndex
from detectors.lexical.patterns import PatternSet
from detectors.lexical.secrets import forms_of_secret
from detectors.lexical.spelling import SpellingIndex
from detectors.lexical.strings import Arrays, Strings, nested, within
from detectors.lexical.turned import turned_names
from detectors.values import Match, TargetProfile
from detectors.views import PLAIN, View, normalise

__all__ = ["Findings", "LexicalIndex", "PatternSet", "Places"]

# So many characters beside a letter beyond ASCII may belong to one name with it.
CONTEXT = 60

_OTHER_LETTERS = re.compile(r"(?:(?![\x00-\x7f])[^\W\d_])+")


class LexicalIndex:
    """An immutable index of the names and stand-alone secrets of targets.

    Attributes:
        names: the names in all forms that a text may hold; the payload is a target's number.
        secrets: the stand-alone secrets, likewise.
        documents: runs of words of the documents, likewise.
        facts_only: the numbers of targets whose names alone never match.
    """

    def __init__(self, profiles: Iterable[TargetProfile]) -> None:
        written: list[tuple[str, int]] = []
        secrets: list[tuple[str, int]] = []
        documents: list[tuple[str, int]] = []
        targets: list[str] = []
        facts_only: set[int] = set()
        for number, profile in enumerate(profiles):
            targets.append(profile.id)
            written += ((name, number) for name in profile.names)
            secrets += (
                (form, number)
                for text in profile.standalone_secrets
                for form in forms_of_secret(text)
            )
            documents += ((document, number) for document in profile.documents)
            if profile.facts_only:
                facts_only.add(number)
        self._targets = Strings(targets)
        self.facts_only = frozenset(facts_only)
        self.names = NameSet(written)
        self.secrets = PatternSet(secrets)
        self._misspelt = SpellingIndex((_plain(name), number) for name, number in written)
        self._parts = PartIndex(written)
        self._foreign = ForeignIndex(written)
        self.documents = DocumentIndex(documents)

    def to_arrays(self) -> Arrays:
        """Return the index as arrays, to be kept on disk."""
        return {
            "facts_only": np.array(sorted(self.facts_only), np.int32),
            **nested("targets", self._targets.to_arrays()),
            **nested("names", self.names.to_arrays()),
            **nested("secrets", self.secrets.to_arrays()),
            **nested("misspelt", self._misspelt.to_arrays()),
            **nested("parts", self._parts.to_arrays()),
            **nested("foreign", self._foreign.to_arrays()),
            **nested("documents", self.documents.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> LexicalIndex:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        index._targets = Strings.from_arrays(within("targets", arrays))
        index.facts_only = frozenset(arrays["facts_only"].tolist())
        index.names = NameSet.from_arrays(within("names", arrays))
        index.secrets = PatternSet.from_arrays(within("secrets", arrays))
        index._misspelt = SpellingIndex.from_arrays(within("misspelt", arrays))
        index._parts = PartIndex.from_arrays(within("parts", arrays))
        index._foreign = ForeignIndex.from_arrays(within("foreign", arrays))
        index.documents = DocumentIndex.from_arrays(within("documents", arrays))
        return index

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
        """Return where names and secrets stand in one view, whatever that amounts to.

        Where a view only repeats the plain one, beside what it has rewritten, nothing is found.
        """
        if view.name == PLAIN:
            names, secrets = self.names.find(view.text), self.secrets.find(view.text)
            return self._forgiving(view, names, secrets)
        names, secrets = self.exact(view)
        if not view.forgiving:
            return Places(tuple(names), tuple(secrets))
        return self._forgiving(view, names, secrets)

    def exact(self, view: View) -> tuple[list[Place], list[Place]]:
        """Return the names and the secrets that stand in what a view has rewritten."""
        least = view.least_letters
        names, secrets = (
            [
                place
                for place in patterns.find(view.text, bounded=view.bounded)
                if _has_letters(view.text[place[0] : place[1]], least) and view.touches(*place[:2])
            ]
            for patterns in (self.names, self.secrets)
        )
        return names, secrets

    def turned(self, view: View) -> Iterator[Place]:
        """Yield the names that stand turned in a view."""
        for start, end, number, _, _ in turned_names(self.names, view):
            yield start, end, number

    def _forgiving(self, view: View, names: list[Place], secrets: list[Place]) -> Places:
        text, is_plain = view.text, view.name == PLAIN
        return Places(
            tuple(names),
            tuple(secrets),
            tuple(turned_names(self.names, view)),
            tuple(
                place
                for place in self._misspelt.find(text)
                if is_plain or view.touches(place[0], place[1])
            ),
            tuple(
                part
                for part in self._parts.find(view)
                if is_plain or view.touches(part.start, part.end)
            ),
            () if view.source.isascii() else tuple(self._in_other_letters(view.source)),
            tuple(self.documents.find(text)),
        )

    def _in_other_letters(self, source: str) -> Iterator[tuple[int, int, int, float]]:
        """Yield names in other scripts, but none that reads plain letters as foreign ones.

        In a text that is English but for its quotation marks, that would be a false match. Only
        the surroundings of letters beyond ASCII are read: most of such a text has none.
        """
        for first, last in _around_other_letters(source):
            piece = source[first:last]
            for start, end, target, similarity in self._foreign.find(piece, plain_letters=False):
                if not piece[start:end].isascii():
                    yield first + start, first + end, target, similarity


def _around_other_letters(source: str) -> list[tuple[int, int]]:
    """Return the parts of a text that hold letters beyond ASCII, with what stands beside them."""
    parts: list[tuple[int, int]] = []
    for run in _OTHER_LETTERS.finditer(source):
        first, last = max(0, run.start() - CONTEXT), min(len(source), run.end() + CONTEXT)
        if parts and first <= parts[-1][1]:
            parts[-1] = (parts[-1][0], last)
        else:
            parts.append((first, last))
    return parts


def _plain(name: str) -> str:
    return normalise(name).text.strip()


def _has_letters(name: str, least: int) -> bool:
    return " " in name or len(name) >= least
