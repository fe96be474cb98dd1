"""`lethe probe`: whether anything of a target gets past a running gateway, cell by cell.

It reads options and shows the matrix; what is tried is known to `gateway.probing`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from gateway.cli.failure import NotSoError, RefusedError, SetupError, UnreachableError
from gateway.cli.output import printable, show_json, show_table
from gateway.cli.session import default_url

if TYPE_CHECKING:
    from gateway.probing.results import Result
    from gateway.probing.running import Server
    from gateway.probing.target import ProbedTarget


@click.command()
@click.option(
    "--base-url",
    help="Address of what is probed; `/v1` at its end is left out.  [default: http://LETHE_HOST:"
    "LETHE_PORT]",
)
@click.option("--target", required=True, metavar="ID", help="The target that must not appear.")
@click.option("--admin-url", help="Address of the admin API.  [default: --base-url]")
@click.option("--admin-key", help="Key of the admin API.  [default: LETHE_ADMIN_KEY]")
@click.option("--api-key", help="Key of a client, where clients need one.")
@click.option("--model", help="Model to ask.  [default: the first that is listed]")
@click.option("--at-once", type=click.IntRange(1, 64), default=8, help="Requests side by side.")
@click.option("--thorough", is_flag=True, help="Try every disguise on every channel.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, every cell in it.")
def probe(
    base_url: str | None,
    target: str,
    admin_url: str | None,
    admin_key: str | None,
    api_key: str | None,
    model: str | None,
    at_once: int,
    thorough: bool,
    as_json: bool,
) -> None:
    """Try to bring a target in and to get it out, in every way that is known.

    The requests are ordinary ones. What an upstream that leaks on demand is told in a header
    (`python -m deploy.leaky`), any other ignores. The target's strings are read with the admin
    key, and shown nowhere.

    Under the disclosure `unknown` answers hold the asker's own names again, so that only the
    target's secrets count as leaks there.

    Exit codes: 0 nothing got through; 1 something did, or nothing was answered at all.
    """
    from gateway.probing.results import Summary
    from gateway.probing.running import Server
    from gateway.probing.table import HEADINGS, rows, summary_lines

    url = (base_url or _default_url()).rstrip("/").removesuffix("/v1")
    server = Server(url, api_key, admin_url or url, admin_key or _admin_key())
    probed = _read_target(server, target)
    results = asyncio.run(_run(server, probed, model, at_once, thorough))
    summary = Summary.of(results)
    if as_json:
        show_json(
            {
                "cells": [result.as_json() for result in results],
                "outcomes": summary.outcomes,
                "slipped_by": summary.slipped,
                "said": summary.said,
            }
        )
    else:
        show_table(HEADINGS, rows(results))
        for line in summary_lines(summary):
            click.echo(line)
    if summary.is_void:
        raise NotSoError(
            "No request was answered, so nothing was tried: give --api-key where clients need "
            "one, and a --model that is served."
        )
    if summary.has_holes:
        raise click.exceptions.Exit(NotSoError.exit_code)


def _default_url() -> str:
    from gateway.settings import load_settings

    return default_url(load_settings())


def _admin_key() -> str:
    from gateway.errors import SettingsError
    from gateway.settings import load_settings

    try:
        key = load_settings().admin_key
    except SettingsError as error:
        raise SetupError(error.message) from None
    if key is None:
        raise SetupError("LETHE_ADMIN_KEY is not set; give --admin-key")
    return key.get_secret_value()


def _read_target(server: Server, target: str) -> ProbedTarget:
    from gateway.cli.client import AdminClient
    from gateway.errors import RequestError
    from gateway.probing.target import ProbedTarget

    with AdminClient(server.admin_url, server.admin_key) as client:
        view = client.get("targets", target)
    try:
        return ProbedTarget.read(view)
    except RequestError as error:
        raise RefusedError(printable(error.message)) from None


async def _run(
    server: Server, target: ProbedTarget, model: str | None, at_once: int, thorough: bool
) -> list[Result]:
    import httpx

    from gateway.probing.cells import Matrix
    from gateway.probing.running import Probe

    async with Probe(server, target) as running:
        try:
            asked_model = model or await running.model()
        except (httpx.HTTPError, KeyError, IndexError, ValueError):
            message = f"no model is listed at {server.base_url}; name one with --model"
            raise UnreachableError(message) from None
        cells = Matrix(target, asked_model, await running.asked(asked_model), thorough).cells()
        hidden = not sys.stderr.isatty()
        with click.progressbar(
            length=len(cells), label="cells", file=sys.stderr, hidden=hidden
        ) as bar:
            return await running.run(cells, bar.update, at_once=at_once)
