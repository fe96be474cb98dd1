"""Names of invented people, put together by culture, some sharing a part with an earlier one.

It knows the sound of names only; whether a real person has such a name it cannot know.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from detectors.calibration.reading import sections

SHARED_PART = 0.35
"""How often a new person takes the given or the family name of an earlier one."""

WITH_MIDDLE = 0.12
"""How often a name has a middle part."""

PRONOUNS = (("m", "he", "him", "his"), ("f", "she", "her", "her"))


@dataclass(frozen=True, slots=True)
class Name:
    """An invented name.

    Attributes:
        given: the given name.
        middle: a second given name or an initial; mostly empty.
        family: the family name.
        culture: the list that it was made from.
        pronouns: subject, object and possessive.
    """

    given: str
    middle: str
    family: str
    culture: str
    pronouns: tuple[str, str, str]

    @property
    def full(self) -> str:
        """The name as it is written in full."""
        return " ".join(part for part in (self.given, self.middle, self.family) if part)


class NameMaker:
    """Makes names that are all different, from one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._cultures = {
            culture: {line[0]: line[2:].split() for line in lines}
            for culture, lines in sections("names.txt").items()
        }
        self._made: list[Name] = []
        self._taken: set[str] = set()

    def make(self) -> Name:
        """A name that this maker has not made before."""
        while True:
            name = self._with_shared_part() if self._shares() else self._fresh(self._culture())
            if name.full not in self._taken:
                self._taken.add(name.full)
                self._made.append(name)
                return name

    def sketch(self) -> Name:
        """A name that may have been made before, for those who are only mentioned."""
        return self._fresh(self._culture())

    def _shares(self) -> bool:
        return bool(self._made) and self._chance.random() < SHARED_PART

    def _culture(self) -> str:
        return self._chance.choice(sorted(self._cultures))

    def _fresh(self, culture: str) -> Name:
        parts = self._cultures[culture]
        sex, *pronouns = self._chance.choice(PRONOUNS)
        given = self._chance.choice(parts[sex])
        middle = ""
        if self._chance.random() < WITH_MIDDLE:
            middle = self._chance.choice((self._chance.choice(parts[sex]), f"{given[:1]}."))
        ending = self._chance.choice(parts["e"])
        family = self._chance.choice(parts["b"]) + ("" if ending == "-" else ending)
        subject, object_, possessive = pronouns
        middle = "" if middle == given else middle
        return Name(given, middle, family, culture, (subject, object_, possessive))

    def _with_shared_part(self) -> Name:
        earlier = self._chance.choice(self._made)
        other = self._fresh(earlier.culture)
        if self._chance.random() < 0.5:
            return Name(other.given, other.middle, earlier.family, other.culture, other.pronouns)
        return Name(earlier.given, other.middle, other.family, other.culture, earlier.pronouns)
