"""The command tree: what importing it costs, and that everything in it explains itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from gateway.cli.main import main

HEAVY = ("torch", "httpx", "fastapi", "sqlalchemy", "uvicorn", "pydantic", "numpy", "alembic")


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, member in command.commands.items():
            yield from _commands(member, f"{path} {name}")


COMMANDS = dict(_commands(main, "lethe"))


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    script = "import sys, gateway.cli.main; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout
    assert "gateway.cli.main" in shown.split()
    assert not set(HEAVY) & set(shown.split())


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_has_a_help_text(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
        else:
            assert (parameter.metavar or str(parameter.name).upper()) in command.help


@pytest.mark.parametrize("path", COMMANDS)
def test_help_is_shown_without_settings_or_gateway(path: str) -> None:
    result = CliRunner().invoke(main, [*path.split()[1:], "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("lethe 0.")


def test_an_unknown_command_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["forget"]).exit_code == 2
