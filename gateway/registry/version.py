"""One word of shared memory that says which event the registry of this host has reached.

It knows a number and a file; it knows nothing of what the number counts.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 8


class VersionWord:
    """A number that every process of the host reads without a system call."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._descriptor, SIZE)
        self._map = mmap.mmap(self._descriptor, SIZE)
        # A cast to one native word makes reading and writing it a single, untorn access.
        self._word = memoryview(self._map).cast("Q")

    def __repr__(self) -> str:
        return f"VersionWord({self.read()})"

    def read(self) -> int:
        """Return the number."""
        return self._word[0]

    def write(self, sequence: int) -> None:
        """Raise the number to `sequence`; a higher one stays."""
        with self._locked():
            self._word[0] = max(self._word[0], sequence)

    def follow(self, before: int, head: int) -> None:
        """Bring the number to the database's head when a registry opens.

        `before` was read here before `head` was read there. The database is always ahead of the
        word, so a lower head means that another database was put in place, and the word falls
        back to it: it could not announce that database's next changes otherwise.
        """
        with self._locked():
            restored = head < before and self._word[0] == before
            self._word[0] = head if restored else max(self._word[0], head)

    def close(self) -> None:
        """Give the memory back; the file stays for the next process."""
        self._word.release()
        self._map.close()
        os.close(self._descriptor)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
