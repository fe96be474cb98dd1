"""Names written in another script than the registered one, or inflected or respelt in it.

A window of words leads through the keys of their sounds to the names that it may be, and these are
compared sound by sound. The index knows names and numbers; it knows nothing of targets, nor of
names written as registered, which the exact stage finds.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from detectors.lexical.commonness import zipf_among
from detectors.lexical.heard import (
    ENDING_MARK,
    KEY_TOGETHER,
    TOGETHER_MARK,
    Limits,
    Window,
    is_left_out,
    windows,
)
from detectors.lexical.likeness import likeness
from detectors.lexical.sounds import form, joined, key, readings
from detectors.lexical.strings import Arrays, Strings, nested, within
from detectors.views.transliteration import Script, words

# From which likeness a name counts: of several words, of one (which has no other to confirm it),
# and of several written as one; and how many sounds must agree, likewise.
SEVERAL_WORDS, ONE_WORD, TOGETHER = 0.88, 0.92, 0.95
EVIDENCE, EVIDENCE_OF_ONE_WORD, EVIDENCE_TOGETHER = 3.4, 3.5, 6.0
# In Latin letters a word is rather another one than a name respelt.
LATIN_SEVERAL_WORDS, LATIN_ONE_WORD = 0.93, 0.96
# Each word of several must be at least so alike.
EACH_WORD = 0.65
# What reading the spelling of the name otherwise costs, and a letter of a case ending.
CHANGE, ENDING = 0.12, 0.06
# What must be shown beyond others by a script that leaves vowels out, puts some in, or sets no
# words apart.
VAGUENESS = 1.2
CHINESE_TOGETHER = 2.0
LETTERS_OF_ONE_WORD = 4
LETTERS_OF_KEY = 2
# Less than so much in common, letter by letter, is not looked at closely.
GLANCE, VAGUE_GLANCE = 0.4, 0.3
MOST_CANDIDATES = 200
MOST_WORDS = 6
LETTERS_OF_PARTICLE = 3

# On the zipf scale: from here on a word of a text is none of a name, in small letters and in a
# script without case.
ORDINARY, FUNCTION_WORD = 4.5, 6.0
_LANGUAGES = {
    Script.CYRILLIC: ("ru", "uk", "bg", "mk"),
    Script.GREEK: ("el",),
    Script.ARABIC: ("ar", "fa"),
    Script.HEBREW: ("he",),
}
_END_OF_LINE = re.compile(r"[.:;!?،؟]\s*\n")
_WORD = re.compile(r"[^\W\d_]+")
_WRITTEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’])*")
_VAGUE = frozenset(
    (Script.ARABIC, Script.HEBREW, Script.HAN, Script.HANGUL, Script.KANA, Script.INDIC)
)

# How a name may be read: the forms of its words, and what that costs, by its key.
_Readings = dict[str, list[tuple[tuple[str, ...], float]]]


class ForeignIndex:
    """An immutable index of names by their sounds.

    It is columns: eight bytes for each key, of which a name has five or six, and its forms.
    """

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        forms: list[str] = []
        payloads: list[int] = []
        # A name has nine keys: as objects they would take half a gigabyte for a million names.
        hashes, owners = array("I"), array("I")
        vocabulary: set[str] = set()
        most = 0
        for name, payload in names:
            spelt = _forms(name)
            if not _is_recognisable(spelt) or (len(spelt) == 1 and _is_chinese(name)):
                continue
            most = max(most, len(spelt))
            keys = _keys(spelt, vocabulary)
            hashes.extend([crc32(sounds.encode()) for sounds in keys])
            owners.extend([len(forms)] * len(keys))
            forms.append(" ".join(spelt))
            payloads.append(payload)
        hashed = np.frombuffer(hashes, np.uint32)
        order = np.argsort(hashed, kind="stable")
        self._set(
            hashed[order],
            np.frombuffer(owners, np.uint32)[order],
            np.array(payloads, np.int32),
            Strings(forms),
            frozenset(vocabulary),
            Limits(min(most, MOST_WORDS), max(map(len, vocabulary), default=0)),
        )

    def _set(
        self,
        hashes: NDArray[np.uint32],
        owners: NDArray[np.uint32],
        payloads: NDArray[np.int32],
        forms: Strings,
        vocabulary: frozenset[str],
        limits: Limits,
    ) -> None:
        self._hashes, self._owners = hashes, owners
        self._payloads, self._forms = payloads, forms
        self._vocabulary = vocabulary
        self._limits = limits

    def to_arrays(self) -> Arrays:
        """Return the index as arrays, to be kept on disk."""
        vocabulary = Strings(sorted(self._vocabulary))
        texts = {
            **nested("forms", self._forms.to_arrays()),
            **nested("vocabulary", vocabulary.to_arrays()),
        }
        columns = {"hashes": self._hashes, "owners": self._owners, "payloads": self._payloads}
        limits = np.array(self._limits[:2], np.int32)
        return {**columns, **texts, "limits": limits}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> ForeignIndex:
        """Return the index that `to_arrays` was called on."""
        index = cls(())
        columns = arrays["hashes"], arrays["owners"], arrays["payloads"]
        forms = Strings.from_arrays(within("forms", arrays))
        vocabulary = Strings.from_arrays(within("vocabulary", arrays))
        index._set(*columns, forms, frozenset(vocabulary), Limits(*arrays["limits"].tolist()))
        return index

    def __len__(self) -> int:
        return len(self._payloads)

    def __repr__(self) -> str:
        return f"ForeignIndex({len(self)} names)"

    def find(self, source: str, *, plain_letters: bool = True) -> list[tuple[int, int, int, float]]:
        """Return (start, end, payload, likeness) of the names in `source`, the best place of each.

        Positions are those of `source`, which is a text as it was written. What stands in plain
        letters altogether may be left out without `plain_letters`.
        """
        if not len(self):
            return []
        found: dict[int, tuple[int, int, int, float]] = {}
        heard = [
            window
            for window in windows(
                source, self._vocabulary, self._limits, plain_letters=plain_letters
            )
            if window.script is not Script.LATIN or _is_capitalised(source, window)
        ]
        for window, owners in self._candidates(heard):
            for owner in owners:
                alike = self._likeness(owner, window)
                is_best = alike and (owner not in found or alike > found[owner][3])
                if is_best and not _is_of_a_sentence(source, window):
                    place = window.start, window.end, int(self._payloads[owner]), alike
                    found[owner] = place
        return list(found.values())

    def _candidates(self, heard: list[Window]) -> Iterator[tuple[Window, list[int]]]:
        """Yield the windows whose keys names have, and these names."""
        hashes = np.array([crc32(window.key.encode()) for window in heard], np.uint32)
        firsts = np.searchsorted(self._hashes, hashes)
        firsts[firsts == len(self._hashes)] = 0
        for number in np.flatnonzero(self._hashes[firsts] == hashes).tolist():
            first = int(firsts[number])
            last = int(np.searchsorted(self._hashes, hashes[number], side="right"))
            owners = self._owners[first : min(last, first + MOST_CANDIDATES)].tolist()
            yield heard[number], owners

    def _likeness(self, owner: int, window: Window) -> float:
        """Return how alike the name and what was heard are; 0 where that is too little."""
        name = self._forms[owner]
        least = VAGUE_GLANCE if window.script in _VAGUE else GLANCE
        if Indel.normalized_similarity(name, window.form, score_cutoff=least) == 0:
            return 0.0
        pieces = tuple(window.form.split(" "))
        return max(
            (
                _alike(read, pieces, window.script, cost)
                for read, cost in _readings(name).get(window.key, ())
            ),
            default=0.0,
        )


def _alike(read: tuple[str, ...], pieces: tuple[str, ...], script: Script, cost: float) -> float:
    """Return how alike the words of a name and those of a text are; 0 where that is too little.

    Word stands for word, or all of a name for one word; `cost` is that of reading the name so.
    """
    words_of_name = len(read)
    if pieces[0].isdigit() and script is not Script.LATIN:
        return 0.0
    if words_of_name == 1 and script is Script.HAN:
        # Two or three Chinese characters sound like some name of one word only too often.
        return 0.0
    if words_of_name == 1 and read == pieces and not cost:
        return 1.0
    if words_of_name != len(pieces):
        read = ("".join(read),)
        least, wanted = TOGETHER, EVIDENCE_TOGETHER + CHINESE_TOGETHER * (script is Script.HAN)
    elif words_of_name == 1:
        least = LATIN_ONE_WORD if script is Script.LATIN else ONE_WORD
        wanted = EVIDENCE_OF_ONE_WORD
        cost *= 2
    else:
        least = LATIN_SEVERAL_WORDS if script is Script.LATIN else SEVERAL_WORDS
        wanted = EVIDENCE
    each = [
        likeness(one, other.rstrip(ENDING_MARK), script)
        for one, other in zip(read, pieces, strict=True)
    ]
    if min(1 - word.cost / word.size for word in each) < EACH_WORD:
        return 0.0
    evidence = sum(word.evidence for word in each) - VAGUENESS * (script in _VAGUE)
    cost += sum(word.cost for word in each)
    cost += ENDING * sum(piece.count(ENDING_MARK) for piece in pieces)
    alike = 1 - cost / sum(word.size for word in each)
    return alike if alike >= least and evidence >= wanted else 0.0


def _is_capitalised(source: str, window: Window) -> bool:
    """Return whether words in Latin letters are written as those of a name are."""
    written = _WORD.findall(source, window.start, window.end)
    long = [word for word in written if len(word) > LETTERS_OF_PARTICLE]
    capital = any(word[0].isupper() for word in written)
    return capital and not any(word[0].islower() for word in long)


def _is_of_a_sentence(source: str, window: Window) -> bool:
    """Return whether several words begin or end with one that does not in names: "is", "of", "art".

    Words in small letters are often ordinary ones; in scripts without case only the commonest are.
    Within a name there may be a particle.
    """
    languages = _LANGUAGES.get(window.script)
    piece = source[window.start : window.end]
    if _END_OF_LINE.search(piece):
        return True
    written = _WRITTEN.findall(piece)
    if not languages or len(written) < 2:
        return False
    return any(
        zipf_among(word.casefold(), languages) >= (ORDINARY if word.islower() else FUNCTION_WORD)
        for word in (written[0], written[-1])
        if not word[0].isupper()
    )


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


def _is_chinese(name: str) -> bool:
    """Return whether a name begins in Han, where one word of it sounds like many others."""
    return any(word.script is Script.HAN for word in words(name)[:1])


def _is_recognisable(spelt: tuple[str, ...]) -> bool:
    letters = len(_key(spelt).replace(" ", ""))
    if len(spelt) == 1 and len(spelt[0]) < LETTERS_OF_ONE_WORD:
        return False
    return letters >= LETTERS_OF_KEY


@lru_cache(maxsize=1 << 13)
def _readings(name: str) -> _Readings:
    """Return how a name may be read and written; `name` is the forms of its words."""
    found: _Readings = {}
    spelt = tuple(name.split(" "))
    for order, cost in _orders(spelt):
        for read, changes in readings(order).items():
            found.setdefault(_key(read), []).append((read, cost + CHANGE * changes))
    plain = _together(_key(spelt))
    if len(spelt) > 1 and len(plain) > KEY_TOGETHER:
        found[plain] = [(spelt, 0.0)]
    return found


def _keys(spelt: tuple[str, ...], vocabulary: set[str]) -> set[str]:
    """Return the keys of `_readings`, of which the words are added to a vocabulary."""
    found: set[str] = set()
    several = len(spelt) > 1
    for read in readings(spelt):
        each = [key(word) for word in read]
        vocabulary.update(each)
        found.add(" ".join(each))
        if several:
            # In another order a name is read in the same ways.
            found.add(" ".join((each[-1], *each[:-1])))
    for order, _ in _orders(spelt) if len(spelt) > 2 else ():
        if len(order) < len(spelt):
            shorter = {_key(read) for read in readings(order)}
            found |= shorter
            vocabulary.update(*(sounds.split(" ") for sounds in shorter))
    together = _together(_key(spelt))
    if several and len(together) > KEY_TOGETHER:
        found.add(together)
        vocabulary.add(together)
    return found


def _orders(spelt: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the words of a name in the orders in which languages put them, and what that costs."""
    yield spelt, 0.0
    if len(spelt) > 1:
        yield (spelt[-1], *spelt[:-1]), CHANGE
    last = len(spelt) - 1
    kept = tuple(word for n, word in enumerate(spelt) if n in (0, last) or not is_left_out(word))
    if len(kept) < len(spelt):
        yield kept, 0.0


def _key(spelt: Iterable[str]) -> str:
    return " ".join(map(key, spelt))


def _together(keys: str) -> str:
    """Return the key of words that are written as one."""
    return TOGETHER_MARK + joined(keys.replace(" ", ""))
