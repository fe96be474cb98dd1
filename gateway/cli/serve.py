"""`lethe serve`: options laid over the settings.

It knows which settings deserve an option; everything else about serving is `gateway.serving`.
"""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.failure import SetupError
from gateway.errors import StartupError
from gateway.serving.log import LEVELS


@click.command()
@click.option(
    "--upstream",
    metavar="URL",
    help="OpenAI-compatible base URL of the model server, such as http://127.0.0.1:8000/v1.",
)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8080]")
@click.option("--workers", type=int, help="Worker processes that serve requests.  [default: 1]")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file of settings, named as in the environment.",
)
@click.option(
    "--log-level",
    type=click.Choice(LEVELS),
    default="info",
    show_default=True,
    help="Least important log lines that are written to standard error.",
)
def serve(
    upstream: str | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    config: Path | None,
    log_level: str,
) -> None:
    """Serve the gateway in front of a model server.

    Options win over the environment (LETHE_UPSTREAM_URL, LETHE_PORT and so on), and that over the
    file. The first start makes the data directory, an encryption key and an admin key, and shows
    the admin key once. One gateway runs on a data directory at a time.

    SIGTERM and Ctrl-C end it when the requests in flight are answered, after 30 seconds at most;
    a second one ends it at once.

    Exit codes: 0 it was told to stop; 2 it could not start, and the message says why.
    """
    from gateway.settings import load_settings

    try:
        settings = load_settings(
            config, upstream_url=upstream, host=host, port=port, workers=workers
        )
        from gateway.serving.startup import serve as serve_gateway

        serve_gateway(settings, click.echo, log_level=log_level)
    except StartupError as error:
        raise SetupError(error.message) from None
