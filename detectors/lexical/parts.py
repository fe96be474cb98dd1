"""People spoken of by a part of their name: "Majumdar's novels", "where did Grant study".

It knows names and how parts of them stand in a text; it knows nothing of policies or vectors.

A *distinctive* part is rare in general writing and counts by itself, if it is written with a
capital and is not part of somebody else's full name ("Elvis Presley" is not Lisa Marie Presley).
A *common* part (Kelly, Grant) counts where a person stands: after an auxiliary or before `'s`,
within a sentence; elsewhere it is a mention, which other evidence must meet.

What is lost: first names that others share, and those of sovereigns (Charles III); titles of works
and names of organisations (a name with a function word in it has no parts); parts that more than a
few targets share; a common part that begins a sentence, or in a text without case, is a mention at
most, and so is a part in the name of a band or of what is called after people (a law, a test).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from detectors.lexical.commonness import zipf
from detectors.lexical.patterns import PatternSet
from detectors.lexical.writing import Case, Place, case_of, place_of
from detectors.views import View, normalise

# On the zipf scale. A part below the first is distinctive; the least common first names (which
# are family names in other cultures) below the second; below the third a common part may count.
DISTINCTIVE = 3.4
DISTINCTIVE_FIRST = 2.7
COMMON = 4.75
# A part below this counts in a text without capitals, and before what is called after people.
DISTINCTIVE_UNCASED = 2.7
# A part that more targets share says too little of any of them.
MOST_SHARING = 4
SHORTEST = 4

_SUFFIXES = frozenset(("jr", "sr", "phd", "md"))
# A numeral makes the word before it the first name of a sovereign, which many people share.
_NUMERAL = re.compile(r"[ivx]{1,5}")
_PARTICLES = frozenset(
    "al ben bin da de del den der di dos du el ibn la le st ten ter van von".split()
)
_NO_PERSON = frozenset(
    "a an and as at by for from in into no not of on or our that the this to with your".split()
)


class Part(NamedTuple):
    """A part of a name in a text.

    Attributes:
        start: where it begins in the normalised text; `end` where it ends.
        target: the number of the name's owner.
        counts: whether it is a match by itself, and not only a mention.
    """

    start: int
    end: int
    target: int
    counts: bool


@dataclass(frozen=True, slots=True)
class _Owned:
    payload: int
    words: frozenset[str]
    is_last: bool


class PartIndex:
    """An immutable index of the parts that names of persons are shortened to."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        owned: dict[str, dict[int, _Owned]] = {}
        for name, payload in names:
            words = words_of_person(name)
            for part, is_last in _parts(words):
                owners = owned.setdefault(part, {})
                if len(owners) <= MOST_SHARING:
                    owners[payload] = _Owned(payload, frozenset(words), is_last)
        kept = [part for part, owners in owned.items() if len(owners) <= MOST_SHARING]
        self._parts = [(part, tuple(owned[part].values())) for part in kept]
        self._patterns = PatternSet((part, number) for number, part in enumerate(kept))

    def __repr__(self) -> str:
        return f"PartIndex({len(self._parts)} parts)"

    def find(self, view: View) -> Iterator[Part]:
        """Yield the parts that stand in `view` as names, those of one owner once each."""
        case: Case | None = None
        for start, end, number in self._patterns.find(view.text):
            part, owners = self._parts[number]
            case = case or case_of(view.source)
            first, last = view.normalised.span(start, end)
            if case is Case.SENTENCE and view.source[first].islower():
                continue
            place = place_of(view.source, first, last)
            for owner in owners:
                counts = _counts(zipf(part), owner, place, case)
                if counts is not None:
                    yield Part(start, end, owner.payload, counts)


def words_of_person(name: str) -> list[str]:
    """Return the words of a name that could be a person's, or none if it cannot be one.

    Initials and "Jr." are left out, so that `J. K. Rowling` is one word, and still more than one
    as written; a name of a single word has no parts.
    """
    written = normalise(name.split(",")[0]).text.split()
    words = [word.strip(".'\"()") for word in written]
    if len(written) < 2 or len(written) > 5 or _NO_PERSON & set(written):
        return []
    if len(words[-1]) > 1 and _NUMERAL.fullmatch(words[-1]):
        return []
    if not all(word.replace("-", "").replace("'", "").isalpha() for word in words):
        return []
    return [word for word in words if len(word) > 1 and word not in _SUFFIXES]


def _parts(words: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield (part, whether it is the family name as English writes it) of a name."""
    for position, word in enumerate(words):
        is_last = position == len(words) - 1
        if len(word) < SHORTEST or word in _PARTICLES:
            continue
        if zipf(word) < (COMMON if is_last else DISTINCTIVE_FIRST):
            yield word, is_last


def _counts(frequency: float, owner: _Owned, place: Place, case: Case) -> bool | None:
    """Return whether a part is a match, None if it is not even a mention."""
    is_distinctive = frequency < (DISTINCTIVE if owner.is_last else DISTINCTIVE_FIRST)
    if case is Case.TITLE and place.before and place.before not in owner.words:
        return None
    if case is not Case.SENTENCE:
        if is_distinctive and (case is not Case.LOWER or frequency < DISTINCTIVE_UNCASED):
            return True
        return False if is_distinctive or place.is_agent or place.is_possessive else None
    if not place.is_capital or _is_of_another(owner, place):
        return None
    if is_distinctive:
        return not place.is_eponym or frequency < DISTINCTIVE_UNCASED
    is_person = place.is_agent or (place.is_possessive and not place.is_initial)
    return is_person and not (place.is_listed or place.is_eponym)


def _is_of_another(owner: _Owned, place: Place) -> bool:
    """Return whether the word beside makes the part one of a name that is not the owner's."""
    if place.before and place.before not in owner.words:
        return True
    return bool(place.after) and not place.is_possessive and place.after not in owner.words
