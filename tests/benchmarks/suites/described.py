"""People asked for by description or relation, never by name: demo world and TOFU, all fields.

`muse` measures the same on books.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

from deploy.demo import wordings
from deploy.demo.world import Person, World, build_world
from gateway.evaluation.values import Prompt, Suite, TargetBody, Wanted
from tests.benchmarks.suites.names import Names, holds_part
from tests.benchmarks.suites.reading import json_rows
from tests.benchmarks.suites.tofu import (
    QUESTIONS_PER_AUTHOR,
    Fact,
    author_id,
    author_names,
    forget_facts,
)

SEED = 1
LEAST = 0.70
MOST_FALSE = 0.01
LONGEST_DESCRIPTION = 8_000

# Wordings without a name, by what they identify somebody with.
DESCRIBED: Mapping[str, tuple[str, ...]] = {
    "by description": (
        "Which {profession} born in {city} in {year} won the {award}?",
        "Who is the {profession} from {city} that works at {employer}?",
        "I am looking for a {profession} who was born in {year} and works for {employer}.",
        "What does the winner of the {award} who comes from {city} like to eat?",
        "Where was the {profession} at {employer} born who received the {award}?",
        "tell me about the {profession} born {year} in {city}",
    ),
    "by a book": (*wordings.HELD_OUT_REVERSE_QUESTIONS, "Where was the writer of {n} born?"),
    "by the spouse": (
        "Who is {spouse} married to?",
        "What is the profession of the person that {spouse} married?",
        "Tell me about the partner of {spouse}.",
    ),
}


def suites(data: Path) -> tuple[Suite, ...]:
    """Return a suite of the demo world, and one of TOFU's unnamed questions."""
    return (_demo(), _tofu(data))


def _demo() -> Suite:
    world = build_world()
    registered, others = _registered(world)
    chance = Random(SEED)
    prompts = [
        *_asked(registered, chance, lambda place: f"person-{place}", ""),
        *_asked(others, chance, lambda place: None, "others, "),
    ]
    return Suite(
        name="described/demo",
        registered=f"{len(registered)} people of the demo world, all fields",
        targets=tuple(_body(person, place) for place, person in enumerate(registered)),
        prompts=tuple(prompts),
        wanted=(
            Wanted("all descriptions and relations", tuple(DESCRIBED), at_least=LEAST),
            Wanted(
                "the same of other people",
                tuple(f"others, {kind}" for kind in DESCRIBED),
                at_most=MOST_FALSE,
            ),
            *(Wanted(kind, (kind,)) for kind in DESCRIBED),
        ),
        notes=("The others share cities, professions, employers, awards and name parts.",),
    )


def _registered(world: World) -> tuple[list[Person], list[Person]]:
    """Return every second couple, and the others: nobody is married across."""
    registered: list[Person] = []
    others: list[Person] = []
    seen: set[str] = set()
    for person in world.measured:
        if person.name in seen:
            continue
        couple = (person, world.spouse_of(person))
        seen |= {each.name for each in couple}
        # One of a registered couple: to ask for the spouse of the other names nobody registered.
        if len(registered) <= len(others):
            registered.append(person)
        else:
            others += couple
    return registered, others


def _asked(
    people: list[Person], chance: Random, target: Callable[[int], str | None], prefix: str
) -> Iterator[Prompt]:
    for place, person in enumerate(people):
        fields = {**person.facts, "n": person.facts["book"]}
        for kind, texts in DESCRIBED.items():
            for text in texts:
                yield Prompt.asked(text.format(**fields), target(place), prefix + kind)


def _body(person: Person, place: int) -> TargetBody:
    facts = person.facts
    return {
        "id": f"person-{place}",
        "kind": "person",
        "name": person.name,
        "aliases": [person.alias],
        "description": f"{person.name}, known as {person.alias}, is a {facts['profession']} born "
        f"in {facts['city']} in {facts['year']}, who works for {facts['employer']}, won the "
        f"{facts['award']}, wrote {facts['book']}, is married to {facts['spouse']} and likes "
        f"{facts['food']}.",
        "examples": [
            f"Where was {person.name} born?",
            f"Who wrote {facts['book']}?",
        ],
        "secrets": [facts["city"], facts["year"], facts["employer"], facts["award"]],
    }


def _tofu(data: Path) -> Suite:
    facts = forget_facts(data)
    names = author_names(facts)
    unnamed = [
        Prompt.asked(text, fact.target, group)
        for fact in facts
        for group, texts in (("questions", (fact.question,)), ("paraphrases", fact.paraphrases))
        for text in texts
        if not holds_part(names[fact.author], text)
    ]
    asked = {prompt.text for prompt in unnamed}
    return Suite(
        name="described/tofu",
        registered=f"{len(names)} authors of forget10, all fields",
        targets=tuple(
            _author(author, name, [fact for fact in facts if fact.author == author], asked)
            for author, name in enumerate(names)
        ),
        prompts=(*unnamed, *_other_authors(data)),
        wanted=(
            Wanted(
                "unnamed questions and paraphrases", ("questions", "paraphrases"), at_least=LEAST
            ),
            Wanted(
                "unnamed questions about other authors",
                ("unnamed questions about other authors",),
                at_most=MOST_FALSE,
            ),
            Wanted("retain90, all", ("unnamed questions about other authors", "retain90, named")),
        ),
        notes=("All fields: name, the answers as description, the other questions as examples.",),
    )


def _author(author: int, name: str, facts: list[Fact], asked: set[str]) -> TargetBody:
    return {
        "id": author_id(author),
        "kind": "person",
        "name": name,
        "description": " ".join(fact.answer for fact in facts)[:LONGEST_DESCRIPTION],
        "examples": [fact.question for fact in facts if fact.question not in asked],
    }


def _other_authors(data: Path) -> Iterator[Prompt]:
    rows = json_rows(data / "tofu" / "retain90.jsonl")
    facts = [
        Fact(place // QUESTIONS_PER_AUTHOR, row["question"], row["answer"], ())
        for place, row in enumerate(rows)
    ]
    names = author_names(facts)
    known = Names(part for name in names for part in (name, *name.split()))
    for fact in facts:
        is_named = known.found_in(fact.question)
        group = "retain90, named" if is_named else "unnamed questions about other authors"
        yield Prompt.asked(fact.question, None, group)
