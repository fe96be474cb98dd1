"""`lethe target import`: many targets from lines of JSON.

It sends lines and counts what becomes of them; it does not read what they say.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from gateway.cli.failure import NotSoError, RefusedError
from gateway.cli.output import about, printable, show_json
from gateway.cli.progress import Progress
from gateway.cli.session import Session, changes_gateway

if TYPE_CHECKING:
    from gateway.cli.client import AdminClient, Query

# Each request ends with the workers reading all that is new, so few large ones cost less than many
# small ones; the answers that the gateway keeps until all is sent bound how large.
BATCH_LINES = 20_000
BATCH_BYTES = 16 * 1024 * 1024
SHOW_EVERY = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that are sent together.

    Attributes:
        lines: those that hold something.
        numbers: their line numbers in the file, from 1.
        ends: bytes of the file up to the end of each.
    """

    lines: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, line: bytes, number: int, end: int) -> None:
        """Add a line."""
        self.lines.append(line.strip(b"\r\n"))
        self.numbers.append(number)
        self.ends.append(end)


@click.command(name="import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--override", is_flag=True, help="Register also what flags much; the event log keeps that."
)
@changes_gateway
def import_targets(session: Session, file: BinaryIO, override: bool) -> None:
    """Register the targets of FILE, one JSON object a line; - reads standard input.

    A line has the fields of `POST /admin/v1/targets`. Lines that cannot be registered are listed
    with the reason and do not hinder the others; the exit code is then 1. If the gateway is lost
    midway, the message says from which line on nothing is known.
    """
    with session.connect() as client, Progress(_size(file)) as progress:
        importing = Importing(client, session.as_json, progress, override=override)
        for batch in batches(file):
            importing.send(batch)
    importing.summarise()


class Importing:
    """One import: what was sent, and what became of it."""

    def __init__(
        self, client: AdminClient, as_json: bool, progress: Progress, *, override: bool = False
    ) -> None:
        self._client = client
        self._query: Query | None = {"override": True} if override else None
        self._as_json = as_json
        self._progress = progress
        self._registered = 0
        self._failed = 0

    def send(self, batch: Batch) -> None:
        """Send one batch and show what becomes of its lines.

        Raises:
            click.ClickException: the gateway refused, or was lost; it names the lines concerned.
        """
        position = 0
        try:
            for answer in self._client.import_targets(batch.lines, query=self._query):
                self._take(answer | {"line": batch.numbers[position]})
                position += 1
                if position % SHOW_EVERY == 0:
                    self._show(batch, position - 1)
        except click.ClickException as error:
            raise type(error)(self._lost(error, batch.numbers[position:])) from None
        self._show(batch, position - 1)

    def summarise(self) -> None:
        """Show the sums.

        Raises:
            NotSoError: a line could not be registered.
        """
        if self._failed:
            raise NotSoError(
                f"targets registered: {self._registered}; lines that failed: {self._failed}. "
                "Correct those lines and import them alone"
            )
        if not self._as_json:
            click.echo(f"Targets registered: {self._registered}.")

    def _show(self, batch: Batch, position: int) -> None:
        self._progress.show(batch.ends[position], batch.numbers[position], self._failed)

    def _lost(self, error: click.ClickException, lines: list[int]) -> str:
        message = f"{error.message.rstrip('.')}. Targets registered before: {self._registered}"
        if not lines or isinstance(error, RefusedError):
            return message
        return (
            f"{message}; nothing is known of the lines from {lines[0]} on: send them again, and "
            "one that had arrived after all is answered with a conflict"
        )

    def _take(self, answer: dict[str, Any]) -> None:
        created = answer.get("status") == "created"
        self._registered += created
        self._failed += not created
        if self._as_json or not created:
            self._progress.clear()
        if self._as_json:
            show_json(answer)
        elif not created:
            click.echo(f"line {answer['line']}: {_reason(answer.get('error'))}")


def batches(file: BinaryIO) -> Iterator[Batch]:
    """Yield the lines that hold something, in batches that the gateway takes at once."""
    batch = Batch()
    end = batch_start = 0
    for number, line in enumerate(file, start=1):
        too_long = end + len(line) - batch_start > BATCH_BYTES
        if batch.lines and (too_long or len(batch.lines) == BATCH_LINES):
            yield batch
            batch, batch_start = Batch(), end
        end += len(line)
        if line.strip():
            batch.add(line, number, end)
    if batch.lines:
        yield batch


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return printable(str(error))
    return about(error.get("param"), str(error.get("message")))


def _size(file: BinaryIO) -> int | None:
    """Return the size of a regular file in bytes; nobody knows that of a pipe."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
