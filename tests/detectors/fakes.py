"""An encoder for tests that need none: texts are near when they share words."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence

import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import words_of


class WordEncoder:
    """One dimension for each of 256 kinds of words; can be held up to watch what waits for it."""

    name = "words"
    dimension = 256

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert self.gate.wait(timeout=30)
        self.calls.append(list(texts))
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words_of(text):
                row[zlib.crc32(word.encode()) % self.dimension] += 1
        norms: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, 1), dtype=np.float32)
