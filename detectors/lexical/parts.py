"""People spoken of by a part of their name: "Majumdar's novels", "where did Grant study".

It knows names and how parts of them stand in a text; it knows nothing of policies or vectors.

A *distinctive* part is rare in general writing and counts by itself, if it is written with a
capital and is not part of somebody else's full name ("Elvis Presley" is not Lisa Marie Presley).
A *common* part (Kelly, Grant) counts where a person stands: after an auxiliary or before `'s`,
within a sentence; elsewhere it is a mention, which other evidence must meet.

What is lost: names that are not in Latin letters, of whose words it is not known how common they
are; first names that others share, and those of sovereigns (Charles III); titles of works and names
of organisations (a name with a function word in it has no parts); parts that more than a few
targets share; a common part that begins a sentence, or in a text without case, is a mention at
most, and so is a part in the name of a band or of what is called after people (a law, a test).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from detectors.lexical.commonness import zipf
from detectors.lexical.patterns import PatternSet
from detectors.lexical.strings import Arrays, Strings, nested, within
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
# How common a word is, is known of scripts that English and its neighbours share only.
_LATIN = re.compile(r"[a-zß-ɏ'-]+")
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


class PartIndex:
    """An immutable index of the parts that names of persons are shortened to."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        persons: list[str] = []
        payloads = array("i")
        # For each part who has it: twice the number of the person, one more for a family name.
        owned: dict[str, list[int]] = {}
        for name, payload in names:
            words = words_of_person(name)
            if words:
                persons.append(" ".join(words))
                payloads.append(payload)
            for part, is_last in _parts(words):
                owners = owned.setdefault(part, [])
                sharing = {payloads[owner >> 1] for owner in owners} | {payload}
                if len(sharing) <= MOST_SHARING + 1 and len(sharing) > len(owners):
                    owners.append(len(persons) - 1 << 1 | is_last)
        owners_of = (owner for owners in owned.values() for owner in owners)
        counts = accumulate(map(len, owned.values()), initial=0)
        self._set(Strings(persons), payloads, Strings(owned), array("i", owners_of), counts)

    def _set(
        self,
        persons: Strings,
        payloads: Sequence[int],
        parts: Strings,
        owners: Sequence[int],
        starts: Iterable[int],
    ) -> None:
        self._persons, self._parts = persons, parts
        self._payloads, self._owners = array("i", payloads), array("i", owners)
        self._starts = array("I", starts)
        self._patterns = PatternSet((part, number) for number, part in enumerate(parts))

    def __repr__(self) -> str:
        return f"PartIndex({len(self._parts)} parts)"

    def to_arrays(self) -> Arrays:
        """Return the index as arrays."""
        own = {"payloads": self._payloads, "owners": self._owners, "starts": self._starts}
        return {
            **{name: np.array(column) for name, column in own.items()},
            **nested("persons", self._persons.to_arrays()),
            **nested("parts", self._parts.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> PartIndex:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        persons = Strings.from_arrays(within("persons", arrays))
        parts = Strings.from_arrays(within("parts", arrays))
        columns = (arrays[name].tolist() for name in ("payloads", "owners", "starts"))
        payloads, owners, starts = columns
        index._set(persons, payloads, parts, owners, starts)
        return index

    def find(self, view: View) -> Iterator[Part]:
        """Yield the parts that stand in `view` as names.

        A part that too many share is yielded for one more than may share it, wherever it stands.
        """
        case: Case | None = None
        for start, end, number in self._patterns.find(view.text):
            owners = self._owners[self._starts[number] : self._starts[number + 1]]
            case = case or case_of(view.source)
            first, last = view.normalised.span(start, end)
            if case is Case.SENTENCE and view.source[first].islower():
                continue
            place = place_of(view.source, first, last)
            frequency = zipf(view.text[start:end])
            for owner in owners:
                words = self._persons[owner >> 1].split(" ")
                counts = _counts(frequency, words, bool(owner & 1), place, case)
                if counts is not None or len(owners) > MOST_SHARING:
                    yield Part(start, end, self._payloads[owner >> 1], bool(counts))


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
    if not all(_LATIN.fullmatch(word) for word in words):
        return []
    return [word for word in words if len(word) > 1 and word not in _SUFFIXES]


def _parts(words: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield (part, whether it is the family name as English writes it) of a name, that first."""
    for position, word in reversed(list(enumerate(words))):
        is_last = position == len(words) - 1
        if len(word) < SHORTEST or word in _PARTICLES:
            continue
        if zipf(word) < (COMMON if is_last else DISTINCTIVE_FIRST):
            yield word, is_last


def _counts(
    frequency: float, words: Sequence[str], is_last: bool, place: Place, case: Case
) -> bool | None:
    """Return whether a part of a name of `words` is a match, None if it is not even a mention."""
    is_distinctive = frequency < (DISTINCTIVE if is_last else DISTINCTIVE_FIRST)
    if case is Case.TITLE and place.before and place.before not in words:
        return None
    if case is not Case.SENTENCE:
        if is_distinctive and (case is not Case.LOWER or frequency < DISTINCTIVE_UNCASED):
            return True
        return False if is_distinctive or place.is_agent or place.is_possessive else None
    if not place.is_capital or _is_of_another(words, place):
        return None
    if is_distinctive:
        return not place.is_eponym or frequency < DISTINCTIVE_UNCASED
    is_person = place.is_agent or (place.is_possessive and not place.is_initial)
    return is_person and not (place.is_listed or place.is_eponym)


def _is_of_another(words: Sequence[str], place: Place) -> bool:
    """Return whether the word beside makes the part one of another name than that of `words`."""
    if place.before and place.before not in words:
        return True
    return bool(place.after) and not place.is_possessive and place.after not in words
