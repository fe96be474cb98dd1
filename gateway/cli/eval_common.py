"""What the measures of `lethe eval` have in common on the command line: a bar, and wrong input.

It knows click and the errors of the library; it does not know what is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from gateway.cli.output import printable


@contextmanager
def usage_errors(kind: type[Any]) -> Iterator[None]:
    """Show errors of a kind, and those of detectors, as wrong usage."""
    from detectors.errors import DetectorError

    try:
        yield
    except kind as error:
        raise click.UsageError(printable(error.message)) from None
    except DetectorError as error:
        raise click.UsageError(printable(str(error))) from None


@contextmanager
def bar(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error where that is a terminal; yield what moves it on."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as shown:
        yield shown.update
