"""A process killed in the middle of an import: what it acknowledged is there afterwards."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.registry import Registry
from tests.gateway.admin.process import START_SECONDS, admin_process
from tests.gateway.registry.stored import ADMIN_KEY, checked, settings_of

LINES = 5000
HEAD = (
    b"POST /v1/targets/import HTTP/1.1\r\nHost: gateway\r\n"
    b"Authorization: Bearer " + ADMIN_KEY.encode() + b"\r\n"
    b"Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def chunk(lines: range) -> bytes:
    body = b"".join(
        json.dumps({"kind": "person", "name": f"Person {number}", "id": f"t{number}"}).encode()
        + b"\n"
        for number in lines
    )
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def acknowledged(answer: bytes) -> list[str]:
    """Return the ids of the whole result lines that arrived."""
    results = [line for line in answer.split(b"\r\n") if line.startswith(b'{"line"')]
    lines = b"".join(results).split(b"\n")[:-1]
    return [json.loads(line)["id"] for line in lines]


def receive(connection: socket.socket, count: int) -> bytes:
    answer = b""
    while answer.count(b'"status": "created"') < count:
        piece = connection.recv(65536)
        assert piece, answer[:500]
        answer += piece
    return answer


@pytest.mark.parametrize("after", [1, 450])
async def test_what_was_acknowledged_survives_a_kill(
    template: Path, tmp_path: Path, after: int
) -> None:
    directory = tmp_path / "registry"
    directory.mkdir()
    with (
        admin_process(directory) as (process, port),
        socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as connection,
    ):
        chunks = (chunk(range(at, at + 50)) for at in range(0, LINES, 50))
        connection.sendall(HEAD + b"".join(chunks))
        answer = receive(connection, after)
        process.kill()
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                answer += piece
    ids = acknowledged(answer)
    assert after <= len(ids) < LINES
    registry = await Registry.open(settings_of(directory))
    try:
        stored = {target.id for target in (await registry.targets.changes_since(0)).targets}
        assert stored.issuperset(ids)
        report = await checked(registry)
        assert report.intact
        assert report.count == 1 + len(stored) == registry.version.read()
    finally:
        await registry.close()
