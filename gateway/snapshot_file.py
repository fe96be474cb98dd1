"""Derived state on disk: arrays in one encrypted file, so that a start need not derive them anew.

It knows arrays, files and a key; it does not know what the arrays mean. What such a file holds can
be derived again, so that anything wrong with one is a reason to pass it over and never a failure.

    magic · header · chunk · chunk ...      each of the parts: length of four bytes, sealed bytes

Every part is sealed with AES-256-GCM and bound to the name of its file, which is random, and to
its place among the parts: what was altered, cut short or mixed up does not open.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gateway.registry.cipher import DecryptionError, decrypt, encrypt

Array = NDArray[np.generic]

MAGIC = b"LETHE SNAPSHOT 1\n"
SUFFIX = ".snapshot"
CHUNK_BYTES = 8 * 1024 * 1024
ALIGNMENT = 64

_LENGTH = struct.Struct(">I")


class UnusableSnapshotError(Exception):
    """Raised within the gateway when a snapshot cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a snapshot was derived from, and by what.

    Attributes:
        sequence: number of the registry's event up to which it goes.
        event: hash of that event, which names the registry and all its history.
        code: names the code whose arrays these are; other code may read them otherwise.
    """

    sequence: int
    event: str
    code: str


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    type: str
    start: int
    bytes: int


def write_snapshot(
    directory: Path, key: bytes, origin: Origin, arrays: Mapping[str, Array]
) -> Path:
    """Write a snapshot under a random name, mode 0600, whole or not at all; return its path."""
    path = directory / f"{secrets.token_hex(16)}{SUFFIX}"
    unfinished = path.with_suffix(".unfinished")
    fields = list(_laid_out(arrays))
    size = fields[-1].start + fields[-1].bytes if fields else 0
    header = {"origin": asdict(origin), "size": size, "fields": [asdict(each) for each in fields]}
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(MAGIC)
            _write_part(file, key, json.dumps(header).encode(), place=_place(path, 0))
            for number, chunk in enumerate(_chunks(arrays, fields), start=1):
                _write_part(file, key, chunk, place=_place(path, number))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return path


def read_origin(path: Path, key: bytes) -> Origin:
    """Return what a snapshot was derived from, without reading its arrays.

    Raises:
        UnusableSnapshotError: it cannot be opened.
    """
    with _opened(path) as file:
        return Origin(**_header(file, path, key)["origin"])


def read_snapshot(path: Path, key: bytes) -> dict[str, Array]:
    """Return the arrays of a snapshot, each in memory of its own, so that any can be let go.

    Raises:
        UnusableSnapshotError: it cannot be opened, or is not whole.
    """
    with _opened(path) as file:
        header = _header(file, path, key)
        fields = [_Field(**each) for each in header["fields"]]
        memory = [np.empty(field.bytes, np.uint8) for field in fields]
        filled = number = 0
        while filled < header["size"]:
            number += 1
            chunk = _read_part(file, key, place=_place(path, number))
            _distribute(chunk, filled, fields, memory)
            filled += len(chunk)
        if filled != header["size"]:
            raise UnusableSnapshotError("its parts do not give its size")
    return {
        field.name: _read_only(block.view(field.type))
        for field, block in zip(fields, memory, strict=True)
    }


def snapshots_in(directory: Path) -> list[Path]:
    """Return the finished snapshots of a directory, in no order."""
    return list(directory.glob(f"*{SUFFIX}")) if directory.is_dir() else []


def _laid_out(arrays: Mapping[str, Array]) -> Iterator[_Field]:
    start = 0
    for name, array in arrays.items():
        yield _Field(name, array.dtype.str, start, array.nbytes)
        start += -(-array.nbytes // ALIGNMENT) * ALIGNMENT


def _chunks(arrays: Mapping[str, Array], fields: list[_Field]) -> Iterator[bytes]:
    """Yield the bytes of all arrays as they are laid out, in chunks."""
    chunk, position = bytearray(), 0
    for field in fields:
        chunk += bytes(field.start - position)
        # Not `memoryview.cast`: it takes neither empty arrays nor fixed width strings.
        raw = np.ascontiguousarray(arrays[field.name]).reshape(-1).view(np.uint8)
        for start in range(0, field.bytes, CHUNK_BYTES):
            chunk += raw[start : start + CHUNK_BYTES].tobytes()
            while len(chunk) >= CHUNK_BYTES:
                yield bytes(chunk[:CHUNK_BYTES])
                del chunk[:CHUNK_BYTES]
        position = field.start + field.bytes
    if chunk:
        yield bytes(chunk)


def _distribute(
    chunk: bytes, position: int, fields: list[_Field], memory: list[NDArray[np.uint8]]
) -> None:
    """Put a chunk, which begins at a position of the layout, where its fields are."""
    raw = np.frombuffer(chunk, np.uint8)
    for field, block in zip(fields, memory, strict=True):
        start = max(field.start, position)
        end = min(field.start + field.bytes, position + len(raw))
        if start < end:
            block[start - field.start : end - field.start] = raw[start - position : end - position]


def _read_only(array: Array) -> Array:
    array.flags.writeable = False
    return array


def _header(file: BinaryIO, path: Path, key: bytes) -> dict[str, Any]:
    if file.read(len(MAGIC)) != MAGIC:
        raise UnusableSnapshotError("it is of another release")
    header: dict[str, Any] = json.loads(_read_part(file, key, place=_place(path, 0)))
    return header


def _write_part(file: BinaryIO, key: bytes, plain: bytes, *, place: str) -> None:
    sealed = encrypt(key, plain, bound_to=place)
    file.write(_LENGTH.pack(len(sealed)))
    file.write(sealed)


def _read_part(file: BinaryIO, key: bytes, *, place: str) -> bytes:
    try:
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        return decrypt(key, file.read(length), bound_to=place)
    except struct.error:
        raise UnusableSnapshotError("it is cut short") from None
    except DecryptionError:
        raise UnusableSnapshotError("it was altered, or sealed with another key") from None


def _place(path: Path, number: int) -> str:
    return f"snapshot {path.stem} part {number}"


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UnusableSnapshotError(f"it cannot be read ({type(error).__name__})") from None
