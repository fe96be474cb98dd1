"""What a word in Latin letters sounds like, coarsely: a key to look it up by, and how two differ.

One letter of a form stands for one sound: capitals for those that take several letters (`C` for
ch, `S` for sh, `J` for zh and soft g, `T` for th, `Z` for ts), small letters as they are, digits
for numbers. A key keeps the class of each consonant and nothing of vowels, h and w, after Soundex
and its descendants (Beider and Morse, "Phonetic Matching: A Better Soundex", 2008, for reading the
spelling of a name in several ways). It knows nothing of registered names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from detectors.views.transliteration import Script

# How many of the ways to read a name's spelling are kept.
MOST_READINGS = 16
MOST_OPEN_READINGS = 4

_DIGRAPHS = {
    "tsch": "C", "shch": "S", "dzh": "J", "sch": "S", "tch": "C", "ch": "C", "sh": "S",
    "zh": "J", "dj": "J", "dz": "z", "kh": "h", "gh": "g", "ph": "f", "th": "T", "ck": "k",
    "cq": "k", "qu": "k", "q": "k", "cz": "C", "sz": "s", "ts": "Z", "tz": "Z", "x": "ks",
}  # fmt: skip
_DIGRAPH = re.compile("|".join(sorted(_DIGRAPHS, key=len, reverse=True)))
_NO_LETTER = re.compile("[^a-z0-9CJSTZ]")
_NASAL = re.compile("ng(?![aeiouyw])")
_HARD_C = re.compile("c(?![eiy])")
_REPEATED = re.compile(r"([A-Z])\1+")
_ROMAN_NUMERAL = re.compile("x{0,3}(?:ix|iv|v?i{0,3})|xl(?:ix|iv|v?i{0,3})")
_NUMERAL_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}
_CLASSES = {
    letter: group[0].upper()
    for group in ("pbfv", "tdT", "kgq", "szSJCjcZ", "lr", "m", "n")
    for letter in group
}
_CLASSES.update({digit: digit for digit in "0123456789"})
_CLASS_OF = str.maketrans(_CLASSES)
_NO_CLASS = re.compile(f"[^{''.join(_CLASSES)}]+")

# How the spelling of a name may be read otherwise, in the order of how often it matters: where it
# applies, and what to write instead. Names come from many languages: no one reading is right.
_OTHERWISE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        ("r(?![aeiouyw])", ""),
        ("j", "i"),
        ("w", "v"),
        ("C", "k"),
        ("g(?=[eiy])", "J"),
        ("h", "g"),
        ("(?<=[aeiouyn])[stxdzp]+$", ""),
        ("C", "h"),
        ("c(?=[eiy])", "k"),
        ("T", "s"),
        ("v$", ""),
    )
)
# Without one of these letters in a word it does not apply.
_TRIGGERS = ("r", "j", "w", "C", "g", "h", "stxdzp", "C", "c", "T", "v")
# The same for what a script leaves open. A letter for v and for o or u is v only beside a vowel.
_CONSONANTAL = "^w|(?<=[aiy])w|w(?=[aiy])"
_OPEN: dict[Script, tuple[tuple[re.Pattern[str], str], ...]] = {
    script: tuple((re.compile(pattern), instead) for pattern, instead in ways)
    for script, ways in {
        Script.CYRILLIC: (("g", "h"), ("v", "w")),
        Script.GREEK: (("nd", "d"), ("mb", "b"), ("nk", "g"), ("(?<=[ae])[fv]", "u")),
        Script.HEBREW: ((_CONSONANTAL, "v"), ("k", "h"), ("j", "g")),
        Script.ARABIC: ((_CONSONANTAL, "v"), ("[jJ]", "g")),
        Script.KANA: (("C", "t"),),
    }.items()
}


@lru_cache(maxsize=1 << 16)
def form(roman: str, script: Script) -> str:
    """Return the sounds of one word in small Latin letters."""
    if script is Script.LATIN and (number := _numeral(roman)):
        return number
    sounds = _NO_LETTER.sub("", _DIGRAPH.sub(lambda found: _DIGRAPHS[found.group()], roman))
    if script is Script.LATIN:
        sounds = _HARD_C.sub("k", sounds)
    return _NASAL.sub("n", sounds)


def readings(forms: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    """Return how the spelling of one name may be read, by the forms of its words.

    The value counts what is read otherwise than it is plainly.
    """
    found = {forms: 0}
    ways = [_ways(word) for word in forms]
    applying = 0
    for each in ways:
        applying |= each.applying
    for chosen, count in _choices(applying):
        if len(found) >= MOST_READINGS:
            break
        read = [_read(word, chosen & each.relevant) for word, each in zip(forms, ways, strict=True)]
        found.setdefault(tuple(read), count)
    return found


class _Ways(NamedTuple):
    """Which of `_OTHERWISE` matter for a word, as bits.

    Attributes:
        applying: those that change it as it is.
        relevant: those that may change it once others have, and these.
    """

    applying: int
    relevant: int


@lru_cache(maxsize=1 << 16)
def _ways(word: str) -> _Ways:
    applying = relevant = 0
    letters = set(word)
    for number, (pattern, instead) in enumerate(_OTHERWISE):
        if letters.isdisjoint(_TRIGGERS[number]):
            continue
        relevant |= 1 << number
        letters.update(instead)
        if pattern.search(word):
            applying |= 1 << number
    return _Ways(applying, relevant)


@lru_cache(maxsize=1 << len(_OTHERWISE))
def _choices(applying: int) -> tuple[tuple[int, int], ...]:
    """Return one, two or three of some ways together, as bits, and how many they are."""
    ways = [1 << number for number in range(len(_OTHERWISE)) if applying >> number & 1]
    return tuple(
        (sum(chosen), count) for count in (1, 2, 3) for chosen in combinations(ways, count)
    )


@lru_cache(maxsize=1 << 17)
def _read(word: str, chosen: int) -> str:
    """Return a word read in the chosen ways, one after the other."""
    if not chosen:
        return word
    last = chosen.bit_length() - 1
    pattern, instead = _OTHERWISE[last]
    return pattern.sub(instead, _read(word, chosen & ~(1 << last)))


@lru_cache(maxsize=1 << 15)
def open_readings(roman: str, script: Script) -> tuple[str, ...]:
    """Return the forms that a word of a text may have, the plainest first."""
    plain = form(roman, script)
    found = [plain]
    for pattern, instead in _OPEN.get(script, ()):
        found += [pattern.sub(instead, other) for other in found if pattern.search(other)]
    return tuple(dict.fromkeys(found))[:MOST_OPEN_READINGS]


@lru_cache(maxsize=1 << 17)
def key(sounds: str) -> str:
    """Return the consonant classes of a form, none twice in a row."""
    return joined(_NO_CLASS.sub("", sounds).translate(_CLASS_OF))


def joined(keys: str) -> str:
    """Return the key of words written together from theirs."""
    return _REPEATED.sub(r"\1", keys)


def chunks(sounds: str) -> list[tuple[str, str]]:
    """Return the consonants of each letter of the key, and the vowels after it.

    The first pair has no consonant. Consonants of one class that stand in a row are one pair; a
    `+` shows where vowels stand between them.
    """
    found = [("", "")]
    last = ""
    for sound in sounds:
        group = _CLASSES.get(sound)
        if group is None:
            found[-1] = (found[-1][0], found[-1][1] + sound)
        elif group == last and not group.isdigit():
            link = "+" if found[-1][1].strip("h") else ""
            found[-1] = (found[-1][0] + link + sound, found[-1][1])
        else:
            found.append((sound, ""))
        last = group or last
    return found


def _numeral(roman: str) -> str:
    """Return a Roman numeral in digits; nothing for any other word."""
    if roman in ("ier", "ire"):
        return "1"
    if not roman or not _ROMAN_NUMERAL.fullmatch(roman):
        return ""
    values = [_NUMERAL_VALUES[letter] for letter in roman]
    following = [*values[1:], 0]
    return str(sum(v if v >= after else -v for v, after in zip(values, following, strict=True)))
