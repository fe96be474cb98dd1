"""Names written in another script than the registered one, or inflected or respelt in it.

A window of words leads through the key of its sounds to the names that it may be, and these are
compared sound by sound. The index knows names and numbers; it knows nothing of targets, nor of
names written as registered, which the exact stage finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from detectors.lexical.likeness import likeness
from detectors.lexical.sounds import form, joined, key, open_readings, readings
from detectors.views.transliteration import Script, Word, words

# From which likeness a name counts: of several words, or of one, which has no other to confirm it.
SEVERAL_WORDS = 0.88
ONE_WORD = 0.92
EACH_WORD = 0.65
TOGETHER = 0.95
EVIDENCE = 3.4
EVIDENCE_OF_ONE_WORD = 3.5
# What reading the spelling of the name otherwise costs, and a letter of a case ending.
CHANGE = 0.12
ENDING = 0.06
ENDING_MARK = "'"
EVIDENCE_TOGETHER = 6

SHORTEST_KEY = 2
# In how many ways a window of words may be heard.
MOST_HEARD = 6
LETTERS_OF_ONE_WORD = 4
MOST_WORDS = 6
MOST_CHARACTERS = 24
# A case ending is at most so many letters long.
LONGEST_ENDING = 3

# Scripts that leave vowels out, put some in, or do not show where a word ends.
_VAGUE = frozenset(
    (Script.ARABIC, Script.HEBREW, Script.HAN, Script.HANGUL, Script.KANA, Script.INDIC)
)
_INFLECTED = frozenset((Script.LATIN, Script.CYRILLIC, Script.GREEK, Script.ALPHABET))
# Particles and patronymics, which one language writes and another leaves out.
_LEFT_OUT = re.compile(
    "(?:de|del|della|di|da|do|dos|du|la|le|von|van|der|den|zu|af|al|el|bin|ibn|ben|of|the"
    "|.+(?:ovi[Cc]h?|evi[Cc]h?|ovna|evna|ivna|yovi[Cc]h?))"
)
_LINK = re.compile(r"[ \t\n]{0,2}(?:[-–‐.·・‧•=＝_،,]|־)?[ \t\n]{0,2}")


class _Sounds(NamedTuple):
    """How one word may sound: (key, form), as it stands and without an ending."""

    whole: tuple[tuple[str, str], ...]
    bare: tuple[tuple[str, str], ...]


class ForeignIndex:
    """An immutable index of names by their sounds.

    Memory is columns: four bytes for a key and four for the name, some six keys to a name.
    """

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        forms: list[str] = []
        payloads: list[int] = []
        hashes: list[int] = []
        owners: list[int] = []
        self._longest = 0
        for name, payload in names:
            spelt = _forms(name)
            if not _is_recognisable(spelt):
                continue
            keys = {_key(read) for order in _orders(spelt) for read in readings(order)}
            hashes += (crc32(sounds.encode()) for sounds in keys)
            owners += [len(forms)] * len(keys)
            self._longest = max(self._longest, *map(len, keys))
            forms.append(" ".join(spelt))
            payloads.append(payload)
        order = np.argsort(np.array(hashes, np.uint32), kind="stable")
        self._hashes: NDArray[np.uint32] = np.array(hashes, np.uint32)[order]
        self._owners: NDArray[np.uint32] = np.array(owners, np.uint32)[order]
        self._forms = forms
        self._payloads = payloads

    def __len__(self) -> int:
        return len(self._forms)

    def __repr__(self) -> str:
        return f"ForeignIndex({len(self)} names)"

    def find(self, source: str) -> list[tuple[int, int, int, float]]:
        """Return (start, end, payload, likeness) of the names in `source`, best place each."""
        if not self._forms:
            return []
        found: dict[int, tuple[int, int, int, float]] = {}
        windows = list(_windows(source, self._longest))
        hashes = np.array([crc32(window[0].encode()) for window in windows], np.uint32)
        places = np.searchsorted(self._hashes, hashes)
        places[places == len(self._hashes)] = 0
        for number in np.flatnonzero(self._hashes[places] == hashes):
            sounds, heard, start, end, script = windows[number]
            for owner in self._owned(int(places[number]), int(hashes[number])):
                alike = self._likeness(owner, sounds, heard, script)
                if alike and alike > found.get(owner, (0, 0, 0, 0.0))[3]:
                    found[owner] = (start, end, self._payloads[owner], alike)
        return list(found.values())

    def _owned(self, place: int, hashed: int) -> Iterator[int]:
        while place < len(self._hashes) and self._hashes[place] == hashed:
            yield int(self._owners[place])
            place += 1

    def _likeness(self, owner: int, sounds: str, heard: str, script: Script) -> float:
        """Return how alike the name and what was heard are; 0 where that is too little."""
        spelt = tuple(self._forms[owner].split(" "))
        pieces = tuple(heard.split(" "))
        likenesses = (
            _alike(read, pieces, script, changes)
            for order in _orders(spelt)
            for read, changes in readings(order).items()
            if _key(read) == sounds
        )
        return max(likenesses, default=0.0)


def _alike(read: tuple[str, ...], pieces: tuple[str, ...], script: Script, changes: int) -> float:
    """Return how alike the words of a name and those of a text are; 0 where that is too little.

    Word must stand for word. Written together, or otherwise apart, they must be nearly the same.
    `changes` counts how often the name was not read in the plainest way.
    """
    apart = len(read) == len(pieces)
    if not apart:
        read, pieces = ("".join(read),), ("".join(pieces),)
    elif any(key(one) != key(other) for one, other in zip(read, pieces, strict=True)):
        return 0.0
    if apart and len(read) == 1 and read == pieces and not changes:
        return 1.0
    ending = sum(piece.count(ENDING_MARK) for piece in pieces)
    each = [
        likeness(one, other.rstrip(ENDING_MARK), script)
        for one, other in zip(read, pieces, strict=True)
    ]
    if min(1 - word.cost / word.size for word in each) < EACH_WORD:
        return 0.0
    cost = sum(word.cost for word in each) + ENDING * ending
    cost += CHANGE * changes * (2 if len(read) == 1 else 1)
    alike = 1 - cost / sum(word.size for word in each)
    evidence = sum(word.evidence for word in each)
    if script in _VAGUE:
        evidence -= 1
    least, wanted = (
        (TOGETHER, EVIDENCE_TOGETHER)
        if not apart
        else (ONE_WORD, EVIDENCE_OF_ONE_WORD)
        if len(read) == 1
        else (SEVERAL_WORDS, EVIDENCE)
    )
    return alike if alike >= least and evidence >= wanted else 0.0


def _forms(name: str) -> tuple[str, ...]:
    """Return the form of each word of a name; characters that touch are one word."""
    found: list[str] = []
    end = -1
    for number, word in enumerate(words(name)):
        sounds = form(word.roman, word.script)
        if number == 0 and sounds.isdigit() and word.script is Script.LATIN:
            sounds = word.roman
        if word.start == end and found and not sounds.isdigit():
            found[-1] += sounds
        else:
            found.append(sounds)
        end = word.end
    return tuple(filter(None, found))


def _is_recognisable(spelt: Sequence[str]) -> bool:
    sounds = _key(spelt)
    if len(spelt) == 1 and len(spelt[0]) < LETTERS_OF_ONE_WORD:
        return False
    return len(sounds) >= SHORTEST_KEY


def _orders(spelt: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words of a name in the orders in which languages put them."""
    yield spelt
    if len(spelt) > 1:
        yield (spelt[-1], *spelt[:-1])
    last = len(spelt) - 1
    kept = tuple(word for n, word in enumerate(spelt) if n in (0, last) or not _is_left_out(word))
    if len(kept) < len(spelt):
        yield kept


