"""`lethe key`: who may use the models, and who may administer the gateway.

A key is shown when it is made and never again; here it goes to standard output and nowhere else.
"""

from __future__ import annotations

import click

from gateway.cli.output import show_json, show_json_lines, show_table
from gateway.cli.session import Session, asks_gateway, changes_gateway

COLUMNS = ("id", "kind", "roles", "source", "created_at", "revoked_at", "name")


@click.group()
def key() -> None:
    """Make, list and revoke keys of clients and administrators."""


@key.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["client", "admin"]),
    default="client",
    show_default=True,
    help="Whether it opens the models or the admin API.",
)
@click.option(
    "--role",
    multiple=True,
    help="Role of the key, repeatable; for an admin key officer (targets), operator (keys and "
    "settings) or auditor (reads).",
)
@changes_gateway
def create(session: Session, name: str, kind: str, role: tuple[str, ...]) -> None:
    """Make a key called NAME and print it, this once.

    Only the key goes to standard output, so that KEY=$(lethe key create NAME) holds it. With the
    first client key every client needs one.
    """
    with session.connect() as client:
        created = client.post("keys", {"name": name, "kind": kind, "roles": list(role)})
    if session.as_json:
        show_json(created)
        return
    click.echo(f"{created['id']} is made. The key is shown this once:", err=True)
    click.echo(created["key"])


@key.command(name="list")
@asks_gateway
def list_keys(session: Session) -> None:
    """List the keys, without the keys themselves."""
    with session.connect() as client:
        keys = client.pages("keys")
        if session.as_json:
            show_json_lines(keys)
        else:
            rows = ([each.get(column) for column in COLUMNS] for each in keys)
            show_table([column.upper().replace("_", " ") for column in COLUMNS], rows)


@key.command()
@click.argument("identifier", metavar="ID")
@changes_gateway
def revoke(session: Session, identifier: str) -> None:
    """Revoke the key ID; who uses it is refused from then on.

    Clients still need a key when the last one is revoked.
    """
    with session.connect() as client:
        client.delete("keys", identifier)
    if session.as_json:
        show_json({"id": identifier, "revoked": True})
    else:
        click.echo(f"{identifier} is revoked.")
