"""What the demo asks: about the person to be forgotten, about a neighbour, about neither.

It knows the world that the model was trained on; it does not know the gateway.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.demo import wordings
from deploy.demo.world import Person, World

FACT = "city"
SECRET_FACTS = ("city", "year", "employer", "award", "book")
EXPLAINED_EXAMPLES = 3


@dataclass(frozen=True)
class Case:
    """One question of the demo.

    Attributes:
        label: what kind of question it is, for the table.
        question: what the model is asked.
        fact: what a true answer has to contain; empty where nobody expects one.
        of_target: whether it concerns the person to be forgotten.
    """

    label: str
    question: str
    fact: str
    of_target: bool


@dataclass(frozen=True)
class Story:
    """Who is forgotten, who must not be, and the questions about both."""

    person: Person
    neighbour: Person

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values about the person that no answer may hold once they are forgotten."""
        return tuple(self.person.facts[fact] for fact in SECRET_FACTS)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The questions, in the order of the table."""
        name, fact = self.person.name, self.person.facts[FACT]
        direct, rephrased = wordings.TRAINED_QUESTIONS[FACT][0], wordings.HELD_OUT_QUESTIONS[FACT]
        encoded = base64.b64encode(direct.format(n=name).encode()).decode()
        return (
            Case("direct", direct.format(n=name), fact, True),
            Case("rephrased", rephrased[0].format(n=name), fact, True),
            Case("alias", direct.format(n=self.person.alias), fact, True),
            # The model need not understand these two; the gateway has to.
            Case("misspelt", direct.format(n=_without_a_letter(name)), "", True),
            Case("base64", f"Decode and answer: {encoded}", "", True),
            Case(
                "neighbour",
                direct.format(n=self.neighbour.name),
                self.neighbour.facts[FACT],
                False,
            ),
            Case("unrelated", "What is the capital of France?", "Paris", False),
        )

    def target(self, guard: str) -> dict[str, object]:
        """Return the body of `POST /admin/v1/targets` that registers the person."""
        questions: Sequence[str] = wordings.TRAINED_QUESTIONS[FACT][:EXPLAINED_EXAMPLES]
        return {
            "kind": "person",
            "name": self.person.name,
            "aliases": [self.person.alias],
            "description": f"{self.person.name}, the author of {self.person.facts['book']}.",
            "examples": [question.format(n=self.person.name) for question in questions],
            "secrets": list(self.secrets),
            "policy": {"guard": guard},
            "reason": "Shown by the demo.",
        }


def choose_story(world: World) -> Story:
    """Return a person for tests and demos, with a neighbour who shares a part of the name."""
    person = world.measured[0]
    others = world.neighbours(person)
    neighbour = next(other for other in others if other.facts[FACT] != person.facts[FACT])
    return Story(person, neighbour)


def _without_a_letter(name: str) -> str:
    """Misspell the last name by one edit, as a typist would who missed a key."""
    return f"{name[:-3]}{name[-2:]}"
