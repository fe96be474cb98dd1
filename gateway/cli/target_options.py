"""The options that describe a target, and the fields that they become.

They know names of options and fields; what a target must look like, the gateway says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TextIO

import click

from gateway.offered import CONTEXTS, DISCLOSURES, GUARDS, KINDS, MENTIONS, SCOPES
from gateway.target import State

Command = Callable[..., None]

POLICY = ("guard", "disclosure", "mentions")
LISTS: Mapping[str, str] = {
    "alias": "aliases",
    "example": "examples",
    "secret": "secrets",
    "document": "documents",
    "audience": "audiences",
}
ONES: Mapping[str, str] = {
    "kind": "kind",
    "description": "description",
    "scope": "scope",
    "context": "context",
    "false_positive_rate": "false_positive_rate",
    "expires": "expires_at",
    "reason": "reason",
    "state": "state",
    "hold": "legal_hold",
}


def one_of(members: Iterable[StrEnum]) -> click.Choice[str]:
    """Return a choice among the values of an enumeration's members."""
    # By value: click would name the members of an enumeration by their names.
    return click.Choice([member.value for member in members])


OPTIONS = (
    click.option("--kind", type=one_of(KINDS), help="What it is."),
    click.option("--alias", multiple=True, help="Another name for it; repeatable."),
    click.option("--description", help="What it is about, for detection by meaning."),
    click.option("--example", multiple=True, help="A question that touches it; repeatable."),
    click.option("--secret", multiple=True, help="A value no answer may hold; repeatable."),
    click.option(
        "--document",
        multiple=True,
        type=click.File(encoding="utf-8"),
        help="File of a text that must not be reproduced; repeatable.",
    ),
    click.option("--guard", type=one_of(GUARDS), help="What happens to a request that touches it."),
    click.option(
        "--disclosure",
        type=one_of(DISCLOSURES),
        help="What an asker may learn from a withheld answer.",
    ),
    click.option(
        "--mentions", type=one_of(MENTIONS), help="Whether answers to something else may name it."
    ),
    click.option(
        "--scope",
        type=one_of(SCOPES),
        help="Forget it, or only the facts given as examples and secrets.",
    ),
    click.option(
        "--context",
        type=one_of(CONTEXTS),
        help="Whether documents and tool results of the client may speak of it.",
    ),
    click.option(
        "--audience",
        multiple=True,
        help="A role of client keys for which it does not exist; repeatable.",
    ),
    click.option(
        "--expires",
        metavar="MOMENT",
        help="From when on it has no effect, such as 2030-01-31T12:00:00Z.",
    ),
    click.option(
        "--false-positive-rate",
        type=click.FloatRange(0, 0.2, min_open=True),
        help="Share of ordinary texts that may be taken for it by meaning, up to 0.2.",
    ),
    click.option("--reason", help="Why it must be forgotten; kept with the target."),
    click.option("--state", type=one_of(State), help="Only active targets have an effect."),
    click.option(
        "--hold/--no-hold",
        default=None,
        help="Whether what is registered must be kept: it is then neither erased nor shortened.",
    ),
)


def describes_target(command: Command) -> Command:
    """Give a command the options that describe a target."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def fields_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were given as options, as the admin API names them.

    Raises:
        click.UsageError: a document is no text.
    """
    fields = {field: options[name] for name, field in ONES.items() if options[name] is not None}
    for name, field in LISTS.items():
        if options[name]:
            values = options[name]
            fields[field] = [_text_of(each) for each in values] if name == "document" else [*values]
    policy = {name: options[name] for name in POLICY if options[name]}
    return {**fields, "policy": policy} if policy else fields


def refuse_beside_file(options: Mapping[str, Any], *names: str | None) -> None:
    """Raise if anything was given beside a file that holds everything.

    Raises:
        click.UsageError: something was.
    """
    given = [each for each in (*options.values(), *names) if each is not None and each != ()]
    if given:
        raise click.UsageError("--file holds all of it; leave the other options out")


def _text_of(file: TextIO) -> str:
    try:
        return file.read()
    except ValueError:
        raise click.UsageError(f"{file.name}: the document is not UTF-8") from None
