"""Names found in all forms that they are looked for as, by one pattern for each name.

A name of several words is kept without signs and blanks and with i for l, and the text is read so
too; what stands in the text itself must then be one of the name's forms. That is one pattern for
a name instead of three or four, which is most of the memory of a million names. Names of one word
and names in other scripts are kept in all their forms. It knows nothing of targets.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from itertools import groupby

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from detectors.lexical.boundaries import is_edge, stands_alone
from detectors.lexical.patterns import BEGINNING, PatternSet, is_long_word
from detectors.lexical.strings import Arrays, Strings, nested, within
from detectors.views import forms_of, normalise

# Of a name without its signs ("C++" is then "c") at least so much must be left to look for.
SHORTEST_BARE_FORM = 4
# Shorter names of several words would be found within too many other words.
SHORTEST_REDUCED = 6

_SIGNS = re.compile(r"[^\w ]|_")
_BLANK = " "
# What stands between words, in a text of ASCII.
_GAP = re.compile(r"[\x00-\x2f\x3a-\x60\x7b-\x7f]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
# What a text has beyond ASCII becomes this one sign, so that it parts what stands beside it.
_OTHER = "?"
_DROPPED = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != _OTHER)
_ONE_STROKE = bytes.maketrans(b"l", b"i")
_IS_KEPT = np.array([code not in _DROPPED for code in range(256)])
# Of the characters that are kept none comes before this one.
_LEAST = "0"


class NameSet:
    """An immutable set of names, each with one or more numbers."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        rows: list[tuple[str, str, int]] = []
        others: list[tuple[str, int]] = []
        for name, number in names:
            plain = normalise(name).text.strip()
            if reduced := _reduced_name(plain):
                rows.append((reduced, plain, number))
            else:
                others += ((form, number) for form in _forms(name))
        rows.sort()
        ordered = [row for row, _ in groupby(rows)]
        rows.clear()
        distinct: list[str] = []
        firsts = array("I")
        for place, (reduced, _, _) in enumerate(ordered):
            if not distinct or distinct[-1] != reduced:
                distinct.append(reduced)
                firsts.append(place)
        firsts.append(len(ordered))
        plains = Strings(plain for _, plain, _ in ordered)
        numbers = array("i", (number for _, _, number in ordered))
        self._set(PatternSet(others), Strings(distinct), firsts, plains, numbers)

    def _set(
        self,
        others: PatternSet,
        reduced: Strings,
        firsts: array[int],
        plains: Strings,
        numbers: array[int],
    ) -> None:
        self._others = others
        self._reduced, self._firsts = reduced, firsts
        self._plains, self._numbers = plains, numbers
        self._longest = plains.longest
        self._initials = frozenset(reduced.initials())
        self._beginnings = frozenset(reduced.initials(BEGINNING))
        self._gaps = _begun(plains.gaps()) | {_BLANK}
        # Of the three kinds this one takes the least memory, and is built and searched fastest.
        self._automaton = (
            BytesAhoCorasick(reduced.encoded(), implementation=Implementation.ContiguousNFA)
            if len(reduced)
            else None
        )

    def to_arrays(self) -> Arrays:
        """Return the set as arrays; the automaton is built again from them."""
        return {
            "firsts": np.array(self._firsts),
            "numbers": np.array(self._numbers),
            **nested("others", self._others.to_arrays()),
            **nested("reduced", self._reduced.to_arrays()),
            **nested("plains", self._plains.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> NameSet:
        """Return the set that `to_arrays` was called on."""
        names = cls(())
        names._set(
            PatternSet.from_arrays(within("others", arrays)),
            Strings.from_arrays(within("reduced", arrays)),
            array("I", arrays["firsts"].astype(np.uint32).tobytes()),
            Strings.from_arrays(within("plains", arrays)),
            array("i", arrays["numbers"].astype(np.int32).tobytes()),
        )
        return names

    def __len__(self) -> int:
        return len(self._others) + len(self._reduced)

    def __repr__(self) -> str:
        return f"NameSet({len(self)} patterns)"

    def find(
        self,
        normalised: str,
        *,
        bounded: bool = True,
        loose: bool = False,
        edges: Container[int] | None = None,
    ) -> list[tuple[int, int, int]]:
        """Return (start, end, number) of every occurrence between word boundaries, overlaps too.

        Signs at the ends of a name are left out of its place. With `bounded` false, long names
        in one word count within words too; with `loose`, signs and how many blanks there are
        do not matter. In a stream, what ends where the text ends is not certain yet. `edges` as in
        `PatternSet.find`.
        """
        found = self._others.find(normalised, bounded=bounded, edges=edges)
        if self._automaton is None:
            return found
        text = normalised.encode("ascii", "replace")
        hits = self._automaton.find_matches_as_indexes(
            text.translate(_ONE_STROKE, _DROPPED), overlapping=True
        )
        if hits:
            found += self._forms_at(
                hits, normalised, text, bounded=bounded, loose=loose, edges=edges
            )
        return found

    def _forms_at(
        self,
        hits: list[tuple[int, int, int]],
        normalised: str,
        text: bytes,
        *,
        bounded: bool,
        loose: bool,
        edges: Container[int] | None,
    ) -> Iterator[tuple[int, int, int]]:
        """Yield those hits that are forms of the name; `text` is the text with what is dropped."""
        places = np.flatnonzero(_IS_KEPT[np.frombuffer(text, np.uint8)])
        for index, first, last in hits:
            start, end = int(places[first]), int(places[last - 1]) + 1
            written = normalised[start:end]
            if not stands_alone(normalised, start, end, edges) and (
                bounded or not is_long_word(written)
            ):
                continue
            for row in range(self._firsts[index], self._firsts[index + 1]):
                if _is_form(written, self._plains[row], loose=loose):
                    yield start, end, self._numbers[row]

    def hold(self, normalised: str, *, start: int = 0, edges: Container[int] | None = None) -> int:
        """Return from which index on a stream must be held back (see `PatternSet.hold`)."""
        length = self._others.hold(normalised, start=start, edges=edges)
        for index in range(max(start, len(normalised) - self._longest), length):
            if normalised[index] in "il" or normalised[index] in self._initials:
                if is_edge(normalised, index, edges) and self._begins_name(normalised[index:]):
                    return index
        return length

    def continuing(self, text: str) -> Iterator[str]:
        """Yield the names that begin with a normalised text, in the form they are looked for in."""
        yield from self._others.continuing(text)
        reduced = _reduced(text)
        position = bisect_left(self._reduced, reduced)
        while position < len(self._reduced) and self._reduced[position].startswith(reduced):
            yield self._reduced[position]
            position += 1

    def _begins_name(self, text: str) -> bool:
        reduced = _reduced(text)
        if len(reduced) >= BEGINNING and reduced[:BEGINNING] not in self._beginnings:
            return False
        if any(gap not in self._gaps for gap in _GAP.findall(text)):
            return False
        # After a sign or a blank a whole name is certain; only a longer one may be under way.
        is_open = text[-1].isalnum()
        position = bisect_left(self._reduced, reduced if is_open else reduced + _LEAST)
        return position < len(self._reduced) and self._reduced[position].startswith(reduced)


def _begun(gaps: Iterable[str]) -> frozenset[str]:
    """Return gaps between words and all that they may begin with."""
    return frozenset(gap[:end] for gap in gaps for end in range(1, len(gap) + 1))


def _reduced(normalised: str) -> str:
    return normalised.encode("ascii", "replace").translate(_ONE_STROKE, _DROPPED).decode()


def _reduced_name(plain: str) -> str:
    """Return a name as it is looked for in reduced texts, or "" if it is not."""
    if not plain.isascii() or _OTHER in plain or " " not in _SIGNS.sub(" ", plain).strip():
        return ""
    reduced = _reduced(plain)
    return reduced if len(reduced) >= SHORTEST_REDUCED else ""


def _is_form(written: str, plain: str, *, loose: bool) -> bool:
    if written == plain:
        return True
    if loose:
        return _bare(written) == _bare(plain)
    return any(written == _EDGES.sub("", form) for form in forms_of(plain))


def _bare(text: str) -> str:
    return " ".join(_SIGNS.sub("", text).split())


def _forms(name: str) -> Iterator[str]:
    for place, form in enumerate(forms_of(name)):
        if place == 0 or len(form) >= SHORTEST_BARE_FORM:
            yield form
