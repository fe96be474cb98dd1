"""Files of the public data, read alike by all suites; what a row means is known to each suite."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from gateway.evaluation.errors import UnavailableSuite

Row = dict[str, Any]


def json_rows(file: Path) -> list[Row]:
    """Return the objects of a JSON array or of JSON lines.

    Raises:
        UnavailableSuite: the file is not there.
    """
    text = _text(file)
    if text.lstrip().startswith("["):
        found: list[Row] = json.loads(text)
        return found
    # Not splitlines: a text may hold other separators of lines.
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def json_value(file: Path) -> Any:
    """Return what a JSON file holds."""
    return json.loads(_text(file))


def csv_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by their headings."""
    _text(file)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def text_lines(file: Path) -> list[str]:
    """Return the lines of a file that hold something."""
    return [line.strip() for line in _text(file).split("\n") if line.strip()]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UnavailableSuite(
            f"{file} is missing; LETHE_DATA names the folder of the data."
        ) from None
