"""The start message names what an operator needs, and no secret of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.serving.announcement import (
    announcement,
    generated_key,
    open_door,
    short_admin_key,
)
from gateway.settings import Settings


def test_it_names_addresses_data_and_warnings() -> None:
    settings = Settings(data_directory=Path("/var/lib/lethe"), encoder="some-encoder")
    text = announcement(settings, "http://127.0.0.1:8080", ["Beware."])
    for part in ("http://127.0.0.1:8080/v1", "/admin/docs", "/var/lib/lethe", "some-encoder"):
        assert part in text
    assert text.endswith("warning    Beware.")


def test_it_shows_no_credentials() -> None:
    settings = Settings(
        upstream_url="http://user:hush@upstream:8000/v1",
        database_url="postgresql+asyncpg://user:hush@database/lethe",
        admin_key=SecretStr("hush"),
        semantic=False,
    )
    text = announcement(settings, "http://127.0.0.1:8080", [])
    assert "hush" not in text
    assert "http://upstream:8000/v1" in text
    assert "LETHE_DATABASE_URL" in text


def test_an_open_door_names_the_key_that_strangers_would_use() -> None:
    assert "their own key" in open_door(Settings())
    assert "LETHE_UPSTREAM_API_KEY" in open_door(Settings(upstream_api_key=SecretStr("hush")))


def test_a_generated_key_comes_as_a_command_to_paste() -> None:
    assert "export LETHE_ADMIN_KEY=lethe_k\n" in generated_key("lethe_k")


@pytest.mark.parametrize(("key", "warnings"), [(None, 0), ("a", 1), ("x" * 16, 0)])
def test_a_key_that_can_be_guessed_is_warned_of(key: str | None, warnings: int) -> None:
    settings = Settings(admin_key=SecretStr(key) if key else None)
    assert len(short_admin_key(settings)) == warnings
