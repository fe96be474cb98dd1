"""What the words of a text sound like, one after the other: the windows that may be a name.

It knows how scripts set words apart and that words take case endings; it knows nothing of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from detectors.lexical.sounds import key, open_readings
from detectors.views.transliteration import Script, Word, words

# In how many ways a window of words may be heard.
MOST_HEARD = 6
MOST_WORDS = 6
MOST_CHARACTERS = 24
# A case ending is at most so many letters long, and each is marked in a form that lacks it.
LONGEST_ENDING = 3
ENDING_MARK = "'"

_LINK = re.compile(r"[ \t\n]{0,2}(?:[-–‐.·・‧•=＝_،,]|־)?[ \t\n]{0,2}")
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


class Window(NamedTuple):
    """Words of a text as they may be heard.

    Attributes:
        key: their keys, with blanks between.
        form: their forms, likewise; `ENDING_MARK` for each letter of an ending left out.
        start, end: where they stand.
        script: that of the first word that is not Latin.
    """

    key: str
    form: str
    start: int
    end: int
    script: Script


class _Sounds(NamedTuple):
    """How one word may sound: (key, form), as it stands and without an ending."""

    whole: tuple[tuple[str, str], ...]
    bare: tuple[tuple[str, str], ...]


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


def windows(source: str, most_words: int) -> Iterator[Window]:
    """Yield what may be a name of at most so many words in `source`."""
    found = words(source)
    gaps = [_gap(source, left, right) for left, right in zip(found, found[1:], strict=False)]
    yield from _windows(source, found, [*gaps, None], most_words)
    if shorter := _without_left_out(found, gaps):
        yield from _windows(source, *shorter, most_words)


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
        and is_left_out(_sounds(found[number].roman, found[number].script).whole[0][1])
    ]
    if not out:
        return None
    gone = frozenset(out)
    kept = [number for number in range(len(found)) if number not in gone]
    return [found[number] for number in kept], [*(gaps[n] for n in kept[:-1]), None]


def _windows(
    source: str, found: list[Word], gaps: list[str | None], most_words: int
) -> Iterator[Window]:
    sounds = [_sounds(word.roman, word.script) for word in found]
    for first, word in enumerate(found):
        if not word.script.has_spaces and not _may_begin(source, found, gaps, first):
            continue
        script = word.script
        heard = stems = _NOTHING
        gap = ""
        pieces = 1
        for last in range(first, min(len(found), first + MOST_CHARACTERS)):
            here = sounds[last]
            if script in (Script.LATIN, Script.NUMBER):
                script = found[last].script
            endings = [_with(heard[0], gap, end) for end in here.bare]
            if stems is not heard:
                endings += [_with(stems[0], gap, end) for end in (here.whole[0], *here.bare[:1])]
            bare = here.bare[:1] or here.whole[:1]
            same = stems is heard and not here.bare
            shorter = _extended(stems[:1], gap, bare)
            heard = _extended(heard, gap, here.whole)
            stems = heard if same else shorter
            if found[last].script.has_spaces or _may_end(source, found, gaps, last):
                for keys, forms in (*heard, *endings):
                    yield Window(keys, forms, word.start, found[last].end, script)
            following = gaps[last]
            if following is None:
                break
            gap = following
            pieces += gap == " "
            if pieces > most_words:
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
    keys = before[0] + gap + after[0]
    if not gap and before[0] and before[0][-1] == after[0][:1].upper() > "9":
        keys = before[0] + after[0][1:]
    return keys, before[1] + gap + after[1]


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
