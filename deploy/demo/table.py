"""Lays rows of text out as a plain table whose cells wrap.

It does not know what the rows say.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

GAP = "  "


@dataclass(frozen=True)
class Column:
    """A column: its heading and its width in characters."""

    heading: str
    width: int


def render(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Return the table; every row is as high as its longest cell needs."""
    rule = GAP.join("-" * column.width for column in columns)
    heading = _lines(columns, [column.heading for column in columns])
    body = [line for row in rows for line in (*_lines(columns, row), "")]
    return "\n".join([*heading, rule, *body]).rstrip()


def _lines(columns: Sequence[Column], cells: Sequence[str]) -> list[str]:
    wrapped = [
        [line for part in cell.split("\n") for line in textwrap.wrap(part, column.width)]
        for column, cell in zip(columns, cells, strict=True)
    ]
    return [
        GAP.join(
            part.ljust(column.width) for column, part in zip(columns, parts, strict=True)
        ).rstrip()
        for parts in zip_longest(*wrapped, fillvalue="")
    ]
