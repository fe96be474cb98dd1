"""`lethe events`: the log of every change, and whether its chain holds.

The chain is computed here, from what the gateway shows, so that its word is not taken for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

import click

from gateway.cli.failure import NotSoError
from gateway.cli.output import printable, show_json, show_json_lines, show_table
from gateway.cli.session import Session, asks_gateway
from gateway.registry.chain import ChainReport, Event, verify

COLUMNS = ("sequence", "time", "actor", "action", "case", "target_id", "target_version", "key_id")


@click.group()
def events() -> None:
    """Read the log of every change, and check it."""


@events.command(name="list")
@click.option(
    "--after", type=click.IntRange(min=0), default=0, help="Only events after this number."
)
@asks_gateway
def list_events(session: Session, after: int) -> None:
    """List the events, oldest first."""
    with session.connect() as client:
        show_events(session, client.events({"after": after}))


@events.command(name="verify")
@asks_gateway
def verify_events(session: Session) -> None:
    """Fetch the whole log and recompute its chain of hashes.

    The head is the hash of the last event: keep it elsewhere, and a later check whose log no
    longer holds it shows that events were cut off.

    Exit codes: 0 the chain holds; 1 it is broken, at the event that the message names.
    """
    with session.connect() as client:
        report = _check(client.events())
    if session.as_json:
        show_json(asdict(report) | {"intact": report.intact})
    elif report.intact:
        click.echo(f"{report.count} events, the chain holds. Head: {report.head}")
    if not report.intact:
        raise NotSoError(f"the chain is broken at event {report.first_broken}: {report.reason}")


def show_events(session: Session, shown: Iterable[dict[str, Any]]) -> None:
    """Print events as the session wants them."""
    if session.as_json:
        show_json_lines(shown)
        return
    rows = ([event.get(column) for column in COLUMNS] for event in shown)
    show_table([column.upper().replace("_", " ") for column in COLUMNS], rows)


def _check(rows: Iterable[dict[str, Any]]) -> ChainReport:
    misshapen: list[str] = []
    report = verify(_until_misshapen(rows, misshapen))
    if report.intact and misshapen:
        return replace(report, first_broken=report.count + 1, reason=printable(misshapen[0]))
    return report


def _until_misshapen(rows: Iterable[dict[str, Any]], misshapen: list[str]) -> Iterator[Event]:
    """Yield events up to the first row that is none, and leave its fault behind."""
    for row in rows:
        try:
            yield Event.from_dict(row)
        except ValueError as error:
            misshapen.append(str(error))
            return
