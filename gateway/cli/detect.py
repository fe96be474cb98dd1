"""`lethe detect`: what would happen to a text, and why.

The gateway judges; this only asks and shows, and never repeats the text.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from gateway.cli.failure import NotSoError
from gateway.cli.matches import show_matches
from gateway.cli.output import printable, show_json
from gateway.cli.session import Session, asks_gateway


@click.command()
@click.argument("text")
@click.option("--role", multiple=True, help="A role of the client's key; repeatable.")
@asks_gateway
def detect(session: Session, text: str, role: tuple[str, ...]) -> None:
    """Say which targets TEXT touches, and what would happen to it; - reads standard input.

    Exit codes: 0 a target matches; 1 none does.
    """
    if text == "-":
        text = _standard_input()
    with session.connect() as client:
        found = client.post("detect", {"text": text, "roles": role} if role else {"text": text})
    if session.as_json:
        show_json(found)
    else:
        _explain(found)
    if not found["matched"]:
        raise click.exceptions.Exit(NotSoError.exit_code)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise click.UsageError("standard input is not UTF-8") from None


def _explain(found: dict[str, Any]) -> None:
    if not found["matched"]:
        click.echo("Nothing matches; the text would pass unchanged.")
    else:
        click.echo(f"Matched; the guard would be {found['guard']}. {printable(found['reason'])}")
        show_matches(found["matches"])
    for note in found.get("notes", []):
        click.echo(f"Note: {printable(note)}")
