"""How a piece of JSON that broke off becomes whole: the least that has to follow.

It knows the grammar of RFC 8259; it does not know what is said in strings.
"""

from __future__ import annotations

import re

_LITERALS = ("true", "false", "null")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,4}|.)?", re.DOTALL)
_HIGH_SURROGATE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}")
_LOW_SURROGATE = r"\udc00"
_SPACE = r"\u0020"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CLOSERS = {"{": "}", "[": "]"}


def json_ending(text: str, *, mark: str = "") -> str:
    """Return what makes `text`, the beginning of a JSON value, a whole one.

    A member without a value gets null, an open string ends with `mark`.

    Args:
        text: the beginning of one JSON value; white space may surround it.
        mark: a JSON string's content that ends an open string, so that it is seen to be cut.
    """
    state = _State()
    position = 0
    while position < len(text):
        position = state.step(text, position)
    return state.ending(mark)


class _State:
    """What is open after some of the text.

    `expects` is what may follow: a value, a key, a colon, or the end of a value.
    """

    def __init__(self) -> None:
        self._open: list[str] = []
        self._expects = "value"
        self._rest = ""

    def step(self, text: str, position: int) -> int:
        character = text[position]
        if character in " \t\r\n":
            return position + 1
        if character == '"':
            return self._string(text, position)
        if character in "{[":
            self._open.append(character)
            self._expects = "first key" if character == "{" else "first value"
        elif character in "}]":
            del self._open[-1:]
            self._expects = "end"
        elif character == ":":
            self._expects = "value"
        elif character == ",":
            self._expects = "key" if self._open[-1:] == ["{"] else "value"
        else:
            return self._scalar(text, position)
        return position + 1

    def _string(self, text: str, position: int) -> int:
        whole = _STRING.match(text, position)
        if whole is None:
            self._rest = text[position:]
            return len(text)
        self._expects = "colon" if "key" in self._expects else "end"
        return whole.end()

    def _scalar(self, text: str, position: int) -> int:
        end = position
        while end < len(text) and text[end] not in " \t\r\n,]}:":
            end += 1
        if end == len(text):
            self._rest = text[position:]
        else:
            self._expects = "end"
        return end

    def ending(self, mark: str) -> str:
        is_key = "key" in self._expects
        written = _rest_of(self._rest, "" if is_key else mark) if self._rest else ""
        if self._rest:
            written += ":null" if is_key else ""
        elif self._expects == "key":
            written += '"":null'
        elif self._expects == "colon":
            written += ":null"
        elif self._expects == "value":
            written += "null"
        return written + "".join(_CLOSERS[opener] for opener in reversed(self._open))


def _rest_of(begun: str, mark: str) -> str:
    if begun.startswith('"'):
        return _escape_ending(begun) + mark + '"'
    for literal in _LITERALS:
        if literal.startswith(begun):
            return literal[len(begun) :]
    return "" if _NUMBER.fullmatch(begun) else "0"


def _escape_ending(begun: str) -> str:
    """Return what ends an escape sequence, or a pair of surrogates, that `begun` breaks off in."""
    position = 1
    is_half = False
    while position < len(begun):
        escape = _ESCAPE.match(begun, position)
        if escape is None:
            position += 1
            is_half = False
        elif len(escape.group()) == (6 if escape.group().startswith("\\u") else 2):
            is_half = bool(_HIGH_SURROGATE.fullmatch(escape.group()))
            position = escape.end()
        else:
            return _rest_of_escape(escape.group(), is_half=is_half)
    return _LOW_SURROGATE if is_half else ""


def _rest_of_escape(escape: str, *, is_half: bool) -> str:
    if escape == "\\" and not is_half:
        return "\\"
    likely = _LOW_SURROGATE if is_half else _SPACE
    whole = likely if likely.startswith(escape.lower()) else escape.ljust(6, "0")
    is_high = bool(_HIGH_SURROGATE.fullmatch(whole))
    return whole[len(escape) :] + (_LOW_SURROGATE if is_high else "")
