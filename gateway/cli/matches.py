"""Matches as a table and their reasons as sentences.

It knows the fields of a match; it does not know who found it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from gateway.cli.output import printable, show_table

COLUMNS = ("target", "stage", "view", "score", "threshold", "span", "channel")


def show_matches(matches: Sequence[dict[str, Any]]) -> None:
    """Print matches, best first as they came, with the columns that they have."""
    if not matches:
        return
    columns = [column for column in COLUMNS if any(column in match for match in matches)]
    click.echo()
    show_table([c.upper() for c in columns], ([m.get(c) for c in columns] for m in matches))
    click.echo()
    for reason in dict.fromkeys(match.get("reason") for match in matches):
        if reason:
            click.echo(printable(reason))
