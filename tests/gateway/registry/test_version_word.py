"""The shared word: every process sees it move, and it falls back only to another database."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.registry.version import VersionWord


@pytest.fixture
def word(tmp_path: Path) -> Iterator[VersionWord]:
    opened = VersionWord(tmp_path / "version")
    yield opened
    opened.close()


def test_it_begins_at_zero_in_a_private_file(word: VersionWord, tmp_path: Path) -> None:
    assert word.read() == 0
    assert stat.S_IMODE((tmp_path / "version").stat().st_mode) == 0o600


def test_it_only_grows(word: VersionWord) -> None:
    word.write(7)
    word.write(3)
    assert word.read() == 7
    assert "7" in repr(word)


def test_it_holds_the_largest_sequence(word: VersionWord) -> None:
    word.write(2**63 - 1)
    assert word.read() == 2**63 - 1


def test_another_process_moves_it(word: VersionWord, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gateway.registry.version import VersionWord; "
        "word = VersionWord(Path(sys.argv[1])); "
        "[word.write(number) for number in range(2000)]"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "version")]
    with subprocess.Popen(command) as process:
        for number in range(0, 3000, 3):
            word.write(number)
        assert process.wait(30) == 0
    assert word.read() == 2997


def test_it_follows_a_database_that_is_ahead(word: VersionWord) -> None:
    word.write(5)
    word.follow(5, 9)
    assert word.read() == 9


def test_it_falls_back_to_a_restored_database(word: VersionWord) -> None:
    word.write(50)
    word.follow(50, 9)
    assert word.read() == 9


def test_it_does_not_fall_back_when_it_moved_meanwhile(word: VersionWord) -> None:
    word.write(5)
    before = word.read()
    word.write(6)
    word.follow(before, 5)
    assert word.read() == 6
