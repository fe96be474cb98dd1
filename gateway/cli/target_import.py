"""`lethe target import`: many targets from lines of JSON.

It sends lines and counts what becomes of them; it does not read what they say.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from gateway.cli.failure import NotSoError
from gateway.cli.output import about, printable, show_json
from gateway.cli.progress import Progress
from gateway.cli.session import Session, changes_gateway

if TYPE_CHECKING:
    from gateway.cli.client import AdminClient

# One transaction of the gateway, and an answer that fits in socket buffers.
BATCH_LINES = 200
BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that are sent together.

    Attributes:
        lines: those that hold something.
        numbers: their line numbers in the file, from 1.
        position: bytes of the file up to the end of the batch.
    """

    lines: list[bytes]
    numbers: list[int]
    position: int


@click.command(name="import")
@click.argument("file", type=click.File("rb"))
@changes_gateway
def import_targets(session: Session, file: BinaryIO) -> None:
    """Register the targets of FILE, one JSON object a line; - reads standard input.

    A line has the fields of `POST /admin/v1/targets`. Lines that cannot be registered are listed
    with the reason and do not hinder the others; the exit code is then 1. Lines are acknowledged
    200 at a time; if the gateway is lost, the message says from which line on nothing is known.
    """
    with session.connect() as client, Progress(_size(file)) as progress:
        importing = Importing(client, session.as_json, progress)
        for batch in batches(file):
            importing.send(batch)
    importing.summarise()


class Importing:
    """One import: what was sent, and what became of it."""

    def __init__(self, client: AdminClient, as_json: bool, progress: Progress) -> None:
        self._client = client
        self._as_json = as_json
        self._progress = progress
        self._registered = 0
        self._failed = 0

    def send(self, batch: Batch) -> None:
        """Send one batch and show what became of its lines.

        Raises:
            click.ClickException: the gateway refused, or was lost; it names the lines concerned.
        """
        try:
            answers = self._client.import_targets(batch.lines)
        except click.ClickException as error:
            raise type(error)(self._lost(error.message, batch)) from None
        self._progress.clear()
        for number, answer in zip(batch.numbers, answers, strict=True):
            self._take(answer | {"line": number})
        self._progress.show(batch.position, batch.numbers[-1], self._failed)

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

    def _lost(self, message: str, batch: Batch) -> str:
        return (
            f"{message}. Targets registered before: {self._registered}; nothing is known of the "
            f"lines from {batch.numbers[0]} on: send them again, and one that had arrived after "
            "all is answered with a conflict"
        )

    def _take(self, answer: dict[str, Any]) -> None:
        created = answer.get("status") == "created"
        self._registered += created
        self._failed += not created
        if self._as_json:
            show_json(answer)
        elif not created:
            click.echo(f"line {answer['line']}: {_reason(answer.get('error'))}")


def batches(file: BinaryIO) -> Iterator[Batch]:
    """Yield the lines that hold something, in batches that the gateway takes at once."""
    lines: list[bytes] = []
    numbers: list[int] = []
    position = batch_bytes = 0
    for number, line in enumerate(file, start=1):
        if lines and (len(lines) == BATCH_LINES or batch_bytes + len(line) > BATCH_BYTES):
            yield Batch(lines, numbers, position)
            lines, numbers, batch_bytes = [], [], 0
        position += len(line)
        if line.strip():
            lines.append(line.strip(b"\r\n"))
            numbers.append(number)
            batch_bytes += len(line)
    if lines:
        yield Batch(lines, numbers, position)


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
