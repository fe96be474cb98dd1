"""Typing errors as people make them, drawn with a seed. Knows letters and keys, not detection."""

from __future__ import annotations

import random
from collections.abc import Callable

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Error = Callable[[str, random.Random], str]


def swapped(text: str, chance: random.Random) -> str:
    """Two letters beside each other change places."""
    places = [
        at
        for at in range(len(text) - 1)
        if text[at] != text[at + 1] and text[at].isalpha() and text[at + 1].isalpha()
    ]
    at = chance.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def doubled(text: str, chance: random.Random) -> str:
    at = _letter(text, chance)
    return text[:at] + text[at] + text[at:]


def dropped(text: str, chance: random.Random) -> str:
    at = _letter(text, chance)
    return text[:at] + text[at + 1 :]


def inserted(text: str, chance: random.Random) -> str:
    at = _letter(text, chance)
    return text[:at] + chance.choice(_LETTERS) + text[at:]


def replaced(text: str, chance: random.Random) -> str:
    at = _letter(text, chance)
    return text[:at] + chance.choice(_LETTERS.replace(text[at].lower(), "")) + text[at + 1 :]


def beside(text: str, chance: random.Random) -> str:
    """A key beside the right one is hit."""
    at = _letter(text, chance)
    row = next((row for row in _ROWS if text[at].lower() in row), _LETTERS)
    key = row.find(text[at].lower())
    near = [row[other] for other in (key - 1, key + 1) if 0 <= other < len(row)]
    return text[:at] + chance.choice(near) + text[at + 1 :]


def unspaced(text: str, chance: random.Random) -> str:
    """A blank is missing; in a name without one, a letter."""
    places = [at for at, character in enumerate(text) if character == " "]
    if not places:
        return dropped(text, chance)
    at = chance.choice(places)
    return text[:at] + text[at + 1 :]


def any_kind(text: str, chance: random.Random) -> str:
    return chance.choice((swapped, doubled, dropped, inserted, replaced, beside))(text, chance)


KINDS: dict[str, Error] = {
    "two letters swapped": swapped,
    "a letter doubled": doubled,
    "a letter dropped": dropped,
    "a letter inserted": inserted,
    "a letter replaced": replaced,
    "a neighbouring key": beside,
    "a blank missing": unspaced,
    "any of these letters' errors": any_kind,
}


def several(text: str, make: Error, errors: int, chance: random.Random) -> str:
    for _ in range(errors):
        text = make(text, chance)
    return text


def _letter(text: str, chance: random.Random) -> int:
    return chance.choice([at for at, character in enumerate(text) if character.isalpha()])