def _is_left_out(sounds: str) -> bool:
    """Return whether a word within a name may be missing: a particle, initial or patronymic."""
    return len(sounds) == 1 and not sounds.isdigit() or bool(_LEFT_OUT.fullmatch(sounds))


def _key(spelt: Iterable[str]) -> str:
    return joined("".join(map(key, spelt)))


@lru_cache(maxsize=1 << 15)
def _sounds(roman: str, script: Script) -> _Sounds:
    heard = [(key(sounds), sounds) for sounds in open_readings(roman, script)]
    bare: dict[str, str] = {}
    plain = heard[0][1]
    if script in _INFLECTED and not plain.isdigit():
        for length in range(1, LONGEST_ENDING + 1):
            stem = plain[:-length]
            if len(stem) >= 3 and key(stem) and key(stem) != heard[0][0]:
                bare[key(stem)] = stem + ENDING_MARK * length
    return _Sounds(tuple(heard), tuple(bare.items()))


def _windows(source: str, longest: int) -> Iterator[tuple[str, str, int, int, Script]]:
    """Yield (key, forms with blanks between, start, end, script) of what may be a name."""
    found = words(source)
    gaps = [_gap(source, left, right) for left, right in zip(found, found[1:], strict=False)]
    yield from _windows_of(found, [*gaps, None], longest)
    if shorter := _without_left_out(found, gaps):
        yield from _windows_of(*shorter, longest)


