"""JSON read and written again as it stood: numbers digit by digit, separators as they were.

It knows the grammar of JSON; it does not know what is changed in between.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class _Number(float):
    """A number that remembers its digits."""

    __slots__ = ("digits",)

    def __new__(cls, digits: str) -> _Number:
        number = super().__new__(cls, digits)
        number.digits = digits
        return number

    digits: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a server writes JSON.

    Attributes:
        comma: what stands between members; `colon` what stands behind a key.
        is_ascii: whether other letters are escaped.
    """

    comma: str = ","
    colon: str = ":"
    is_ascii: bool = False

    def dump(self, value: Any) -> str:
        """Return a value that `load` gave, changed or not, as text."""
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=self.is_ascii)
        if isinstance(value, dict):
            members = (f"{self.dump(key)}{self.colon}{self.dump(value[key])}" for key in value)
            return "{" + self.comma.join(members) + "}"
        if isinstance(value, list):
            return "[" + self.comma.join(map(self.dump, value)) + "]"
        return value.digits if isinstance(value, _Number) else json.dumps(value)


STYLES = tuple(
    Style(comma, colon, is_ascii)
    for comma, colon in ((",", ":"), (", ", ": "))
    for is_ascii in (False, True)
)


def load(data: bytes) -> Any:
    """Return the value of JSON; a ValueError or RecursionError says that it is none."""
    return json.loads(data, parse_float=_Number)


def style_of(data: bytes, value: Any) -> Style:
    """Return the style in which `data` is written, vLLM's where none of the known ones fits."""
    text = data.decode("utf-8", "replace").strip()
    return next((style for style in STYLES if style.dump(value) == text), STYLES[0])
