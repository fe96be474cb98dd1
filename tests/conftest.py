"""What holds for every test: nothing of the user's is read or written, and nothing is fetched."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

SHOWN = ("lethe-gateway", "torch", "transformers", "fastapi", "httpx", "openai")
LOCAL = ("127.0.0.1", "::1", "localhost")


def pytest_report_header() -> str:
    """Show the versions that a failure may depend on."""
    versions = " ".join(f"{name} {_version(name)}" for name in SHOWN)
    return f"with: {versions}, {os.cpu_count()} cores, {platform.machine()}"


@pytest.fixture(autouse=True)
def clean_environment(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hide the user's settings, and give the defaults for files a place below `tmp_path`.

    The cache is one for all tests of a run, so that an encoder is exported once.
    """
    for name in os.environ:
        if name.startswith("LETHE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg-data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg-configuration"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_of(tmp_path_factory)))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what XDG_CACHE_HOME is, for fixtures that live longer than a test."""
    return cache_of(tmp_path_factory)


def cache_of(factory: pytest.TempPathFactory) -> Path:
    """Return the cache of this run of the tests."""
    return factory.getbasetemp() / "xdg-cache"


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let Python's sockets of this process reach this machine only."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOCAL:
            raise AssertionError(f"a test wants to connect to {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
