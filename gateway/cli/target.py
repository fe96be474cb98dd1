"""`lethe target`: what the gateway should make a model forget.

It turns options into the body of the admin API; what a target must look like, the gateway says.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

import click

from gateway.cli.events import show_events
from gateway.cli.failure import NotSoError
from gateway.cli.output import show_fields, show_json, show_json_lines, show_table
from gateway.cli.session import Session, asks_gateway, changes_gateway
from gateway.cli.target_change import update, withdraw
from gateway.cli.target_import import import_targets
from gateway.cli.target_options import describes_target, fields_of, one_of, refuse_beside_file
from gateway.offered import KINDS
from gateway.target import State

COLUMNS = ("id", "version", "state", "kind", "protection", "semantic", "name")
FIELDS = (
    *("id", "version", "state", "kind", "name", "aliases", "description", "examples", "secrets"),
    *(
        "secret_rules",
        "false_positive_rate",
        "documents",
        "scope",
        "context",
        "policy",
        "audiences",
        "expires_at",
        "legal_hold",
        "reason",
    ),
    *("protection", "semantic", "created_at", "updated_at"),
)


@click.group()
def target() -> None:
    """Register, list and erase what must be forgotten."""


target.add_command(import_targets)
target.add_command(update)
target.add_command(withdraw)


@target.command()
@click.argument("name", required=False)
@click.option("--file", type=click.File("rb"), help="JSON object of the target; - reads stdin.")
@describes_target
@click.option("--dry-run", is_flag=True, help="Show what it would flag, and register nothing.")
@click.option(
    "--override", is_flag=True, help="Register it even if it flags much; the event log keeps that."
)
@click.option("--id", "identifier", help="Identifier to register it under; generated if unset.")
@changes_gateway
def add(
    session: Session,
    name: str | None,
    file: BinaryIO | None,
    identifier: str | None,
    dry_run: bool,
    override: bool,
    **options: Any,
) -> None:
    """Register the target NAME; it is in effect when the command returns.

    Arguments stand in the process list and the shell's history: give real names and secrets with
    --file, as a JSON object of the fields that /admin/docs of the gateway describes.
    """
    body: bytes | dict[str, Any]
    if file is not None:
        refuse_beside_file(options, name, identifier)
        body = file.read()
    else:
        body = _body(name, identifier, options)
    asked = {"dry_run": dry_run, "override": override}
    query: dict[str, str | int] = {name: True for name, is_set in asked.items() if is_set}
    with session.connect() as client:
        created = client.post("targets", body, query=query)
    if session.as_json:
        show_json(created)
        return
    if dry_run:
        _show_trial(created)
        return
    semantic = created.get("semantic")
    click.echo(f"{created['id']} is registered, version {created['version']}.")
    click.echo(f"Protection: {created.get('protection')}; detection by meaning: {semantic}.")


@target.command(name="list")
@click.option("--state", type=one_of(State), help="Only targets in this state.")
@click.option(
    "--expired/--not-expired", default=None, help="Only targets whose time is over, or is not."
)
@asks_gateway
def list_targets(session: Session, state: str | None, expired: bool | None) -> None:
    """List the registered targets."""
    asked: dict[str, str | int] = {"state": state} if state else {}
    asked |= {} if expired is None else {"expired": expired}
    with session.connect() as client:
        targets = client.pages("targets", asked)
        if session.as_json:
            show_json_lines(targets)
        else:
            rows = ([each.get(column) for column in COLUMNS] for each in targets)
            show_table([column.upper() for column in COLUMNS], rows)


@target.command()
@click.argument("identifier", metavar="ID")
@asks_gateway
def show(session: Session, identifier: str) -> None:
    """Show the target ID with all its text."""
    with session.connect() as client:
        found = client.get("targets", identifier)
    if session.as_json:
        show_json(found)
    else:
        show_fields((field, found.get(field)) for field in FIELDS)


@target.command()
@click.argument("identifier", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@changes_gateway
def remove(session: Session, identifier: str, yes: bool) -> None:
    """Erase the target ID: its text is destroyed, and the model may speak of it again."""
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("there is no terminal to ask on; say --yes")
        click.confirm(f"Erase {identifier}? Its text cannot be brought back", abort=True, err=True)
    with session.connect() as client:
        client.delete("targets", identifier)
    if session.as_json:
        show_json({"id": identifier, "erased": True})
    else:
        click.echo(f"{identifier} is erased; the event log keeps that it was.")


@target.command()
@click.argument("identifier", metavar="ID")
@asks_gateway
def history(session: Session, identifier: str) -> None:
    """Show every change of the target ID, also after it was erased."""
    with session.connect() as client:
        events = list(client.events({"target": identifier}))
    if not events:
        raise NotSoError("the log has no event of a target with this id")
    show_events(session, events)


def _show_trial(found: dict[str, Any]) -> None:
    benign = found["benign"]
    click.echo(
        f"Nothing was registered. It would flag {benign['flagged']} of {benign['prompts']} "
        f"ordinary prompts ({100 * benign['rate']:.2f} %)."
    )
    rows = ([each["stage"], each["prompt"]] for each in benign["examples"])
    if benign["examples"]:
        show_table(("STAGE", "PROMPT"), rows)
    rules = [
        [each["value"], "yes" if each["alone"] else "no", each["because"]]
        for each in found["secrets"]
    ]
    if rules:
        show_table(("SECRET", "ALONE", "BECAUSE"), rules)


def _body(name: str | None, identifier: str | None, options: dict[str, Any]) -> dict[str, Any]:
    if not name or not options["kind"]:
        raise click.UsageError(f"give NAME and --kind ({', '.join(KINDS)}), or --file")
    body = {"id": identifier} if identifier else {}
    return {**body, "name": name, **fields_of(options)}
