"""The errors of the command line, each with its exit code.

    click.ClickException
    ├── click.UsageError  2  wrong options (click's own), or settings that do not parse
    ├── NotSoError        1  what was asked about is not so, or part of the work failed
    ├── SetupError        2  the settings do not allow the command
    ├── UnreachableError  3  no gateway answers there, or it broke off or failed inside
    └── RefusedError      4  the gateway refused: the key, a conflict, an invalid request

They know a sentence to show; they never hold the text of a target or a key.
"""

from __future__ import annotations

import click


class NotSoError(click.ClickException):
    """Raised when what was asked about is not so, or when part of the work failed."""

    exit_code = 1


class SetupError(click.ClickException):
    """Raised when the settings do not allow the command."""

    exit_code = 2


class UnreachableError(click.ClickException):
    """Raised when no gateway answers, or when it breaks off or fails inside."""

    exit_code = 3


class RefusedError(click.ClickException):
    """Raised when the gateway refuses the request."""

    exit_code = 4
