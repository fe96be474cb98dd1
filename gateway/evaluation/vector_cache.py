"""Vectors kept on the disk between evaluations, so that the same texts are encoded once.

Only evaluation keeps vectors; it knows texts by their digest and encoders by what they compute.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from detectors.encoding.protocol import Encoder, Vectors

# Encoders of one name may be different exports: what they make of these tells them apart.
PROBES = ("Who wrote this book?", "1997", "A long-forgotten name, спросил кто-то.")
DIGEST_BYTES = 16
# SQLite takes at most so many parameters in a statement, in its oldest builds.
MOST_PARAMETERS = 900
BUSY_SECONDS = 60.0


def cache_folder() -> Path:
    """Return the user's cache directory for Lethe (XDG base directory specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "lethe" / "vectors"


class CachedEncoder:
    """An encoder that asks another one only for texts that it has not seen in any run."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._is_read = True
        self._store = sqlite3.connect(folder / _file_name(encoder), timeout=BUSY_SECONDS)
        self._store.execute("PRAGMA journal_mode=WAL")
        self._store.execute("PRAGMA synchronous=OFF")
        self._store.execute(
            "CREATE TABLE IF NOT EXISTS vector (digest BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
        )

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        digests = [_digest(text) for text in texts]
        known = dict(self._known(digests)) if self._is_read else {}
        missing = dict(
            (digest, text)
            for digest, text in zip(digests, texts, strict=True)
            if digest not in known
        )
        if missing:
            known |= self._encoded(missing)
        if not digests:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([np.frombuffer(known[digest], np.float32) for digest in digests])

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Encode everything anew meanwhile, as where time is taken."""
        self._is_read = False
        try:
            yield
        finally:
            self._is_read = True

    def close(self) -> None:
        """Write everything to the disk."""
        self._store.close()

    def _known(self, digests: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        asked = list(dict.fromkeys(digests))
        for start in range(0, len(asked), MOST_PARAMETERS):
            some = asked[start : start + MOST_PARAMETERS]
            marks = ",".join("?" * len(some))
            yield from self._store.execute(
                f"SELECT digest, value FROM vector WHERE digest IN ({marks})", some
            )

    def _encoded(self, missing: dict[bytes, str]) -> dict[bytes, bytes]:
        vectors = self._encoder.encode(list(missing.values()))
        found = {
            digest: np.ascontiguousarray(row, dtype=np.float32).tobytes()
            for digest, row in zip(missing, vectors, strict=True)
        }
        with self._store:
            self._store.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", found.items())
        return found


def _digest(text: str) -> bytes:
    # A lone surrogate has no UTF-8.
    content = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()


def _file_name(encoder: Encoder) -> str:
    seen = hashlib.blake2b(digest_size=8)
    for probe in PROBES:
        seen.update(np.ascontiguousarray(encoder.encode([probe]), dtype=np.float32).tobytes())
    name = re.sub(r"[^\w.-]+", "_", encoder.name)[-60:]
    return f"{name}-{encoder.dimension}-{seen.hexdigest()}.sqlite"
