"""Surrogates made in one line, and an upstream's tokenizer that cuts words by their letters."""

from __future__ import annotations

import hashlib
import re

from gateway.unknown.casing import Casing
from gateway.unknown.surrogates import Surrogate
from gateway.unknown.tokens import Tokens

_PIECE = re.compile(r" ?[^\W\d_]+| ?\d+|\n+| ?[^\w\s]|\s|_")


def pieces(text: str) -> list[str]:
    """Cut a text into tokens; how a word is cut depends on the word alone."""
    cut = []
    for match in _PIECE.finditer(text):
        word = match.group()
        size = 3 + hashlib.sha256(word.encode()).digest()[0] % 5
        cut += [word[start : start + size] for start in range(0, len(word), size)]
    return cut


async def tokenise(model: str, text: str) -> Tokens | None:
    """Return a text in tokens, as an upstream would that writes blanks as U+2581."""
    cut = pieces(text)
    ids = (int.from_bytes(hashlib.sha256(piece.encode()).digest()[:3], "big") for piece in cut)
    return Tokens(tuple(ids), tuple(piece.replace(" ", "\u2581") for piece in cut))


def surrogate(
    base: str, surface: str, *, bounds: tuple[tuple[int, int], ...] = (), sure: int = 0
) -> Surrogate:
    """Return a surrogate that counts however it is written."""
    return Surrogate(base, surface, frozenset(Casing), bounds, sure or len(base), ())
