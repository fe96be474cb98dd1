"""What every command that asks a running gateway has in common: its options and its connection.

It finds the gateway and the key from options and settings; it does not know any command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from gateway.cli.failure import SetupError
from gateway.errors import SettingsError

if TYPE_CHECKING:
    from gateway.cli.client import AdminClient
    from gateway.settings import Settings

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Session:
    """The options of one command.

    Attributes:
        url: the gateway's address, or None for the one that the settings name.
        as_json: whether the output is JSON.
        case: reference that the event log keeps with each change.
    """

    url: str | None
    as_json: bool
    case: str = ""

    def connect(self) -> AdminClient:
        """Return a connection to the gateway.

        Raises:
            SetupError: there is no admin key, or a setting does not parse.
        """
        from gateway.cli.client import AdminClient
        from gateway.settings import load_settings

        try:
            settings = load_settings()
        except SettingsError as error:
            raise SetupError(error.message) from None
        if settings.admin_key is None:
            raise SetupError(
                "LETHE_ADMIN_KEY is not set; take the key that `lethe serve` printed at its first "
                "start, or one of `lethe key create --kind admin`"
            )
        key = settings.admin_key.get_secret_value()
        return AdminClient(self.url or default_url(settings), key, case=self.case)


def default_url(settings: Settings) -> str:
    """Return the address of the gateway that these settings would start on this host."""
    host = WILDCARDS.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def asks_gateway(command: Command) -> Command:
    """Give a command `--url` and `--json`, and a `Session` as its first argument."""
    return _with_session(command)


def changes_gateway(command: Command) -> Command:
    """Do as `asks_gateway`, and add `--case` for the event log."""
    case = click.option(
        "--case",
        metavar="REF",
        default="",
        help="Reference, such as a ticket, that the event log keeps with the change.",
    )
    return case(_with_session(command))


def _with_session(command: Command) -> Command:
    @click.option(
        "--url",
        help="Address of the gateway.  [default: http://LETHE_HOST:LETHE_PORT, which are "
        "127.0.0.1:8080 where unset]",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, a list as an object a line.")
    @wraps(command)
    def wrapped(
        *arguments: Any, url: str | None, as_json: bool, case: str = "", **options: Any
    ) -> None:
        command(Session(url, as_json, case), *arguments, **options)

    return wrapped
