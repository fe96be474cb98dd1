"""Files of vectors: what comes back, what is refused, and that nothing of it can be read."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import numpy as np
import pytest

from detectors.semantic.particulars import Passage, Role
from detectors.vectors import index, sealed
from detectors.vectors.index import VectorIndex
from tests.detectors.vectors.test_index import DIMENSION, unit

KEY = bytes(range(32))


@pytest.fixture(params=[10, 300])
def saved(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Save an index of so many targets, flat or in lists; the rest of it is small chunks."""
    monkeypatch.setattr(index, "MOST_FLAT", 200)
    monkeypatch.setattr(index, "MOST_LIVE", 50)
    monkeypatch.setattr(sealed, "CHUNK", 512)
    filled = VectorIndex(DIMENSION)
    for number in range(request.param):
        passage = Passage(f"secret text {number}", frozenset({"vienna", str(number)}), Role.FACT)
        filled.put(
            f"t{number}", number, passages=[passage, Passage("\ud800 ü")], vectors=unit(number, 2)
        )
    filled.put("empty", 1, passages=[], vectors=unit(0, 0))
    filled.wait()
    filled.remove("t1")
    filled.save(tmp_path / "vectors", KEY, encoder="words", sequence=41, notes={"k": [1]})
    return tmp_path / "vectors"


def load(directory: Path, key: bytes = KEY, encoder: str = "words") -> VectorIndex | None:
    loaded = VectorIndex.load(directory, key, encoder=encoder, dimension=DIMENSION)
    assert loaded is None or loaded[1:] == (41, {"k": [1]})
    return loaded and loaded[0]


def test_everything_comes_back(saved: Path) -> None:
    again = load(saved)
    assert again is not None
    assert again.of_target("t1") is None
    held = again.of_target("t7")
    assert held is not None
    passage = Passage("secret text 7", frozenset({"vienna", "7"}), Role.FACT)
    assert held[:2] == (7, (passage, Passage("\ud800 ü")))
    assert np.allclose(held[2], unit(7, 2), atol=0.03)
    (found,) = again.candidates(unit(7, 2)[:1], 2)
    assert (found[0].target, found[0].passage) == ("t7", passage)
    count = len(again)
    again.put("new", 1, passages=[Passage("new")], vectors=unit(999))
    again.remove("t7")
    again.remove("empty")
    assert len(again) == count - 1


def test_only_the_owner_may_read_it_and_nothing_of_it_is_plain(saved: Path) -> None:
    (file,) = saved.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert b"secret" not in content and b"vienna" not in content and b"words" not in content
    assert unit(7).tobytes()[:8] not in content


def test_saving_again_leaves_one_file(saved: Path) -> None:
    again = load(saved)
    assert again is not None
    (before,) = saved.iterdir()
    again.save(saved, KEY, encoder="words", sequence=41)
    (after,) = saved.iterdir()
    assert before != after


@pytest.mark.parametrize("damage", ["key", "encoder", "cut", "bit", "more", "swapped", "gone"])
def test_what_does_not_fit_is_ignored_with_a_line(
    saved: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    (file,) = saved.iterdir()
    content = bytearray(file.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "bit":
        content[len(content) // 2] ^= 1
    elif damage == "more":
        content += b"0"
    elif damage == "swapped":
        length = 4 + 512 + 16
        first, second = content[16 : 16 + length], content[16 + length : 16 + 2 * length]
        content[16 : 16 + 2 * length] = second + first
    file.write_bytes(content)
    if damage == "gone":
        file.unlink()
    with caplog.at_level(logging.WARNING):
        key = bytes(32) if damage == "key" else KEY
        assert load(saved, key, "others" if damage == "encoder" else "words") is None
    assert ("is not used" in caplog.text) == (damage != "gone")


def test_a_chunk_that_ends_the_content_exactly_is_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "CHUNK", 8)
    for length in (0, 1, 8, 9, 16):
        path = tmp_path / str(length)
        with path.open("wb") as file:
            writer = sealed.SealedWriter(file, KEY)
            writer.write(bytes(range(length)))
            writer.close()
        with path.open("rb") as file:
            reader = sealed.SealedReader(file, KEY)
            assert reader.read(length) == bytes(range(length))
            if length:
                reader.finish()
