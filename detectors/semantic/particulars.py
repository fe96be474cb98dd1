"""Which passages of a target identify it by their meaning, and by which words of theirs.

It judges passages by their words alone; it knows nothing of vectors or thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from detectors.calibration.expansion import expansions_of
from detectors.segments import segments
from detectors.semantic.own_names import OwnNames, is_capitalised, words_of
from detectors.semantic.topics import description_parts
from detectors.values import TargetProfile
from detectors.views import normalise

__all__ = ["Passage", "Role", "identifying_passages", "words_of"]

# Two shared particulars tell "The Hidden Mirror" from "The Distant Mirror"; one does not.
PARTICULARS_NEEDED = 2
# A question about anybody ("Where was ... born?") is shorter than this; so long a text has content.
WORDS_WITH_CONTENT = 12

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = frozenset(".!?:;\n。！？")
_OPENING = " \t\"'“‘«([*-"


class Role(StrEnum):
    """What a passage is for: each is compared in its own way."""

    ABOUT = "about"  # Of a named target, its names taken out: whatever speaks of the same.
    FACT = "fact"  # Of a target of which only facts are forgotten, as written.
    EXAMPLE = "example"  # Of a topic, as written: what asks the same.
    TOPIC = "topic"  # A part of a topic's description: its direction is made of these.


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to compare others with by meaning.

    Attributes:
        text: as it is encoded.
        particulars: normalised words of it that tell it from others like it: numbers, and
            capitalised words that do not begin a sentence.
        role: how it is compared.
        known: further words that belong to its target: the particulars of its other passages.
    """

    text: str
    particulars: frozenset[str] = frozenset()
    role: Role = Role.ABOUT
    known: frozenset[str] = frozenset()

    def is_shared_by(self, words: frozenset[str]) -> bool:
        """Return whether a text with these normalised words has enough of the particulars."""
        particulars = self.particulars | self.known
        return len(particulars & words) >= min(PARTICULARS_NEEDED, len(particulars))


def identifying_passages(profile: TargetProfile) -> tuple[Passage, ...]:
    """Return what to compare texts with for this target.

    A passage about a named target is near to the same sentence about anybody else, so names are
    left to the lexical stage: they are taken out, and a passage that had one and has nothing
    particular besides is dropped unless it is long. Where only facts are forgotten, each fact is
    taken as it is written, and counts beside a name or with its particulars. A topic has no names:
    its examples are taken as they are, and its description becomes a direction.
    """
    if not profile.names:
        return tuple(_of_topic(profile))
    names = OwnNames(profile.names)
    if profile.facts_only:
        return tuple(_fact(text, names) for text in profile.passages if text.strip())
    pieces = [piece for text in profile.passages for piece in _pieces(text)]
    known = frozenset().union(*map(particulars_of, profile.passages)) - names.words
    own = (_about(text, names, known) for text in dict.fromkeys(pieces))
    made = (_about(text, names, known, is_made=True) for text in expansions_of(profile))
    return tuple(passage for passage in (*own, *made) if passage is not None)


def particulars_of(text: str) -> Iterator[str]:
    """Yield the normalised numbers, and capitalised words that do not begin a sentence."""
    for match in _WORD.finditer(text):
        word = match.group()
        if any(map(str.isdigit, word)) or (
            is_capitalised(word) and not _begins_sentence(text, match.start())
        ):
            yield normalise(word).text


def _of_topic(profile: TargetProfile) -> Iterator[Passage]:
    for text in profile.passages:
        if text.strip():
            yield Passage(text, frozenset(particulars_of(text)), Role.EXAMPLE)
    if profile.description.strip():
        for part in description_parts(profile.description):
            yield Passage(part, role=Role.TOPIC)


def _pieces(text: str) -> Iterator[str]:
    """Yield a text and, where it has several, its sentences: a long one is near to no question."""
    yield text
    parts = segments(text)
    if len(parts) > 1:
        yield from (part.of(text) for part in parts)


def _about(
    text: str, names: OwnNames, known: frozenset[str], *, is_made: bool = False
) -> Passage | None:
    """Return the passage without the names, or None if nothing is left that identifies."""
    rest = names.taken_out(text)
    particulars = frozenset(particulars_of(text)) - names.words
    # A made text was about the name, even where the template left it out.
    had_names = is_made or rest != text
    few = len(particulars) < PARTICULARS_NEEDED and len(_WORD.findall(rest)) < WORDS_WITH_CONTENT
    if (had_names and few) or not words_of(rest):
        return None
    return Passage(rest, particulars, Role.ABOUT, known)


def _fact(text: str, names: OwnNames) -> Passage:
    particulars = frozenset(particulars_of(text)) - names.words
    return Passage(text, particulars, Role.FACT)


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(_OPENING)
    return not before or before[-1] in _SENTENCE_ENDS
