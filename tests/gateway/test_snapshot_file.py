"""Snapshots on disk: what was written comes back, and what is not whole does not open."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

import gateway.snapshot_file
from gateway.snapshot_file import (
    Array,
    Origin,
    UnusableSnapshotError,
    read_origin,
    read_snapshot,
    snapshots_in,
    write_snapshot,
)

KEY, OTHER_KEY = bytes(32), bytes([1]) * 32
ORIGIN = Origin(7, "hash", "code")
ARRAYS: dict[str, Array] = {
    "ids": np.array([b"t_1", b"t_22"]),
    "numbers": np.arange(3000, dtype=np.uint64),
    "none": np.empty(0, np.int32),
    "flags": np.array([True, False]),
    "nothing at the end": np.empty(0, "S1"),
}


@pytest.fixture(params=[1000, 8 * 1024 * 1024])
def written(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setattr(gateway.snapshot_file, "CHUNK_BYTES", request.param)
    return write_snapshot(tmp_path, KEY, ORIGIN, ARRAYS)


def test_arrays_come_back(written: Path) -> None:
    arrays = read_snapshot(written, KEY)
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)
        assert not arrays[name].flags.writeable
    assert read_origin(written, KEY) == ORIGIN
    assert snapshots_in(written.parent) == [written]


def test_no_arrays_are_a_snapshot_too(tmp_path: Path) -> None:
    assert read_snapshot(write_snapshot(tmp_path, KEY, ORIGIN, {}), KEY) == {}


def test_the_file_is_for_its_owner_and_holds_nothing_in_the_clear(written: Path) -> None:
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert b"t_22" not in written.read_bytes()
    assert b"numbers" not in written.read_bytes()


def test_two_snapshots_have_two_names(tmp_path: Path) -> None:
    first, second = (write_snapshot(tmp_path, KEY, ORIGIN, ARRAYS) for _ in range(2))
    assert first != second


@pytest.mark.parametrize("place", [0, 30, 200, -1])
def test_what_was_altered_does_not_open(written: Path, place: int) -> None:
    raw = bytearray(written.read_bytes())
    raw[place] ^= 1
    written.write_bytes(raw)
    with pytest.raises(UnusableSnapshotError):
        read_snapshot(written, KEY)


@pytest.mark.parametrize("length", [0, 10, 20, 600, -1, -400])
def test_what_is_cut_short_does_not_open(written: Path, length: int) -> None:
    written.write_bytes(written.read_bytes()[:length])
    with pytest.raises(UnusableSnapshotError):
        read_snapshot(written, KEY)


def test_another_key_another_name_or_no_file_does_not_open(written: Path) -> None:
    with pytest.raises(UnusableSnapshotError, match="another key"):
        read_snapshot(written, OTHER_KEY)
    renamed = written.rename(written.with_name("other.snapshot"))
    with pytest.raises(UnusableSnapshotError, match="altered"):
        read_origin(renamed, KEY)
    with pytest.raises(UnusableSnapshotError, match="FileNotFoundError"):
        read_origin(written, KEY)


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space"):
        write_snapshot(tmp_path, KEY, ORIGIN, ARRAYS)
    assert list(tmp_path.iterdir()) == []
