"""JSON as it is read for what it says: escapes undone, each character with its place as written.

It reads pieces of any size and never fails: what is no JSON is read as it stands. It knows
nothing of what is looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SPECIAL = re.compile(r'["\\]')
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HIGH = range(0xD800, 0xDC00)
_LOW = range(0xDC00, 0xE000)
_ESCAPE_LENGTH = 6  # of \uXXXX


@dataclass(slots=True)
class Decoded:
    """A text with escapes undone.

    Attributes:
        text: the text.
        origins: where each of its characters begins as written.
        is_inside: for each of them, whether it stands within a string.
        end: where the text ends as written; what follows is not complete yet.
    """

    text: str = ""
    origins: list[int] = field(default_factory=list)
    is_inside: list[bool] = field(default_factory=list)
    end: int = 0


class JsonText:
    """A reader of one JSON text that comes in pieces."""

    def __init__(self) -> None:
        self._pending = ""
        self._position = 0
        self._is_inside = False

    def feed(self, piece: str, *, is_final: bool = False) -> Decoded:
        """Return what the piece adds; an escape that is not complete waits for the rest."""
        text = self._pending + piece
        made = Decoded()
        pieces: list[str] = []
        place = 0
        while place < len(text):
            special = _SPECIAL.search(text, place)
            stop = special.start() if special else len(text)
            self._add(made, pieces, text[place:stop], place)
            place = stop
            if special is None:
                break
            if text[place] == '"' or not self._is_inside:
                self._quote(made, pieces, text[place], place)
                place += 1
                continue
            letter, length = _escape(text, place, is_final=is_final)
            if not length:
                break
            self._add(made, pieces, letter, place)
            place += length
        self._pending = text[place:]
        self._position += place
        made.text = "".join(pieces)
        made.end = self._position
        return made

    def _add(self, made: Decoded, pieces: list[str], text: str, place: int) -> None:
        pieces.append(text)
        start = self._position + place
        made.origins.extend(range(start, start + len(text)))
        made.is_inside.extend([self._is_inside] * len(text))

    def _quote(self, made: Decoded, pieces: list[str], sign: str, place: int) -> None:
        """Take a sign that is no part of what a string says."""
        if sign == '"':
            self._is_inside = not self._is_inside
        pieces.append(sign)
        made.origins.append(self._position + place)
        made.is_inside.append(False)


def _escape(text: str, place: int, *, is_final: bool) -> tuple[str, int]:
    """Return the character of an escape and its length, 0 where its end is yet to come."""
    kind = text[place + 1 : place + 2]
    if not kind:
        return ("\\", 1) if is_final else ("", 0)
    if kind != "u":
        return _SHORT.get(kind, kind), 2
    code = _code(text, place)
    if code is None:
        is_cut = len(text) < place + _ESCAPE_LENGTH and not is_final
        return ("", 0) if is_cut else ("u", 2)
    if code not in _HIGH:
        return chr(code), _ESCAPE_LENGTH
    rest = text[place + _ESCAPE_LENGTH : place + 2 * _ESCAPE_LENGTH]
    if len(rest) < _ESCAPE_LENGTH and "\\u"[: len(rest)] == rest[:2] and not is_final:
        return "", 0
    low = _code(text, place + _ESCAPE_LENGTH)
    if rest[:2] != "\\u" or low is None or low not in _LOW:
        return chr(code), _ESCAPE_LENGTH
    return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), 2 * _ESCAPE_LENGTH


def _code(text: str, place: int) -> int | None:
    digits = text[place + 2 : place + _ESCAPE_LENGTH]
    if len(digits) < 4 or not re.fullmatch(r"[0-9A-Fa-f]{4}", digits):
        return None
    return int(digits, 16)
