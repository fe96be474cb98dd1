"""`lethe decision`: what the gateway did to a request that it changed, and why.

A decision holds identifiers and numbers; neither the request nor the answer is in it.
"""

from __future__ import annotations

import click

from gateway.cli.matches import show_matches
from gateway.cli.output import show_fields, show_json
from gateway.cli.session import Session, asks_gateway

FIELDS = ("id", "time", "path", "guard", "action", "guard_calls", "guard_tokens")


@click.group()
def decision() -> None:
    """Explain what was done to a request."""


@decision.command()
@click.argument("identifier", metavar="ID")
@asks_gateway
def show(session: Session, identifier: str) -> None:
    """Show the decision ID, which the answer carried as x-lethe-request-id."""
    with session.connect() as client:
        found = client.get("decisions", identifier)
    if session.as_json:
        show_json(found)
        return
    show_fields((field, found.get(field)) for field in FIELDS)
    show_matches(found.get("matches", []))
