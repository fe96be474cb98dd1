"""What the words of a text sound like, one after the other: the windows that may be a name.

It knows how scripts set words apart and that words take case endings; it knows nothing of names.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from detectors.lexical.sounds import key, open_readings
from detectors.views.transliteration import Script, Word, words

# In how many ways a window of words may be heard.
MOST_HEARD = 6
MOST_CHARACTERS = 24
# A word is looked up as a whole name written as one from so many letters of its key on.
KEY_TOGETHER = 5
TOGETHER_MARK = "+"
# A case ending is at most so many letters long, and each is marked in a form that lacks it.
LONGEST_ENDING = 3
ENDING_MARK = "'"

_LINK = re.compile(r"[ \t\n]{0,2}(?:[-–‐.·・‧•=＝_،]|־)?[ \t\n]{0,2}")
# Between the parts of a name in Chinese: where one stands, the part beside it is whole.
_DOTS = frozenset("·・‧•=＝-－")
# With what the rest of a Korean word begins that a name begins: particles, and forms of "to be".
_PARTICLES = frozenset("은는이가을를의에와과도로으라만께한입님씨부까처보나랑였야")
_INFLECTED = frozenset((Script.LATIN, Script.CYRILLIC, Script.GREEK, Script.ALPHABET))
# Particles and patronymics, which one language writes and another leaves out.
_LEFT_OUT = re.compile(
    "(?:de|del|della|di|da|do|dos|du|la|le|von|van|der|den|zu|af|a[ldnrstzS]|el|bin|ibn|ben|of|the"
    "|.+(?:ovi[Cc]h?|evi[Cc]h?|ovna|evna|ivna|yovi[Cc]h?))"
)


_FAR = 1 << 30


class Limits(NamedTuple):
    """How far is read.

    Attributes:
        words: how many words the longest name has.
        letters: how many letters the longest key of a word has.
        reach: how near a word that is not in plain letters must be, in words.
    """

    words: int
    letters: int
    reach: int = _FAR


class Window(NamedTuple):
    """Words of a text as they may be heard.

    Attributes:
        key: their keys, with blanks between; after `TOGETHER_MARK`, that of a name as one word.
        form: their forms, likewise; `ENDING_MARK` for each letter of an ending left out.
        start, end: where they stand.
        script: that of the first word that is not Latin.
    """

    key: str
    form: str
    start: int
    end: int
    script: Script


# How one word may sound: (key, form), as it stands and then without an ending.
_Sounds = tuple[tuple[str, str], ...]


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
    return (*heard, *bare.items())


def windows(
    source: str, vocabulary: Container[str], limits: Limits, *, plain_letters: bool = True
) -> Iterator[Window]:
    """Yield what may be a name in `source`.

    `vocabulary` holds the keys of all words of names; what has another word is no name. Words that
    may be a whole name written as one come in any case. Without `plain_letters` windows without
    any other letter are left out, mostly.
    """
    found = words(source)
    limits = limits if plain_letters else limits._replace(reach=limits.words)
    gaps = [_gap(source, left, right) for left, right in zip(found, found[1:], strict=False)]
    yield from _windows(source, found, [*gaps, None], vocabulary, limits)
    if shorter := _without_left_out(found, gaps):
        yield from _windows(source, *shorter, vocabulary, limits)


def is_left_out(sounds: str) -> bool:
    """Return whether a word within a name may be missing: a particle, initial or patronymic."""
    return (len(sounds) == 1 and not sounds.isdigit()) or bool(_LEFT_OUT.fullmatch(sounds))


def _without_left_out(
    found: list[Word], gaps: list[str | None]
) -> tuple[list[Word], list[str | None]] | None:
    """Return the words that stay, and the gaps after them; None if all do."""
    out = [
        number
        for number in range(1, len(found) - 1)
        if gaps[number - 1] == gaps[number] == " "
        and is_left_out(_sounds(found[number].roman, found[number].script)[0][1])
    ]
    if not out:
        return None
    gone = frozenset(out)
    kept = [number for number in range(len(found)) if number not in gone]
    return [found[number] for number in kept], [*(gaps[n] for n in kept[:-1]), None]


def _windows(
    source: str,
    found: list[Word],
    gaps: list[str | None],
    vocabulary: Container[str],
    limits: Limits,
) -> Iterator[Window]:
    sounds = [_sounds(word.roman, word.script) for word in found]
    known = [[each for each in several if each[0] in vocabulary] for several in sounds]
    next_other = _next_other(source, found)
    for first, word in enumerate(found):
        if next_other[first] - first >= limits.reach:
            continue
        spaced = word.script.has_spaces
        if spaced:
            if len(sounds[first][0][0]) >= KEY_TOGETHER:
                yield _as_one(word, word, *sounds[first][0])
            if not known[first]:
                continue
        elif not _may_begin(source, found, gaps, first):
            continue
        yield from _windows_from(source, found, gaps, first, sounds, known, vocabulary, limits)


def _next_other(source: str, found: list[Word]) -> list[int]:
    """Return for each word where the next one stands that is not in plain letters."""
    following = [0] * len(found)
    other = _FAR - 1
    for place in range(len(found) - 1, -1, -1):
        word = found[place]
        if not source[word.start : word.end].isascii():
            other = place
        following[place] = other
    return following


def _windows_from(
    source: str,
    found: list[Word],
    gaps: list[str | None],
    first: int,
    sounds: list[_Sounds],
    known: list[list[tuple[str, str]]],
    vocabulary: Container[str],
    limits: Limits,
) -> Iterator[Window]:
    """Yield what may be a name that begins with one word."""
    script = found[first].script
    before: list[tuple[str, str]] = [("", "")]
    piece = ("", "")
    count = 1
    for last in range(first, min(len(found), first + MOST_CHARACTERS)):
        word = found[last]
        is_number = sounds[last][0][1].isdigit()
        if script is Script.NUMBER:
            script = word.script
        elif word.script is not script and not is_number:
            return
        if word.script.has_spaces:
            here = known[last]
        else:
            piece = _touching(piece, sounds[last][0])
            if len(piece[0]) > limits.letters:
                return
            here = []
            if _may_end(source, found, gaps, last):
                here = [piece] if piece[0] in vocabulary else []
                if count == 1 and len(piece[0]) >= KEY_TOGETHER:
                    yield _as_one(found[first], word, *piece)
        if not here and gaps[last] != "":
            return
        reached = [
            (keys + each[0], forms + each[1]) for (keys, forms), each in product(before, here)
        ][:MOST_HEARD]
        for keys, forms in reached:
            yield Window(keys, forms, found[first].start, word.end, script)
        gap = gaps[last]
        if gap is None or (gap and (not reached or count == limits.words)):
            return
        if gap:
            before = [(keys + gap, forms + gap) for keys, forms in reached]
            piece = ("", "")
            count += 1


def _as_one(first: Word, last: Word, keys: str, forms: str) -> Window:
    return Window(TOGETHER_MARK + keys, forms, first.start, last.end, last.script)


def _touching(before: tuple[str, str], after: tuple[str, str]) -> tuple[str, str]:
    """Return how two pieces of one word are heard."""
    left, right = before[0], after[0]
    if left and left[-1] == right[:1] > "9":
        right = right[1:]
    return left + right, before[1] + after[1]


def _gap(source: str, left: Word, right: Word) -> str | None:
    """Return a blank or nothing where two words may belong to one name, else None."""
    if left.end == right.start:
        return "" if left.script is right.script and not left.script.has_spaces else " "
    if left.script is right.script is Script.HAN:
        return " " if source[left.end : right.start] in _DOTS else None
    if _LINK.fullmatch(source, left.end, right.start):
        return " "
    # Registers put the surname first, and a comma after it.
    is_list = left.script is Script.CYRILLIC and source[left.end : right.start] == ", "
    return " " if is_list else None


def _may_begin(source: str, found: list[Word], gaps: list[str | None], first: int) -> bool:
    """Return whether a name may begin at this character of a script without spaces."""
    start = first
    while start and gaps[start - 1] == "":
        start -= 1
    if start == first:
        return True
    if found[first].script is Script.HANGUL:
        return False
    return source[found[start].start - 1 : found[start].start] not in _DOTS


def _may_end(source: str, found: list[Word], gaps: list[str | None], last: int) -> bool:
    """Return whether a name may end with this character of a script without spaces."""
    if gaps[last] != "":
        return True
    if found[last].script is Script.HANGUL:
        return source[found[last].end] in _PARTICLES
    end = last
    while gaps[end] == "":
        end += 1
    return source[found[end].end : found[end].end + 1] not in _DOTS
