"""What is found at the places of a text, and what these amount to for each target.

An index finds places; here they become matches and mentions. Places of several indexes can be put
together first, so one index of all targets and several of some of them amount to the same.

A name of one ordinary word ("Rose", "Prince") counts only where it is written as a name: with a
capital within a sentence, and a very common one ("May") only before `'s` or after an auxiliary.
Elsewhere it is a mention: at the beginning of a sentence, and in texts without case. So a question
in lower case about such a target is found only with other evidence. Names of several words count
wherever they stand, whatever their words are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from detectors.lexical.commonness import zipf
from detectors.lexical.parts import MOST_SHARING, Part
from detectors.lexical.writing import Case, case_of, place_of
from detectors.values import Match, Mention, Stage
from detectors.views import View

# On the zipf scale: from the first on a word is an ordinary one, from the second on even its
# capital says little (months, first words of titles).
ORDINARY = 3.4
VERY_COMMON = 5.0
# A part of a name says less than a whole one.
PART_SCORE = 0.9

# Start, end and number of a target; start and end are of the normalised text.
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """Where names and secrets stand in one view.

    Attributes:
        names: whole names, (start, end, target).
        secrets: stand-alone secrets, likewise.
        disguised: names turned by rot13 or reversed: (start, end, target, view, how).
        misspelt: names with typing errors: (start, end, target, similarity).
        parts: parts of names.
        foreign: names in another script: (start, end, target, similarity), in `view.source`.
        documents: runs of words that documents have too, (start, end, target).
    """

    names: tuple[Place, ...] = ()
    secrets: tuple[Place, ...] = ()
    disguised: tuple[tuple[int, int, int, str, str], ...] = ()
    misspelt: tuple[tuple[int, int, int, float], ...] = ()
    parts: tuple[Part, ...] = ()
    foreign: tuple[tuple[int, int, int, float], ...] = ()
    documents: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.names
            or self.secrets
            or self.parts
            or self.misspelt
            or self.disguised
            or self.foreign
            or self.documents
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """What the views of one text contain.

    Attributes:
        matches: what counts by itself, best first.
        mentions: what counts with other evidence only.
    """

    matches: tuple[Match, ...] = ()
    mentions: tuple[Mention, ...] = ()


def is_ordinary(name: str) -> bool:
    """Return whether a normalised name is one word that is also an ordinary one."""
    return name.isascii() and name.isalpha() and zipf(name) >= ORDINARY


def merged(findings: Iterable[Findings]) -> Findings:
    """Return what several views found, best first."""
    every = list(findings)
    matches = [match for one in every for match in one.matches]
    matches.sort(key=lambda match: (-match.score, match.span))
    return Findings(tuple(matches), tuple(mention for one in every for mention in one.mentions))


def compose(
    view: View,
    places: Places,
    *,
    target_of: Callable[[int], str],
    facts_only: Container[int],
) -> Findings:
    """Return what the places of one view amount to.

    A target is reported once, by its strongest evidence: exact before transliterated or misspelt
    before a part of its name, and a mention only where nothing counts by itself. Where a whole
    name stands, no other name is read into its letters.

    Args:
        view: the view that the places are of.
        places: what was found in it.
        target_of: leads from the number of a target to its identifier.
        facts_only: the numbers of targets whose names alone never match.
    """
    matched: dict[int, Match] = {}
    mentioned: dict[int, Mention] = {}
    for found in _evidence(view, places):
        number = found.target
        only_facts = found.what not in _WITHOUT_NAME and number in facts_only
        if number in matched:
            continue
        if found.counts and not only_facts:
            matched[number] = _match(target_of(number), view, found)
        elif number not in mentioned:
            is_name = only_facts and found.what is not _What.PART
            mentioned[number] = Mention(target_of(number), view.name, found.span, is_name)
    rest = (mention for number, mention in mentioned.items() if number not in matched)
    return Findings(tuple(matched.values()), tuple(rest))


class _What(Enum):
    """What stands in a text, as it is called in a reason."""

    NAME = "A registered name stands in the text"
    SECRET = "A registered secret stands in the text"
    MISSPELT = "The text is a typing error away from a registered name"
    FOREIGN = "A registered name stands in the text in another script"
    PART = "A part of a registered name stands in the text as a name"
    DOCUMENT = "A run of words of a registered document stands in the text"


# What tells a target of which only facts are forgotten without its name.
_WITHOUT_NAME = frozenset((_What.SECRET, _What.DOCUMENT))


class _Evidence(NamedTuple):
    target: int
    what: _What
    stage: Stage
    score: float
    span: tuple[int, int]
    counts: bool = True
    view: str = ""
    how: str = ""


def _match(target: str, view: View, found: _Evidence) -> Match:
    reason = f"{found.what.value}{found.how or view.how}."
    name = found.view or view.name
    return Match(target, found.stage, name, found.score, found.score, found.span, reason)


def _evidence(view: View, places: Places) -> Iterator[_Evidence]:
    """Yield what speaks for each target, the strongest first."""
    names = places.names
    for start, end, target in sorted(places.secrets):
        yield _Evidence(target, _What.SECRET, Stage.EXACT, 1.0, view.span(start, end))
    for start, end, target in sorted(places.documents, key=_length, reverse=True):
        yield _Evidence(target, _What.DOCUMENT, Stage.DOCUMENT, 1.0, view.span(start, end))
    for start, end, target in sorted(names):
        counts = _is_written_as_name(view, start, end)
        yield _Evidence(target, _What.NAME, Stage.EXACT, 1.0, view.span(start, end), counts)
    for start, end, target, name, how in sorted(places.disguised):
        span = view.span(start, end)
        yield _Evidence(target, _What.NAME, Stage.EXACT, 1.0, span, True, name, how)
    for start, end, target, similarity in sorted(places.foreign):
        span = view.original(start, end)
        yield _Evidence(target, _What.FOREIGN, Stage.FOREIGN, similarity, span)
    for start, end, target, similarity in sorted(places.misspelt):
        if not _is_covered(start, end, names):
            span = view.span(start, end)
            yield _Evidence(target, _What.MISSPELT, Stage.FUZZY, similarity, span)
    shared = Counter((part.start, part.end) for part in places.parts)
    for part in places.parts:
        place = (part.start, part.end)
        if shared[place] <= MOST_SHARING and not _is_covered(*place, names):
            span = view.span(*place)
            yield _Evidence(part.target, _What.PART, Stage.PART, PART_SCORE, span, part.counts)


def _length(place: Place) -> int:
    return place[1] - place[0]


def _is_written_as_name(view: View, start: int, end: int) -> bool:
    """Return whether a whole name is one, and not only the ordinary word that it also is."""
    word = view.text[start:end]
    if not is_ordinary(word):
        return True
    if case_of(view.source) is not Case.SENTENCE:
        return False
    place = place_of(view.source, *view.normalised.span(start, end))
    if zipf(word) >= VERY_COMMON:
        return place.is_capital and (place.is_agent or place.is_possessive)
    return place.is_capital and (place.is_possessive or not place.is_initial)


def _is_covered(start: int, end: int, places: Iterable[Place]) -> bool:
    """Return whether a name stands exactly where another one would be read."""
    return any(first <= start and end <= last for first, last, _ in places)
