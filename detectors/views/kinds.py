"""What can be undone in a text: the name of each kind of view, and what may be found in it.

Data only; how each is undone stands in the other modules of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PLAIN = "plain"
BASE64 = "base64"
HEX = "hex"
NUMBERS = "character codes"
URL = "url"
HTML = "html"
ESCAPES = "escapes"
MORSE = "morse"
ROT13 = "rot13"
REVERSED = "reversed"
CONFUSABLES = "confusables"
STROKES = "strokes"
LEET = "leet"
SPACED = "spaced"
SPELT = "spelt"
JOINED = "joined"
TRANSLITERATION = "transliteration"

# Between the names of what was undone one after the other.
NESTED = "+"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a view undoes.

    Attributes:
        name: as in `View.name`.
        phrase: for reasons, to be read behind "once".
        forgiving: whether names may be misspelt in it. Where letters were guessed or put together,
            a typing error on top would match too much, and costs most of the time.
        bounded: whether its words are still words.
        least_letters: how many letters a name of a single word needs to count.
    """

    name: str
    phrase: str
    forgiving: bool = True
    bounded: bool = True
    least_letters: int = 0


_ALL = (
    Kind(PLAIN, ""),
    Kind(BASE64, "its base64 is undone"),
    Kind(HEX, "its hexadecimal bytes are undone"),
    Kind(NUMBERS, "its character codes are read as letters"),
    Kind(URL, "its URL escapes are undone"),
    Kind(HTML, "its HTML entities are undone"),
    Kind(ESCAPES, "its character escapes are undone"),
    Kind(MORSE, "its Morse code is undone"),
    Kind(ROT13, "its rot13 is undone"),
    Kind(REVERSED, "it is read backwards"),
    Kind(CONFUSABLES, "look-alike characters are read as the letters that they look like"),
    Kind(
        STROKES,
        "look-alike characters, 1, l and i among them, are read as the letters that they look like",
        forgiving=False,
        least_letters=4,
    ),
    Kind(LEET, "digits and signs are read as letters", forgiving=False, least_letters=4),
    Kind(
        SPACED,
        "letters written apart are put together",
        forgiving=False,
        bounded=False,
        least_letters=4,
    ),
    Kind(SPELT, "its spelling alphabet is undone", forgiving=False, bounded=False, least_letters=4),
    Kind(
        JOINED, "words cut by hyphens or signs are put together", forgiving=False, least_letters=4
    ),
    Kind(TRANSLITERATION, "it is written in Latin letters"),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
