"""Bodies of 64 MB, against a gateway of its own, whose memory can be told from the test's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.gateway_process import gateway
from deploy.server_process import free_port

CHAT = "/v1/chat/completions"
LARGE = 64 * 1024 * 1024
PIECE = b"x" * 65_536
# The limit on bodies is 32 MiB; a body under it may be held twice, one over it not at all.
MOST_GROWTH = 72


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    server = gateway(
        "http://127.0.0.1:9/v1",
        port,
        state=tmp_path_factory.mktemp("large"),
        admin_key="key-of-the-test",
        ready="/healthz",
        settings={"LETHE_SEMANTIC": "false"},
        say=lambda line: None,
    )
    with server:
        yield f"http://127.0.0.1:{port}"


def most_memory(url: str) -> int:
    """Return the largest memory that any of the gateway's processes ever had, in MiB."""
    port = url.rpartition(":")[2]
    peaks = [0]
    for folder in Path("/proc").iterdir():
        try:
            settings = (folder / "environ").read_bytes() if folder.name.isdigit() else b""
            if f"LETHE_PORT={port}".encode() in settings:
                peak = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
                peaks.append(int(peak[1]) // 1024 if peak else 0)
        except OSError:
            continue
    return max(peaks)


def pieces() -> Iterator[bytes]:
    for _ in range(LARGE // len(PIECE)):
        yield PIECE


def test_64_megabytes_are_refused_and_not_kept(url: str) -> None:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        client.get("/healthz")
        before = most_memory(url)
        assert before > 0
        for _ in range(3):
            declared = client.post(CHAT, content=b"x" * LARGE)
            assert declared.status_code == 413
            assert "LETHE_MAX_BODY_BYTES" in declared.json()["error"]["message"]
        for _ in range(3):
            # The gateway answers and closes without reading on, which may cut the sender short.
            try:
                chunked = client.post(CHAT, content=pieces())
                assert chunked.status_code == 413
            except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
                pass
        assert client.get("/healthz").status_code == 200
    assert most_memory(url) - before < MOST_GROWTH


def test_64_compressed_megabytes_are_refused(url: str) -> None:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        compressed = client.post(CHAT, content=pieces(), headers={"Content-Encoding": "gzip"})
        assert compressed.status_code == 415
        assert client.get("/healthz").status_code == 200
