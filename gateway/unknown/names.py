"""Which words of a text belong to the names of targets.

It knows names and how they stand in texts; it does not know what becomes of the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from detectors.lexical.commonness import zipf
from detectors.lexical.parts import words_of_person
from detectors.views import normalise
from gateway.target import ForgetTarget, Kind
from gateway.unknown.casing import UNSPACED, WORD
from gateway.unknown.pool import Part

# Between the words of one name stand at most so many characters: a blank, a full stop, a hyphen.
LONGEST_GAP = 3
# On the zipf scale: a single word of a name that is more common is left alone in other places.
COMMON = 4.0
_FIXED = frozenset(
    "a al an and at ben bin by da de del den der di do dos du el for from ibn ii iii iv in into jr "
    "la le of on or phd sr st ten the to van von with".split()
)
_ESCAPES = "bfnrt"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        start: where it begins; `end` where it ends.
        text: as it is written.
        key: as words are compared.
    """

    start: int
    end: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name or alias: its words as they are compared, and what each is in it; None stays."""

    keys: tuple[str, ...]
    parts: tuple[Part | None, ...]
    of_person: bool


class Names:
    """The names of some targets."""

    def __init__(self, targets: Iterable[ForgetTarget]) -> None:
        contents = [target.content for target in targets]
        self.phrases = tuple(
            _phrase(name, content.kind)
            for content in contents
            for name in (content.name, *content.aliases)
        )
        self._unspaced = [
            name
            for content in contents
            for name in (content.name, *content.aliases)
            if UNSPACED.search(name)
        ]
        self._by_first: dict[str, list[Phrase]] = {}
        self._joined: dict[str, Part] = {}
        self._alone: dict[str, Part] = {}
        for phrase in self.phrases:
            if phrase.keys:
                self._by_first.setdefault(phrase.keys[0], []).append(phrase)
                self._joined["".join(phrase.keys)] = Part.FAMILY
            for key, part in zip(phrase.keys, phrase.parts, strict=True):
                if part is not None and phrase.of_person and len(phrase.keys) > 1:
                    self._alone[key] = part

    @property
    def words(self) -> tuple[tuple[str, Part], ...]:
        """Every word of the names, as it is compared, and what it is."""
        return tuple(
            (key, part)
            for phrase in self.phrases
            for key, part in zip(phrase.keys, phrase.parts, strict=True)
            if part is not None
        )

    def find(self, text: str) -> dict[tuple[int, int], Part]:
        """Return start and end of each word of `text` that belongs to one of the names."""
        found: dict[tuple[int, int], Part] = {}
        for name in self._unspaced:
            start = text.find(name)
            while start >= 0:
                found[start, start + len(name)] = Part.GIVEN
                start = text.find(name, start + len(name))
        words = words_of(text)
        for place, word in enumerate(words):
            for phrase in self._by_first.get(word.key, ()):
                found |= _matched(phrase, words[place:], text)
            if (word.start, word.end) in found:
                continue
            if word.key in self._joined and len(word.key) > LONGEST_GAP:
                found[word.start, word.end] = self._joined[word.key]
            elif word.key in self._alone and self._stands_alone(words, place, text):
                found[word.start, word.end] = self._alone[word.key]
        return found

    def _stands_alone(self, words: Sequence[Word], place: int, text: str) -> bool:
        """Return whether a single word of a name stands for its owner."""
        word = words[place]
        if zipf(word.key) >= COMMON or len(word.key) <= LONGEST_GAP:
            return False
        if not word.text[:1].isupper():
            return True
        for step in (-1, 1):
            if 0 <= place + step < len(words) and self._is_of_another(words, place, step, text):
                return False
        return True

    def _is_of_another(self, words: Sequence[Word], place: int, step: int, text: str) -> bool:
        """Return whether the word beside makes the one at `place` a part of another's name."""
        beside, word = words[place + step], words[place]
        between = text[min(beside.end, word.end) : max(beside.start, word.start)]
        is_name = beside.text[:1].isupper() and zipf(beside.key) < COMMON
        return between == " " and is_name and beside.key not in self._alone


def words_of(text: str) -> list[Word]:
    """Return the words of a text; the letter of an escape such as `\\n` belongs to none."""
    found = []
    for match in WORD.finditer(text):
        start, end = match.span()
        if start and text[start - 1] == "\\" and text[start] in _ESCAPES:
            start += 1
        if start < end:
            written = text[start:end]
            found.append(Word(start, end, written, _key(written)))
    return found


def part_of(text: str) -> Part | None:
    """Return what a word that is in no registered name stands for; None for one that is kept."""
    key = _key(text)
    return None if len(key) < 2 or key in _FIXED else Part.FAMILY


@lru_cache(maxsize=1 << 14)
def _key(word: str) -> str:
    return normalise(word).text.strip()


def _phrase(name: str, kind: Kind) -> Phrase:
    words = words_of(name)
    of_person = kind is Kind.PERSON and bool(words_of_person(name) or len(words) == 1)
    usual = Part.GIVEN if of_person else Part.WORD
    parts: list[Part | None] = [
        usual if part_of(word.text) is not None and not UNSPACED.search(name) else None
        for word in words
    ]
    named = [place for place, part in enumerate(parts) if part is not None]
    if of_person and len(named) > 1:
        parts[named[-1]] = Part.FAMILY
    return Phrase(tuple(word.key for word in words), tuple(parts), of_person)


def _matched(
    phrase: Phrase, words: Sequence[Word], text: str
) -> Iterator[tuple[tuple[int, int], Part]]:
    """Yield the words of a text that `phrase` stands in, if it begins with the first of them."""
    own = words[: len(phrase.keys)]
    if tuple(word.key for word in own) != phrase.keys:
        return
    gaps = (text[a.end : b.start] for a, b in zip(own, own[1:], strict=False))
    if any(len(gap) > LONGEST_GAP for gap in gaps):
        return
    for word, part in zip(own, phrase.parts, strict=True):
        if part is not None:
            yield (word.start, word.end), part
