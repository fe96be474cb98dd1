"""Which rows of the public data are used, by hashes and row numbers: no text of them is here."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent
DIGITS = 12


def key_of(text: str) -> str:
    """Return the hash by which a selector names a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def selected(name: str) -> frozenset[str]:
    """Return the hashes of a selector."""
    return frozenset((FOLDER / f"{name}.txt").read_text().split())
