"""`lethe target update` and `withdraw`: what a registered target is to be from now on.

They send a merge patch: what is given changes, all else stays.
"""

from __future__ import annotations

from typing import Any, BinaryIO

import click

from gateway.cli.output import show_json
from gateway.cli.session import Session, changes_gateway
from gateway.cli.target_options import (
    LISTS,
    ONES,
    POLICY,
    describes_target,
    fields_of,
    refuse_beside_file,
)

RESETTABLE = sorted({*LISTS.values(), *ONES.values(), *POLICY} - {"kind"})


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--name", help="What it is called from now on.")
@describes_target
@click.option(
    "--reset",
    multiple=True,
    metavar="FIELD",
    type=click.Choice(RESETTABLE),
    help=f"A field that returns to its default; repeatable. One of {', '.join(RESETTABLE)}.",
)
@click.option("--file", type=click.File("rb"), help="JSON object of the changes; - reads stdin.")
@click.option(
    "--override", is_flag=True, help="Change it even if it flags much; the event log keeps that."
)
@changes_gateway
def update(
    session: Session,
    identifier: str,
    name: str | None,
    reset: tuple[str, ...],
    file: BinaryIO | None,
    override: bool,
    **options: Any,
) -> None:
    """Change the target ID; the change is in effect when the command returns.

    What is given replaces what was there, a list as a whole; all else stays. Arguments stand in
    the process list and the shell's history: give real names and secrets with --file.
    """
    changes: bytes | dict[str, Any]
    if file is not None:
        refuse_beside_file(options, name, *reset)
        changes = file.read()
    else:
        changes = _changes(name, reset, options)
    with session.connect() as client:
        changed = client.patch(
            changes, "targets", identifier, query={"override": True} if override else None
        )
    _show(session, changed)


@click.command()
@click.argument("identifier", metavar="ID")
@changes_gateway
def withdraw(session: Session, identifier: str) -> None:
    """Take the target ID out of effect and keep it; `update ID --state active` brings it back."""
    with session.connect() as client:
        changed = client.patch({"state": "withdrawn"}, "targets", identifier)
    _show(session, changed)


def _changes(name: str | None, reset: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {"name": name} if name else {}
    changes |= fields_of(options)
    for field in reset:
        place = changes.setdefault("policy", {}) if field in POLICY else changes
        if field in place:
            raise click.UsageError(f"{field} is to be reset, and a value is given for it")
        place[field] = None
    if not changes:
        raise click.UsageError("say what is to change, or give --file")
    return changes


def _show(session: Session, changed: dict[str, Any]) -> None:
    if session.as_json:
        show_json(changed)
        return
    click.echo(f"{changed['id']} is at version {changed['version']}, {changed.get('state')}.")
    click.echo(f"Protection: {changed.get('protection')}.")
