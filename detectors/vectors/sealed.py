"""A file of encrypted bytes, written and read from beginning to end.

Each file has a key of its own, derived from the caller's and a random salt, so that counting
nonces never repeats one. A chunk is bound to its number and to whether it is the last: none can be
left out, moved or cut off. What the bytes mean is not known here.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from detectors.errors import SnapshotError

CHUNK = 4 * 1024 * 1024
SALT_BYTES = 16
TAG_BYTES = 16
PURPOSE = b"lethe vectors"
LAST = b"last"
FURTHER = b"further"

_LENGTH = struct.Struct(">I")


class SealedWriter:
    """Encrypts what is written to it."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        """Begin a file with a new salt."""
        salt = os.urandom(SALT_BYTES)
        file.write(salt)
        self._file = file
        self._cipher = _cipher(key, salt)
        self._number = 0
        self._buffer = bytearray()

    def write(self, data: bytes | memoryview) -> None:
        """Write bytes."""
        view = memoryview(data).cast("B")
        while len(view):
            # A full chunk waits until it is known not to be the last.
            if len(self._buffer) == CHUNK:
                self._seal(FURTHER)
            taken = view[: CHUNK - len(self._buffer)]
            self._buffer += taken
            view = view[len(taken) :]

    def close(self) -> None:
        """Write what is left, and that nothing follows."""
        self._seal(LAST)

    def _seal(self, bound: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), bytes(self._buffer), bound)
        self._file.write(_LENGTH.pack(len(sealed)))
        self._file.write(sealed)
        self._number += 1
        self._buffer.clear()


class SealedReader:
    """Decrypts what a `SealedWriter` wrote."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        """Begin to read a file."""
        self._file = file
        self._cipher = _cipher(key, file.read(SALT_BYTES))
        self._number = 0
        self._chunk = memoryview(b"")
        self._ended = False

    def read(self, count: int) -> bytes:
        """Return exactly `count` bytes.

        Raises:
            SnapshotError: the file ends before, or is not what was written with this key.
        """
        data = bytearray()
        while len(data) < count:
            if not len(self._chunk):
                self._open_next()
            taken = self._chunk[: count - len(data)]
            data += taken
            self._chunk = self._chunk[len(taken) :]
        return bytes(data)

    def finish(self) -> None:
        """Check that the file ends here.

        Raises:
            SnapshotError: more follows.
        """
        if len(self._chunk) or not self._ended or self._file.read(1):
            raise SnapshotError("it is longer than it says")

    def _open_next(self) -> None:
        header = self._file.read(_LENGTH.size)
        if self._ended or len(header) < _LENGTH.size:
            raise SnapshotError("it ends too early")
        (length,) = _LENGTH.unpack(header)
        if length > CHUNK + TAG_BYTES:
            raise SnapshotError("it cannot be read")
        sealed = self._file.read(length)
        for bound in (FURTHER, LAST):
            try:
                opened = self._cipher.decrypt(_nonce(self._number), sealed, bound)
            except InvalidTag:
                continue
            self._chunk, self._ended = memoryview(opened), bound is LAST
            self._number += 1
            return
        raise SnapshotError("it was changed, torn, or written with another key")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=PURPOSE).derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
