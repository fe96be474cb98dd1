"""The admin API over a real registry, with a scripted inspector and one key for each role."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.admin import build_admin_app
from gateway.registry import Actor, KeyKind, Registry, Role
from tests.gateway.admin.scripted import ScriptedInspector
from tests.gateway.registry.stored import ADMIN_KEY, make_template, open_copy


@pytest.fixture(autouse=True)
def own_directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LETHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template") / "data")


@pytest.fixture
async def registry(
    own_directories: None, template: Path, tmp_path: Path
) -> AsyncIterator[Registry]:
    opened = await open_copy(template, tmp_path / "registry")
    yield opened
    await opened.close()


@pytest.fixture
def inspector(registry: Registry) -> ScriptedInspector:
    return ScriptedInspector(registry.version)


@pytest.fixture
def anonymous(registry: Registry, inspector: ScriptedInspector) -> httpx.AsyncClient:
    """A client without a key."""
    app = build_admin_app(registry, inspector)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")


@pytest.fixture
def admin(anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client with every role."""
    anonymous.headers["Authorization"] = f"Bearer {ADMIN_KEY}"
    return anonymous


@pytest.fixture
async def keys(registry: Registry) -> dict[Role, dict[str, str]]:
    """The Authorization header of a key for each role."""
    made = {}
    for role in Role:
        _, token = await registry.keys.create(
            f"the {role}", kind=KeyKind.ADMIN, roles=[role], actor=Actor("tests")
        )
        made[role] = {"Authorization": f"Bearer {token}"}
    return made