def _without_left_out(
    found: list[Word], gaps: list[str | None]
) -> tuple[list[Word], list[str | None]] | None:
    """Return the words that stay, and the gaps after them; None if all do."""
    out = [
        number
        for number in range(1, len(found) - 1)
        if gaps[number - 1] == gaps[number] == " "
        and _is_left_out(_sounds(found[number].roman, found[number].script).whole[0][1])
    ]
    if not out:
        return None
    gone = frozenset(out)
    kept = [number for number in range(len(found)) if number not in gone]
    return [found[number] for number in kept], [*(gaps[n] for n in kept[:-1]), None]


def _windows_of(
    found: list[Word], gaps: list[str | None], longest: int
) -> Iterator[tuple[str, str, int, int, Script]]:
    sounds = [_sounds(word.roman, word.script) for word in found]
    for first, word in enumerate(found):
        if _continues(found, first):
            continue
        script = word.script
        heard = stems = _NOTHING
        gap = ""
        pieces = 1
        for last in range(first, min(len(found), first + MOST_CHARACTERS)):
            here = sounds[last]
            if script in (Script.LATIN, Script.NUMBER):
                script = found[last].script
            endings = [_with(before, gap, end) for before in heard[:1] for end in here.bare]
            if stems is not heard:
                endings += [_with(stems[0], gap, end) for end in (here.whole[0], *here.bare[:1])]
            bare = here.bare[:1] or here.whole[:1]
            same = stems is heard and not here.bare
            shorter = _extended(stems[:1], gap, bare)
            heard = _extended(heard, gap, here.whole)
            stems = heard if same else shorter
            if len(heard[0][0]) > longest + 2:
                break
            for sounded, formed in (*heard, *endings):
                if len(sounded) >= 2:
                    yield sounded, formed, word.start, found[last].end, script
            following = gaps[last]
            if following is None:
                break
            gap = following
            pieces += gap == " "
            if pieces > MOST_WORDS:
                break


_NOTHING: list[tuple[str, str]] = [("", "")]


def _gap(source: str, left: Word, right: Word) -> str | None:
    """Return a blank or nothing where two words may belong to one name, else None."""
    if left.end == right.start:
        return "" if left.script is right.script else " "
    return " " if _LINK.fullmatch(source, left.end, right.start) else None


def _extended(
    heard: list[tuple[str, str]], gap: str, more: tuple[tuple[str, str], ...]
) -> list[tuple[str, str]]:
    """Return what the words so far and one more may be together, the plainest first."""
    if len(heard) == len(more) == 1:
        return [_with(heard[0], gap, more[0])]
    return [_with(before, gap, after) for before, after in product(heard, more)][:MOST_HEARD]


def _with(before: tuple[str, str], gap: str, after: tuple[str, str]) -> tuple[str, str]:
    left, right = before[0], after[0]
    if left and right and left[-1] == right[0] and right[0].isalpha():
        right = right[1:]
    return left + right, before[1] + gap + after[1]


def _continues(found: list[Word], position: int) -> bool:
    """Return whether a name cannot begin here: within a word of Hangul."""
    word = found[position]
    if word.script is not Script.HANGUL or not position:
        return False
    return found[position - 1].script is Script.HANGUL and found[position - 1].end == word.start
