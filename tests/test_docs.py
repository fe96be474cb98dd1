"""The documents say what the code does: generated parts are current, named commands exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from gateway.cli.main import main
from gateway.routes import ROUTES, Posture
from tests.readme_blocks import README, ROOT, written

DOCUMENTS = [README, *sorted(ROOT.glob("*/README.md")), ROOT / "CONTRIBUTING.md"]


def test_the_generated_parts_of_the_readme_are_current() -> None:
    assert written(README.read_text()) == README.read_text(), "run python -m tests.readme_blocks"


def commands() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for line in re.findall(
            r"`(lethe [^`\n]+)`|^(lethe .+)$", document.read_text(), re.MULTILINE
        ):
            yield document.name, line[0] or line[1]


@pytest.mark.parametrize(("document", "line"), list(dict.fromkeys(commands())))
def test_every_command_that_is_named_exists(document: str, line: str) -> None:
    words = [word for word in shlex.split(line.split("#")[0].replace("|", " "))[1:]]
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        child = command.get_command(context, words.pop(0))
        assert child is not None, line
        command = child
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= options


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_make_target_that_is_named_exists() -> None:
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(
            r"`make ([a-z-]+)|^make ([a-z-]+)", document.read_text(), re.MULTILINE
        )
    }
    assert {one or other for one, other in named} <= make_targets()


def test_the_readme_names_the_paths_that_reach_the_model() -> None:
    line = next(each for each in README.read_text().splitlines() if "reaches the model" in each)
    reaching = {
        path
        for path, route in ROUTES.items()
        if route.posture in (Posture.GUARDED, Posture.CARRIED)
    }
    assert set(re.findall(r"`(/[a-z_/0-9]+)`", line)) == reaching
