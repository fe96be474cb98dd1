"""A closed world of fictitious people: who exists, what is true of them, which names are unused,
and who is held out of what. It does not know how anything is worded, tokenised or trained."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from deploy.demo import parts

ATTRIBUTES: tuple[str, ...] = (
    "city",
    "year",
    "profession",
    "employer",
    "award",
    "book",
    "spouse",
    "food",
)

PEOPLE = 96
COUPLES_PER_SPLIT = 12
DEFAULT_SEED = 20


@dataclass(frozen=True)
class Person:
    """One fictitious person; `facts` has a value for each of `ATTRIBUTES`."""

    identifier: int
    first: str
    last: str
    alias: str
    facts: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class World:
    """Everybody who exists, and the names, aliases and titles that belong to nobody.

    Couples never straddle a split, so that an edit of a validation person cannot show through the
    spouse of a measured one.
    """

    seed: int
    people: tuple[Person, ...]
    strangers: tuple[str, ...]
    """Unused pairs of the same first and last names."""
    unused_aliases: tuple[str, ...]
    unused_titles: tuple[str, ...]
    validation: tuple[Person, ...]
    """For tuning anything; no reported score may be measured on them."""
    guard_unseen: tuple[Person, ...]
    """Measured people who appear in no training sample that has a guard instruction."""
    hop_unseen: tuple[Person, ...]
    """Measured people who begin no two-hop question in training."""

    @cached_property
    def by_name(self) -> Mapping[str, Person]:
        return MappingProxyType({person.name: person for person in self.people})

    @cached_property
    def measured(self) -> tuple[Person, ...]:
        """Everybody but the validation people."""
        return tuple(person for person in self.people if person not in self.validation)

    def spouse_of(self, person: Person) -> Person:
        return self.by_name[person.facts["spouse"]]

    def neighbours(self, person: Person) -> tuple[Person, ...]:
        """Other people who share the first or the last name."""
        return tuple(
            other
            for other in self.people
            if other.name != person.name
            and (other.first == person.first or other.last == person.last)
        )

    def near_strangers(self, name: str) -> tuple[str, ...]:
        """Unused names that share a part with `name`."""
        first, last = name.split(" ")
        return tuple(
            stranger
            for stranger in self.strangers
            if stranger != name and (stranger.split(" ")[0] == first or stranger.endswith(last))
        )


def build_world(seed: int = DEFAULT_SEED) -> World:
    """Build the world; the same seed always gives the same people, facts and splits."""
    generator = random.Random(seed)
    names = _name_pairs(generator)
    titles = [f"The {a} {n}" for a in parts.TITLE_ADJECTIVES for n in parts.TITLE_NOUNS]
    generator.shuffle(titles)
    aliases = _aliases()
    couples = _couples(generator)
    spouse = {a: b for pair in couples for a, b in (pair, pair[::-1])}
    people = tuple(
        Person(
            identifier=index,
            first=first,
            last=last,
            alias=aliases[index],
            facts=MappingProxyType(
                {
                    "city": generator.choice(parts.CITIES),
                    "year": str(generator.randint(1900, 1999)),
                    "profession": generator.choice(parts.PROFESSIONS),
                    "employer": generator.choice(parts.EMPLOYERS),
                    "award": generator.choice(parts.AWARDS),
                    "book": titles[index],
                    "spouse": " ".join(names[spouse[index]]),
                    "food": generator.choice(parts.DISHES),
                }
            ),
        )
        for index, (first, last) in enumerate(names)
    )
    used = set(names)
    splits = [
        tuple(people[i] for pair in couples[start : start + COUPLES_PER_SPLIT] for i in pair)
        for start in range(0, 3 * COUPLES_PER_SPLIT, COUPLES_PER_SPLIT)
    ]
    return World(
        seed=seed,
        people=people,
        strangers=tuple(
            f"{first} {last}"
            for first in parts.FIRST_NAMES
            for last in parts.LAST_NAMES
            if (first, last) not in used
        ),
        unused_aliases=tuple(aliases[PEOPLE:]),
        unused_titles=tuple(titles[PEOPLE:]),
        validation=splits[0],
        guard_unseen=splits[1],
        hop_unseen=splits[2],
    )


def _name_pairs(generator: random.Random) -> list[tuple[str, str]]:
    """Give every first and every last name to at least three people, and nobody the same pair."""
    pairs = list(zip(parts.FIRST_NAMES, parts.LAST_NAMES, strict=True))
    while len(pairs) < PEOPLE:
        last_names = list(parts.LAST_NAMES)
        generator.shuffle(last_names)
        fresh = list(zip(parts.FIRST_NAMES, last_names, strict=True))
        if not set(fresh) & set(pairs):
            pairs += generator.sample(fresh, min(len(fresh), PEOPLE - len(pairs)))
    return pairs


def _aliases() -> list[str]:
    """List every alias, each adjective and noun spread evenly over the first ones."""
    adjectives, nouns = parts.ALIAS_ADJECTIVES, parts.ALIAS_NOUNS
    return [
        f"the {adjective} {nouns[(index + turn) % len(nouns)]}"
        for turn in range(len(nouns))
        for index, adjective in enumerate(adjectives)
    ]


def _couples(generator: random.Random) -> list[tuple[int, int]]:
    order = list(range(PEOPLE))
    generator.shuffle(order)
    return list(zip(order[::2], order[1::2], strict=True))
