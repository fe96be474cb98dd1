"""A detector process that goes on from vectors on disk; the files: tests/detectors/vectors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from detectors.errors import DetectorDownError
from detectors.semantic.background import Background
from detectors.semantic.engine import SemanticEngine
from detectors.semantic.verify import Verifier
from detectors.service import server as server_module
from detectors.service.client import DetectorClient
from detectors.service.protocol import State
from detectors.service.server import DetectorServer
from detectors.service.snapshots import VectorSnapshots
from detectors.values import TargetProfile
from detectors.vectors.index import VectorIndex
from tests.detectors.fakes import WordEncoder

KEY = bytes(range(32))
TARGET = TargetProfile(
    "heron",
    1,
    ("Quilla Varga",),
    passages=("Quilla Varga is a librarian born in Ondrey in 1946, who wrote The Hidden Mirror.",),
    false_positive_rate=0.01,
)
DESCRIPTION = "Who is the librarian born in Ondrey in 1946 that wrote The Hidden Mirror?"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "SNAPSHOT_SECONDS", 0.01)


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[tuple[DetectorServer, DetectorClient]]:
    """Run a server as the process does: from what is on disk, if anything is."""
    encoder = WordEncoder()
    vectors = encoder.encode([f"ordinary prompt number {n}" for n in range(40)])
    background = Background(vectors[:20], vectors[20:], np.arange(len(vectors) - 20))
    snapshots = VectorSnapshots(directory / "vectors", KEY, encoder)
    loaded = snapshots.load()
    index, origin, rates = loaded if loaded else (VectorIndex(encoder.dimension), None, {})
    engine = SemanticEngine(index, background, Verifier.shipped(), rate=0.005)
    engine.restore(rates)
    server = DetectorServer(encoder, engine, snapshots=snapshots, origin=origin)
    socket = directory / "socket"
    socket.unlink(missing_ok=True)
    await server.start(socket)
    client = DetectorClient(socket)
    try:
        yield server, client
    finally:
        await client.aclose()
        await server.aclose()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.01)


async def saved(directory: Path) -> None:
    """Leave a snapshot of one target behind, of the event `e7` at 7."""
    async with running(directory) as (_, client):
        await client.update([TARGET], [], sequence=7)

        async def is_done() -> bool:
            return not (await client.state()).pending

        await until(is_done)
        await client.confirm(7, "e7")

        async def is_written() -> bool:
            return bool(list((directory / "vectors").glob("*.vectors")))

        await until(is_written)


async def test_a_new_process_goes_on_once_the_registry_is_the_same(tmp_path: Path) -> None:
    await saved(tmp_path)
    async with running(tmp_path) as (server, client):
        assert await client.state() == State(7, "words", 1, 0, confirmed=0, unconfirmed="e7")
        with pytest.raises(DetectorDownError, match="not told"):
            await client.search([DESCRIPTION])
        await client.confirm(7, "another")
        assert (await client.state()).unconfirmed == "e7"
        await client.confirm(7, "e7")
        assert await client.state() == State(7, "words", 1, 0, confirmed=7)
        (hits,) = (await client.search([DESCRIPTION], mentioned=["heron"])).hits
        assert [hit.target for hit in hits] == ["heron"]
        assert not server.is_outdated.is_set()
        assert server._engine.rates == {"heron": 0.01}


async def test_vectors_of_another_registry_are_removed_and_the_process_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await saved(tmp_path)
    async with running(tmp_path) as (server, client):
        with caplog.at_level(logging.WARNING):
            await client.discard()
        assert server.is_outdated.is_set()
        assert not list((tmp_path / "vectors").iterdir())
        assert "another registry" in caplog.text


async def test_confirmed_vectors_are_not_discarded(tmp_path: Path) -> None:
    async with running(tmp_path) as (server, client):
        await client.update([TARGET], [], sequence=7)
        await client.discard()
        assert not server.is_outdated.is_set()
