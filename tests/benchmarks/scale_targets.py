"""Synthetic targets in any number: pronounceable names, shared as names of people are shared.

Nothing of them is anybody's: syllables are drawn with a seed. First names come from a small pool
that is used unevenly, family names from one that grows with the number, one in five persons has
a middle name, every second an alias of two words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

_STARTS = "b c d f g h j k l m n p r s t v w z br ch dr gr kl kr pr sch st tr".split()
_VOWELS = "a e i o u ai au ei ia ie ou".split()
_ENDS = ["", "", "", "l", "n", "r", "s", "th", "nd", "rk"]
FIRST_NAMES = 4000


class SyntheticTargets:
    """A stream of targets that a seed determines."""

    def __init__(self, count: int, seed: int = 1) -> None:
        """Prepare `count` of them: family names are shared by three on average."""
        self._random = random.Random(seed)
        self._first = [self._word(2) for _ in range(FIRST_NAMES)]
        self._last = [self._word(3) for _ in range(max(count // 3, 100))]

    def name(self) -> str:
        """Return a full name of two or three words."""
        draw = self._random
        first = self._first[int(FIRST_NAMES * draw.random() ** 3)]
        middle = [self._first[draw.randrange(FIRST_NAMES)]] if draw.random() < 0.2 else []
        return " ".join([first, *middle, self._last[draw.randrange(len(self._last))]])

    def bodies(self, count: int, *, prefix: str = "s") -> Iterator[dict[str, Any]]:
        """Yield bodies of `POST /admin/v1/targets`, each with a name of its own."""
        taken: set[str] = set()
        while len(taken) < count:
            name = self.name()
            if name in taken:
                continue
            number = len(taken)
            taken.add(name)
            yield {
                "kind": "person",
                "id": f"{prefix}-{number:07d}",
                "name": name,
                "aliases": [self.name()] if number % 2 else [],
                "description": f"{name} is a glassblower who has lived in {self._word(3)}.",
                "secrets": [f"+43 664 {number:07d}"] if number % 4 == 0 else [],
            }

    def _word(self, syllables: int) -> str:
        draw = self._random.choice
        middle = "".join(draw(_STARTS) + draw(_VOWELS) for _ in range(syllables))
        return (middle + draw(_ENDS)).title()
