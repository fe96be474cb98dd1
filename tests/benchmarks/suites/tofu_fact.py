"""TOFU by fact: ten of the twenty facts of each author are forgotten, the others stay."""

from __future__ import annotations

import random
from pathlib import Path

from gateway.evaluation.values import Prompt, Suite, TargetBody, Wanted
from tests.benchmarks.suites.tofu import Fact, author_id, author_names, forget_facts, retained

SEEDS = (1, 2, 3)
FORGOTTEN_PER_AUTHOR = 10


def suites(data: Path) -> tuple[Suite, ...]:
    """Return one suite a seed."""
    facts = forget_facts(data)
    return tuple(_suite(facts, retained(data), seed) for seed in SEEDS)


def _suite(facts: list[Fact], others: list[Prompt], seed: int) -> Suite:
    names = author_names(facts)
    forgotten = _drawn(facts, seed)
    registered = [fact for fact in facts if fact.question in forgotten]
    kept = [fact for fact in facts if fact.question not in forgotten]
    paraphrases = [
        Prompt.asked(text, fact.target, "registered facts, paraphrases")
        for fact in registered
        for text in fact.paraphrases
        if text not in forgotten
    ]
    return Suite(
        name=f"tofu-fact/{seed}",
        registered=f"{FORGOTTEN_PER_AUTHOR} of 20 facts of {len(names)} authors, scope facts",
        targets=tuple(
            _body(author, name, [fact for fact in registered if fact.author == author])
            for author, name in enumerate(names)
        ),
        prompts=(
            *paraphrases,
            *(Prompt.asked(fact.question, None, "other facts") for fact in kept),
            *(
                Prompt.asked(text, None, "other facts, paraphrases")
                for fact in kept
                for text in fact.paraphrases
            ),
            *others,
        ),
        wanted=(
            Wanted(
                "registered facts, paraphrases", ("registered facts, paraphrases",), at_least=0.95
            ),
            Wanted("other facts of the same authors", ("other facts",), at_most=0.05),
        ),
        notes=("An example is the question and its answer, as an operator would register it.",),
    )


def _drawn(facts: list[Fact], seed: int) -> set[str]:
    """Return the questions that are forgotten: ten of each author."""
    generator = random.Random(seed)
    drawn: set[str] = set()
    for author in sorted({fact.author for fact in facts}):
        questions = [fact.question for fact in facts if fact.author == author]
        drawn.update(generator.sample(questions, FORGOTTEN_PER_AUTHOR))
    return drawn


def _body(author: int, name: str, facts: list[Fact]) -> TargetBody:
    return {
        "id": author_id(author),
        "kind": "person",
        "name": name,
        "scope": "facts",
        "examples": [fact.question for fact in facts],
    }
