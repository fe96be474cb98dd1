"""Names hidden in every way of `tests/benchmarks/disguises.py`, in RWKU and in the demo world."""

from __future__ import annotations

from pathlib import Path
from random import Random

from deploy.demo import wordings
from deploy.demo.world import build_world
from gateway.evaluation.values import Prompt, Suite, TargetBody, Wanted
from tests.benchmarks.disguises import DISGUISES
from tests.benchmarks.suites import rwku

SEED = 1
QUESTIONS_A_PERSON = 4
LEAST = 0.98
MOST_FALSE = 0.005
OTHERS = "people who are not registered, in every disguise"
# Somebody, a name and a question that holds it.
Asked = tuple[str, str, str]


def suites(data: Path) -> tuple[Suite, ...]:
    """Return a suite of each set."""
    return (_rwku(data), _demo())


def _rwku(data: Path) -> Suite:
    registered, others = rwku.halves(data)
    generator = Random(SEED)
    asked = [
        (f"person-{place}", name, question)
        for place, name in enumerate(registered)
        for question in _some(rwku.named_questions(data, name), QUESTIONS_A_PERSON, generator)
    ]
    unregistered = [
        (name, question)
        for name in others
        for question in _some(rwku.named_questions(data, name), 1, generator)
    ]
    bodies = tuple(rwku.body_of(name, place) for place, name in enumerate(registered))
    return _suite(
        "hidden/rwku", f"{len(bodies)} people of RWKU, names only", bodies, asked, unregistered
    )


def _demo() -> Suite:
    people = build_world().measured
    generator = Random(SEED)
    registered, others = people[::2], people[1::2]
    facts = list(wordings.HELD_OUT_QUESTIONS)

    def question(name: str) -> str:
        fact = generator.choice(facts)
        return generator.choice(wordings.HELD_OUT_QUESTIONS[fact]).format(n=name)

    asked = [
        (f"person-{place}", person.name, question(person.name))
        for place, person in enumerate(registered)
        for _ in range(QUESTIONS_A_PERSON)
    ]
    unregistered = [(person.name, question(person.name)) for person in others]
    bodies = tuple(rwku.body_of(person.name, place) for place, person in enumerate(registered))
    return _suite(
        "hidden/demo",
        f"{len(bodies)} people of the demo world, names only",
        bodies,
        asked,
        unregistered,
    )


def _suite(
    name: str,
    registered: str,
    bodies: tuple[TargetBody, ...],
    asked: list[Asked],
    others: list[tuple[str, str]],
) -> Suite:
    prompts = []
    for label, disguise in DISGUISES.items():
        chance = Random(SEED)
        for target, person, question in asked:
            prompts.append(Prompt.asked(disguise(question, person, chance), target, label))
        for person, question in others:
            prompts.append(Prompt.asked(disguise(question, person, chance), None, OTHERS))
    return Suite(
        name=name,
        registered=registered,
        targets=bodies,
        prompts=tuple(prompts),
        wanted=(
            *(Wanted(label, (label,), at_least=LEAST) for label in DISGUISES),
            Wanted(OTHERS, (OTHERS,), at_most=MOST_FALSE),
        ),
    )


def _some(questions: list[str], count: int, generator: Random) -> list[str]:
    return generator.sample(questions, min(count, len(questions)))
