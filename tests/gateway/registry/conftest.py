"""A registry of its own for every test, with nothing of this machine's settings."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.registry import Actor, Registry, Role
from gateway.settings import Settings
from tests.gateway.registry.stored import KEY


@pytest.fixture(autouse=True)
def own_directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LETHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def settings(own_directories: None) -> Settings:
    return Settings(encryption_key=KEY, admin_key="lethe_of_the_tests")


@pytest.fixture
async def registry(settings: Settings) -> AsyncIterator[Registry]:
    opened = await Registry.open(settings)
    yield opened
    await opened.close()


@pytest.fixture
def officer() -> Actor:
    return Actor("an officer", frozenset({Role.OFFICER}), case="case-7")
