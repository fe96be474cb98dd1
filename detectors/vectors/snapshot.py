"""Vectors on disk: one encrypted file, so that a start needs neither encoder nor registry.

Vectors can be turned back into what was encoded, so they are as secret as the texts: all of it is
encrypted. The file knows which encoder made the vectors and up to where the registry was read; it
does not know when it is written.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import secrets
import struct
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.errors import SnapshotError
from detectors.vectors.base import Base
from detectors.vectors.candidate import Alive
from detectors.vectors.columns import Columns, Strings
from detectors.vectors.sealed import SealedReader, SealedWriter

logger = logging.getLogger(__name__)

# Its stubs do not know the streams.
faiss: Any = importlib.import_module("faiss")

SUFFIX = ".vectors"
UNFINISHED = ".unfinished"
FORMAT = 1
FAISS_BUFFER = 4 * 1024 * 1024

_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot says of itself.

    Attributes:
        encoder: the name of the encoder that made the vectors.
        sequence: up to where in the registry it was fed.
        dimension: of the vectors.
        targets: that count in the base.
        trained: with how many rows the base was trained; 0 without a base.
        rows: of the base.
        blocks: of the base's columns.
        shortened: targets of which only some passages are held.
        without_passages: targets that have none.
        notes: what the caller wants to know when it is loaded, as JSON.
    """

    encoder: str
    sequence: int
    dimension: int
    targets: int
    trained: int
    rows: int
    blocks: int
    shortened: int
    without_passages: list[str]
    notes: dict[str, Any]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Content:
    """What a snapshot holds.

    Attributes:
        header: what it says of itself.
        live: the columns of the live part.
        vectors: those of the live part.
        base: the large part, if there is one.
        bits: which rows of it count.
    """

    header: Header
    live: Columns
    vectors: npt.NDArray[np.float32]
    base: Base | None
    bits: npt.NDArray[np.uint8]


def write_snapshot(directory: Path, content: Content, key: bytes) -> Path:
    """Write a snapshot under a random name, mode 0600, and remove the earlier ones."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"{secrets.token_hex(16)}{SUFFIX}"
    unfinished = path.with_suffix(UNFINISHED)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            writer = SealedWriter(file, key)
            _write(writer, content)
            writer.close()
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    for other in directory.iterdir():
        if other != path and other.suffix in (SUFFIX, UNFINISHED):
            other.unlink(missing_ok=True)
    return path


def read_snapshot(directory: Path, key: bytes, *, encoder: str, dimension: int) -> Content | None:
    """Return the newest snapshot that fits, or None; the log says what does not fit."""
    try:
        files = [path for path in directory.iterdir() if path.suffix == SUFFIX]
    except OSError:
        return None
    for path in sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True):
        try:
            return _read(path, key, encoder=encoder, dimension=dimension)
        except (SnapshotError, OSError) as error:
            logger.warning("a snapshot of the vectors is not used, they are made anew: %s", error)
        except (ValueError, TypeError, KeyError, RuntimeError) as error:
            logger.warning(
                "a snapshot of the vectors is not used, they are made anew: %s",
                type(error).__name__,
            )
    return None


def _write(writer: SealedWriter, content: Content) -> None:
    _write_bytes(writer, json.dumps(asdict(content.header)).encode())
    _write_columns(writer, content.live)
    _write_array(writer, content.vectors)
    if content.base:
        for block in content.base.blocks:
            _write_columns(writer, block)
        _write_array(writer, content.bits)
        # In pieces: the index is too large to lie in memory twice.
        stream = faiss.PyCallbackIOWriter(lambda piece: _write_bytes(writer, piece), FAISS_BUFFER)
        faiss.write_index(content.base.index, stream)
        del stream


def _read(path: Path, key: bytes, *, encoder: str, dimension: int) -> Content:
    with path.open("rb") as file:
        reader = SealedReader(file, key)
        header = Header(**json.loads(_read_bytes(reader)))
        if header.format != FORMAT:
            raise SnapshotError(f"it has format {header.format}")
        if (header.encoder, header.dimension) != (encoder, dimension):
            raise SnapshotError(f"it was made with encoder {header.encoder!r}, not {encoder!r}")
        live, vectors = _read_columns(reader), _read_array(reader)
        base, bits = None, np.zeros(0, np.uint8)
        if header.trained:
            blocks = [_read_columns(reader) for _ in range(header.blocks)]
            bits = _read_array(reader)
            pieces = _Pieces(reader)
            index = faiss.read_index(faiss.PyCallbackIOReader(pieces.read, FAISS_BUFFER))
            base = Base(index, header.trained)
            base.blocks, base.targets = blocks, header.targets
            base.alive = Alive(bits, count=header.rows)
        reader.finish()
        return Content(header, live, vectors, base, bits)


class _Pieces:
    """The pieces in which faiss wrote an index, as one stream."""

    def __init__(self, reader: SealedReader) -> None:
        self._reader = reader
        self._piece = memoryview(b"")

    def read(self, count: int) -> bytes:
        if not len(self._piece):
            self._piece = memoryview(_read_bytes(self._reader))
        taken = self._piece[:count]
        self._piece = self._piece[count:]
        return taken.tobytes()


def _write_columns(writer: SealedWriter, columns: Columns) -> None:
    for field in fields(Columns):
        value = getattr(columns, field.name)
        parts = (value.blob, value.offsets) if isinstance(value, Strings) else (value,)
        for part in parts:
            _write_array(writer, part)


def _read_columns(reader: SealedReader) -> Columns:
    values: dict[str, Any] = {}
    for field in fields(Columns):
        value: Any = _read_array(reader)
        if field.type == "Strings":
            value = Strings(value, _read_array(reader))
        values[field.name] = value
    return Columns(**values)


def _write_array(writer: SealedWriter, array: npt.NDArray[Any]) -> None:
    _write_bytes(writer, json.dumps([array.dtype.str, array.shape]).encode())
    _write_bytes(writer, np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)


def _read_array(reader: SealedReader) -> npt.NDArray[Any]:
    kind, shape = json.loads(_read_bytes(reader))
    data = _read_bytes(reader)
    # A copy that may be written to: bits of rows are.
    return np.frombuffer(bytearray(data) if len(data) < FAISS_BUFFER else data, kind).reshape(shape)


def _write_bytes(writer: SealedWriter, data: bytes | memoryview) -> None:
    writer.write(_LENGTH.pack(len(data)))
    writer.write(data)


def _read_bytes(reader: SealedReader) -> bytes:
    (length,) = _LENGTH.unpack(reader.read(_LENGTH.size))
    return reader.read(length)
