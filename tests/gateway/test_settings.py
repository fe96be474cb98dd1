"""Settings: one name everywhere, unknown names refused, secrets masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.settings import PREFIX, Settings, load_settings


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lethe.toml"
    file.write_text('LETHE_PORT = 9000\nLETHE_HOST = "0.0.0.0"\n')
    monkeypatch.setenv("LETHE_PORT", "9001")
    settings = load_settings(file)
    assert (settings.port, settings.host) == (9001, "0.0.0.0")
    assert load_settings(file, port=9002).port == 9002


@pytest.mark.parametrize("name", ["LETHE_UPSTREAM_ULR", "LETHE_NOTHING"])
def test_an_unknown_name_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_an_unknown_name_in_the_file_gets_a_hint(tmp_path: Path) -> None:
    file = tmp_path / "lethe.toml"
    file.write_text('LETHE_UPSTREAM_ULR = "http://x/v1"\n')
    with pytest.raises(SettingsError, match="did you mean LETHE_UPSTREAM_URL"):
        load_settings(file)


@pytest.mark.parametrize("text", ["LETHE_PORT = ", "\x00", "LETHE_PORT = 'many'"])
def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lethe.toml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        load_settings(file)


def test_a_value_that_does_not_parse_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETHE_PORT", "many")
    with pytest.raises(SettingsError, match="LETHE_PORT"):
        load_settings()


def test_secrets_mask_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UPSTREAM_API_KEY", "ADMIN_KEY", "API_KEYS", "ENCRYPTION_KEY"):
        monkeypatch.setenv(PREFIX + name, "very-secret")
    assert "very-secret" not in repr(load_settings())


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "http://", "http://x:99999", "x"])
def test_an_upstream_that_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="LETHE_UPSTREAM_URL"):
        load_settings(upstream_url=url)
