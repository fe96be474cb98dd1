"""How the command line shows things: JSON for machines, aligned text for people.

It knows nothing of what it shows, except that it may hold what a terminal would obey.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import click

# Column widths follow the first rows, so that a long table can be shown while it arrives.
MEASURED_ROWS = 200
NOTHING = "-"


def printable(text: str) -> str:
    """Return the text with everything that a terminal could obey replaced."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def about(param: str | None, message: str) -> str:
    """Return an error's message, with the field at fault in front unless the message names it."""
    return printable(message if not param or param in message else f"{param}: {message}")


def show_json(value: Any) -> None:
    """Print one value as one line of JSON, ASCII only."""
    click.echo(json.dumps(value))


def show_json_lines(values: Iterable[Any]) -> None:
    """Print each value on a line of its own, as it arrives."""
    for value in values:
        show_json(value)


def show_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows under headings; the last column is as wide as it likes."""
    texts = ([_cell(value) for value in row] for row in rows)
    first = list(islice(texts, MEASURED_ROWS))
    widths = [max(map(_width, column)) for column in zip(headings, *first, strict=True)]
    for row in chain([headings], first, texts):
        click.echo(_line(row, widths))


def show_fields(values: Iterable[tuple[str, Any]]) -> None:
    """Print names with their values, one value a line; empty ones are left out."""
    shown = [(name, lines) for name, value in values if (lines := list(_lines(value)))]
    width = max((len(name) for name, _ in shown), default=0)
    for name, lines in shown:
        click.echo(f"{name:<{width}}  {lines[0]}")
        for line in lines[1:]:
            click.echo(f"{'':<{width}}  {line}")


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{name}: {_cell(item)}" for name, item in value.items())
    elif isinstance(value, (list, tuple)):
        yield from (_cell(item) for item in value)
    elif value not in (None, ""):
        yield from (printable(line) for line in str(value).splitlines())


def _cell(value: Any) -> str:
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_cell(item)}" for name, item in value.items())
    return printable(str(value))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return the columns that a terminal needs for the text."""
    columns = 0
    for character in text:
        if not unicodedata.combining(character):
            columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return columns
