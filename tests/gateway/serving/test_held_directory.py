"""The data directory: made privately, and held by one gateway at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import StartupError
from gateway.serving.directory import held_directory


def test_a_missing_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    with held_directory(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_second_gateway_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    with held_directory(tmp_path):
        with pytest.raises(StartupError, match="another `lethe serve`.*LETHE_DATA_DIRECTORY"):
            with held_directory(tmp_path):
                pass
    with held_directory(tmp_path):
        pass


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupError, match="cannot write the data directory"):
        with held_directory(tmp_path / "file" / "lethe"):
            pass
