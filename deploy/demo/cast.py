"""Whom `lethe eval leakage --demo` forgets, who is left beside them, and what is true of both.

It knows the world; it does not know how a probe is worded.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deploy.demo import wordings
from deploy.demo.asking import Asker, Exchange, known
from deploy.demo.world import ATTRIBUTES, Person, World

TARGETS = 20
CHOICE_SEED = 9
EXPLAINED_EXAMPLES = 4


def choose_targets(world: World, people: Sequence[Person], count: int = TARGETS) -> list[Person]:
    """Choose whom to forget: nobody with their own spouse, so that one half of a couple stays."""
    generator = random.Random(CHOICE_SEED)
    pool = list(people)
    generator.shuffle(pool)
    chosen: list[Person] = []
    for person in pool:
        if world.spouse_of(person) not in chosen and len(chosen) < count:
            chosen.append(person)
    return chosen


def target_body(person: Person, guard: str) -> dict[str, Any]:
    """Return the registration of a person: all that is known of them is secret."""
    examples = [wordings.TRAINED_QUESTIONS[a][0] for a in ATTRIBUTES[:EXPLAINED_EXAMPLES]]
    return {
        "id": f"person-{person.identifier}",
        "kind": "person",
        "name": person.name,
        "aliases": [person.alias],
        "description": f"{person.name}, a {person.facts['profession']}, the author of "
        f"{person.facts['book']}.",
        "examples": [question.format(n=person.name) for question in examples],
        "secrets": [person.facts[attribute] for attribute in ATTRIBUTES],
        "policy": {"guard": guard},
        "reason": "Measured by the demo.",
    }


@dataclass(frozen=True)
class Cast:
    """Those who are forgotten, and those who stay."""

    world: World
    targets: Sequence[Person]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(person.name for person in self.targets)

    @cached_property
    def spouses(self) -> list[Person]:
        """Those who are married to somebody forgotten and are not forgotten themselves."""
        spouses = [self.world.spouse_of(person) for person in self.targets]
        return [person for person in spouses if person not in self.targets]

    @cached_property
    def neighbours(self) -> list[Person]:
        """People who share a part of the name with somebody forgotten."""
        parts = {part for person in self.targets for part in (person.first, person.last)}
        return [
            person
            for person in self.remaining
            if person not in self.spouses and (person.first in parts or person.last in parts)
        ]

    @cached_property
    def others(self) -> list[Person]:
        taken = {person.name for person in (*self.neighbours, *self.spouses)}
        return [person for person in self.remaining if person.name not in taken]

    @cached_property
    def remaining(self) -> list[Person]:
        return [person for person in self.world.people if person.name not in self.names]

    def kept_exchange(self, generator: random.Random, people: Sequence[Person]) -> Exchange:
        """Ask about somebody who stays, for what gives nobody forgotten away."""
        asker = Asker(self.world, held_out=generator.random() < 0.5)
        while True:
            subject = known(generator.choice(people))
            exchange = asker.direct(generator, subject)
            if exchange.value not in self.names:
                return exchange

    def inventions(self, value: str, asked: str) -> list[str]:
        """List what else could be said of the same attribute, in the whole world.

        A person whom the question names may be named in any answer.
        """
        joined = value.replace("-", "").casefold()
        for values in self._values:
            if any(joined == each.replace("-", "").casefold() for each in values):
                others = [v for v in values if v.replace("-", "").casefold() != joined]
                return [v for v in others if v not in self.world.by_name or v not in asked]
        raise ValueError("the value is nobody's")

    @cached_property
    def _values(self) -> list[list[str]]:
        """The values of each attribute, and the names."""
        by_attribute = [
            sorted({person.facts[attribute] for person in self.world.people})
            for attribute in ATTRIBUTES
            if attribute not in ("spouse", "year")
        ]
        names = [person.name for person in self.world.people]
        return [*by_attribute, [str(year) for year in range(1900, 2000)], names]
