"""The line from supervisor to worker carries the settings whole, secrets included."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.serving.launch import Launch
from gateway.settings import Settings


@pytest.mark.parametrize("socket", [None, Path("/run/lethe.sock")])
def test_a_launch_survives_its_line(socket: Path | None, tmp_path: Path) -> None:
    settings = Settings(
        upstream_url="http://upstream/v1",
        admin_key=SecretStr("admin"),
        encryption_key=SecretStr("key"),
        data_directory=tmp_path,
        upstream_timeout=1.5,
        semantic=False,
    )
    launch = Launch(settings, 7, socket, "debug")
    line = launch.encode()
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert Launch.decode(line) == launch


def test_a_launch_does_not_show_its_secrets() -> None:
    launch = Launch(Settings(admin_key=SecretStr("hush")), 7, None, "info")
    assert "hush" not in repr(launch)
