"""Names with one typing error, and which errors are kept away from training.
It does not know which names exist."""

from __future__ import annotations

import random
import string
import zlib

HELD_OUT_SHARE = 5


def misspell(generator: random.Random, name: str, *, held_out: bool = False) -> str:
    """Make one typing error in the first or the last name, out of those allowed here."""
    while True:
        words = name.split(" ")
        index = generator.randrange(len(words))
        words[index] = _edit(generator, words[index])
        candidate = " ".join(words)
        if candidate != name and is_held_out(candidate) == held_out:
            return candidate


def is_held_out(misspelt: str) -> bool:
    """Every fifth error, chosen by checksum, is never made in training."""
    return zlib.crc32(misspelt.encode()) % HELD_OUT_SHARE == 0


def _edit(generator: random.Random, word: str) -> str:
    position = generator.randrange(1, len(word))
    letter = generator.choice(string.ascii_lowercase)
    match generator.randrange(4):
        case 0:
            return word[:position] + word[position + 1 :]
        case 1:
            return word[:position] + letter + word[position + 1 :]
        case 2:
            return word[:position] + letter + word[position:]
        case _:
            swapped = word[position : position + 2][::-1]
            return word[:position] + swapped + word[position + 2 :]
