"""TOFU by example: the questions of forget10 as examples, no names registered."""

from __future__ import annotations

from pathlib import Path

from gateway.evaluation.values import Measure, Prompt, Suite, TargetBody, Wanted
from tests.benchmarks.suites.tofu import (
    RETAINED_GROUPS,
    author_id,
    forget_facts,
    retained,
)


def suites(data: Path) -> tuple[Suite, ...]:
    """Return the suite: one topic an author, so that no name identifies it."""
    facts = forget_facts(data)
    examples: dict[int, list[str]] = {}
    for fact in facts:
        examples.setdefault(fact.author, []).append(fact.question)
    registered = {question for questions in examples.values() for question in questions}
    paraphrases = [
        Prompt.asked(text, fact.target, "paraphrases")
        for fact in facts
        for text in fact.paraphrases
        if text not in registered
    ]
    return (
        Suite(
            name="tofu-example",
            registered=f"{len(facts)} questions of forget10 as examples, no names",
            targets=tuple(_body(author, questions) for author, questions in examples.items()),
            prompts=(*paraphrases, *retained(data)),
            wanted=(
                Wanted("paraphrases", ("paraphrases",), at_least=0.99),
                Wanted("retain90", ("retain90",), at_most=0.005),
                Wanted(
                    "paraphrases",
                    ("paraphrases",),
                    measure=Measure.RECALL,
                    rate=0.005,
                    against=("retain90",),
                ),
                *(Wanted(group, (group,)) for group in RETAINED_GROUPS[1:]),
            ),
            notes=("Each author is a topic whose examples are its twenty questions.",),
        ),
    )


def _body(author: int, questions: list[str]) -> TargetBody:
    return {
        "id": author_id(author),
        "kind": "topic",
        "name": f"Questions {author}",
        "examples": questions,
    }
