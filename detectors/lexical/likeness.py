"""How far a word as heard in one script is from a name as spelt in another, in [0, 1].

Both are forms of `detectors.lexical.sounds` with equal keys, so that their consonants stand side by
side already. It knows nothing of where they came from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from detectors.lexical.sounds import chunks
from detectors.views.transliteration import Script

_ABJADS = frozenset((Script.ARABIC, Script.HEBREW))
_SYLLABIC = frozenset((Script.KANA, Script.HANGUL, Script.HAN, Script.INDIC))

# What a syllable costs that one of two words has more.
_SYLLABLE = 0.4
# What it costs at most when words end in other vowels: so cases differ, and so do Maria and Mario.
_CASE_ENDING = 0.15
# What a missing h costs where a word begins, in scripts that could write it.
_BREATH = 0.25
_WITH_BREATH = frozenset((Script.LATIN, Script.CYRILLIC))
# A digit says more than a consonant: nobody writes Leo XII for another Leo.
_DIGIT = 2.0

# They have no letter of their own for one or two of p, b, f and v.
_VAGUE = _SYLLABIC | _ABJADS
_BLURRED = _SYLLABIC | {Script.ARABIC}

# What two consonants of one class cost; pairs that are not listed cost `_UNLIKE`.
_UNLIKE = 0.5
_ALIKE = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.1, ("sz", "tT", "Jj", "cs", "cC", "cZ", "sZ", "zZ")),
        (0.2, ("fv", "sS", "SC", "SJ", "Sj", "CJ", "Cj", "sC", "CZ", "SZ")),
        (0.3, ("bp", "td", "kg", "bv", "pf", "sJ", "zJ", "zj", "dT", "zC", "zS", "sj", "sT", "JZ")),
        (0.9, ("lr",)),
    )
    for pair in pairs
}
_FRONT, _BACK, _OPEN = "f", "b", "a"
_VOWELS = {"e": _FRONT, "i": _FRONT, "y": _FRONT, "o": _BACK, "u": _BACK, "w": _BACK, "a": _OPEN}


class Likeness(NamedTuple):
    """How a name and what was heard compare.

    Attributes:
        cost: what their differences add up to.
        size: what the cost of two words without anything in common would be, nearly.
        evidence: how many sounds agree: one for a consonant, half of one for a vowel.
    """

    cost: float
    size: float
    evidence: float


@lru_cache(maxsize=1 << 12)
def likeness(name: str, text: str, script: Script) -> Likeness:
    """Compare the form of a name and that of a piece of text, whose keys are equal.

    `script` is what the text is written in: an abjad leaves vowels out, a syllabic script puts
    some in and has one letter for l and r.
    """
    cost = size = evidence = 0.0
    spelt, heard = chunks(name), chunks(text)
    for position, (one, other) in enumerate(zip(spelt, heard, strict=True), 1):
        consonants, vowels = one
        others, sounded = other
        unlike = _consonants(consonants, others, script)
        apart = _vowels(vowels, sounded, script)
        breath = vowels.count("h"), sounded.count("h")
        if position == 1 and breath in ((0, 1), (1, 0)) and script in _WITH_BREATH:
            apart += _BREATH
        if position == len(spelt) and script not in _VAGUE and len(spelt) > 1:
            apart = min(apart, _CASE_ENDING)
        cost += unlike + apart
        size += (consonants > "9") + 0.5 * bool(vowels or sounded)
        agreeing = (
            _DIGIT
            if consonants.isdigit()
            else 1 + min(consonants.count("+"), others.count("+"))
            if consonants
            else 0
        )
        evidence += (
            agreeing * (1 - unlike)
            + 0.5 * all(breath)
            + 0.5 * bool(vowels and sounded and apart < 0.1)
        )
    return Likeness(cost, max(size, 1.0), evidence)


@lru_cache(maxsize=1 << 12)
def _consonants(spelt: str, heard: str, script: Script) -> float:
    if spelt == heard:
        return 0.0
    more = abs(spelt.count("+") - heard.count("+"))
    cost = more * (0.1 if script in _SYLLABIC else _SYLLABLE)
    spelt, heard = spelt.replace("+", ""), heard.replace("+", "")
    if set(spelt) == set(heard):
        return cost
    weight = 0.6 if spelt[0] in "pbfv" and script in _BLURRED else 1.0
    if script in _SYLLABIC and spelt[0] in "lr":
        return cost + 0.05
    unlike = [min(_pair(one, other) for other in heard) for one in spelt] + [
        min(_pair(one, other) for other in spelt) for one in heard
    ]
    return cost + max(unlike) * weight


def _pair(one: str, other: str) -> float:
    return 0.0 if one == other else _ALIKE.get(frozenset((one, other)), _UNLIKE)


@lru_cache(maxsize=1 << 12)
def _vowels(spelt: str, heard: str, script: Script) -> float:
    spelt, heard = spelt.replace("h", ""), heard.replace("h", "")
    if spelt == heard:
        return 0.0
    wanted = {_VOWELS[letter] for letter in spelt if letter in _VOWELS}
    given = {_VOWELS[letter] for letter in heard if letter in _VOWELS}
    if script in _ABJADS:
        if not given:
            return 0.03 * len(wanted)
        return 0.25 if not wanted else 0.0 if wanted & given else 0.25 if _OPEN in wanted else 0.5
    if script in _SYLLABIC:
        if not wanted:
            return 0.05 if len(heard) == 1 else 0.25
        if not given:
            return 0.3
    elif not wanted or not given:
        return 0.4 if wanted != given else 0.0
    if wanted & given:
        return 0.06 * len(wanted ^ given)
    return 0.3 if _OPEN in wanted | given else 0.5
