"""A line on standard error that says how far a long command has come.

It shows itself on terminals only; it does not know what is being counted.
"""

from __future__ import annotations

import sys
from types import TracebackType

import click

BAR_WIDTH = 30
ERASE_LINE = "\r\x1b[K"


class Progress:
    """The line; it is erased at the end of the `with` statement."""

    def __init__(self, size: int | None) -> None:
        """Prepare the line.

        Args:
            size: of the whole work in bytes, or None where nobody knows it.
        """
        self._size = size
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()

    def show(self, position: int, lines: int, failed: int) -> None:
        """Show how many bytes are done, and how many lines, and how many of these failed."""
        if self._shown:
            text = f"{self._bar(position)}{lines:,} lines, {failed:,} failed"
            click.echo(ERASE_LINE + text, nl=False, err=True)

    def clear(self) -> None:
        """Make room for output on the same terminal."""
        if self._shown:
            click.echo(ERASE_LINE, nl=False, err=True)

    def _bar(self, position: int) -> str:
        if not self._size:
            return ""
        share = min(position / self._size, 1.0)
        filled = round(share * BAR_WIDTH)
        return f"[{'#' * filled}{'-' * (BAR_WIDTH - filled)}] {share:4.0%}  "
