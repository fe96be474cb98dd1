"""A command line whose settings point at a scripted gateway."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.gateway.cli.fake_gateway import FakeGateway, running_fake

Lethe = Callable[..., Result]


@pytest.fixture(scope="session")
def fake_gateway() -> Iterator[FakeGateway]:
    with running_fake() as fake:
        yield fake


@pytest.fixture
def fake(fake_gateway: FakeGateway) -> FakeGateway:
    """The scripted gateway, with an empty script."""
    fake_gateway.script.clear()
    fake_gateway.asked.clear()
    return fake_gateway


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests away, and name a key."""
    for name in list(os.environ):
        if name.startswith("LETHE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LETHE_ADMIN_KEY", "lethe_secret-key")


@pytest.fixture
def lethe(fake: FakeGateway) -> Lethe:
    """Run `lethe` against the scripted gateway."""

    def run(*arguments: str, input: str | bytes | None = None, url: str = fake.url) -> Result:
        return CliRunner().invoke(main, [*arguments, "--url", url], input=input)

    return run
