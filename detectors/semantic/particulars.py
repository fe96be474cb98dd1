"""Which passages of a target identify it by their meaning, once its names are taken out of them.

It judges passages by their words alone; it knows nothing of vectors or thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detectors.lexical.patterns import PatternSet
from detectors.values import TargetProfile
from detectors.views import normalise

# Two shared particulars tell "The Hidden Mirror" from "The Distant Mirror"; one does not.
PARTICULARS_NEEDED = 2
# A question about anybody ("Where was ... born?") is shorter than this; so long a text has content.
WORDS_WITH_CONTENT = 12

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_SENTENCE_ENDS = frozenset(".!?:;\n。！？")
_OPENING = " \t\"'“‘«([*-"
_SHORTEST_CAPITALISED = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to compare others with by meaning.

    Attributes:
        text: the passage without the target's names.
        particulars: normalised words of it of which a text must contain some, whatever its cosine.
    """

    text: str
    particulars: frozenset[str] = frozenset()

    def is_shared_by(self, words: frozenset[str]) -> bool:
        """Return whether a text with these normalised words has enough of the particulars."""
        needed = min(PARTICULARS_NEEDED, len(self.particulars))
        return len(self.particulars & words) >= needed


def words_of(text: str) -> frozenset[str]:
    """Return the normalised words of a text."""
    return frozenset(_WORD.findall(normalise(text).text))


def identifying_passages(profile: TargetProfile) -> tuple[Passage, ...]:
    """Return what to compare texts with for this target, in the order of its passages.

    A passage about a named target is near to the same sentence about anybody else, so names are
    left to the lexical stage: they are taken out, and a passage that had one and has nothing
    particular besides (capitalised words within a sentence, numbers) is dropped unless it is
    long. One that has particulars is only shared by texts with some of them in it. A topic has
    no names to tell neighbours by: its passages are taken as they are.
    """
    if not profile.names:
        return tuple(Passage(text) for text in profile.passages if text.strip())
    names = _Names(profile.names)
    passages = (_without_names(text, names) for text in profile.passages)
    return tuple(passage for passage in passages if passage is not None)


class _Names:
    """The names of one target, as whole strings and as single capitalised words."""

    def __init__(self, names: Iterable[str]) -> None:
        names = tuple(names)
        self.patterns = PatternSet((normalise(name).text.strip(), 0) for name in names)
        self.words = frozenset().union(*map(words_of, names))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a name, or a capitalised word of one, stands in `text`."""
        read = normalise(text)
        for start, end, _ in self.patterns.find(read.text):
            yield read.span(start, end)
        for match in _WORD.finditer(text):
            if _is_capitalised(match.group()) and normalise(match.group()).text in self.words:
                yield match.span()


def _without_names(text: str, names: _Names) -> Passage | None:
    """Return the passage without the names, or None if nothing is left that identifies."""
    rest = _cut(text, names.spans(text))
    particulars = frozenset(_particulars(text)) - names.words
    had_names = rest != text
    few = len(particulars) < PARTICULARS_NEEDED and len(_WORD.findall(rest)) < WORDS_WITH_CONTENT
    if (had_names and few) or not words_of(rest):
        return None
    return Passage(rest, particulars)


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text` without the spans and the possessive endings that follow them."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if start >= position:
            pieces.append(text[position:start])
        ending = _POSSESSIVE.match(text, end)
        position = max(position, ending.end() if ending else end)
    if not pieces:
        return text
    return " ".join("".join([*pieces, text[position:]]).split())


def _particulars(text: str) -> Iterator[str]:
    """Yield the normalised numbers, and capitalised words that do not begin a sentence."""
    for match in _WORD.finditer(text):
        word = match.group()
        if any(map(str.isdigit, word)) or (
            _is_capitalised(word) and not _begins_sentence(text, match.start())
        ):
            yield normalise(word).text


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and (
        len(word) >= _SHORTEST_CAPITALISED or (len(word) > 1 and word.isupper())
    )


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(_OPENING)
    return not before or before[-1] in _SENTENCE_ENDS
