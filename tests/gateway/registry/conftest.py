"""A registry of its own for every test, with nothing of this machine's settings."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.registry import Actor, Registry, Role
from gateway.settings import Settings, default_data_directory
from tests.gateway.registry.stored import make_template, open_copy, settings_of


@pytest.fixture(autouse=True)
def own_directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LETHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def settings(own_directories: None) -> Settings:
    return settings_of(default_data_directory())


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template") / "data")


@pytest.fixture
async def registry(settings: Settings, template: Path) -> AsyncIterator[Registry]:
    opened = await open_copy(template, settings.data_directory)
    yield opened
    await opened.close()


@pytest.fixture
def officer() -> Actor:
    return Actor("an officer", frozenset({Role.OFFICER}), case="case-7")
