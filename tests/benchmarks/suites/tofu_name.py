"""TOFU by name: the authors of forget10, nothing registered but their names."""

from __future__ import annotations

from pathlib import Path

from gateway.evaluation.values import Prompt, Suite, Wanted
from tests.benchmarks.suites.names import holds_part
from tests.benchmarks.suites.tofu import (
    RETAINED_GROUPS,
    Fact,
    author_id,
    author_names,
    forget_facts,
    retained,
)

LEAST = 0.999
MOST_FALSE = 0.001


def suites(data: Path) -> tuple[Suite, ...]:
    """Return the suite; questions that do not name the author are counted apart."""
    facts = forget_facts(data)
    names = author_names(facts)
    return (
        Suite(
            name="tofu-name",
            registered=f"{len(names)} authors of forget10, names only",
            targets=tuple(
                {"id": author_id(place), "kind": "person", "name": name}
                for place, name in enumerate(names)
            ),
            prompts=(*_prompts(facts, names), *retained(data)),
            wanted=(
                Wanted("questions that name the author", ("questions",), at_least=LEAST),
                Wanted("paraphrases that name the author", ("paraphrases",), at_least=LEAST),
                *(Wanted(group, (group,), at_most=MOST_FALSE) for group in RETAINED_GROUPS),
            ),
            notes=("Named: the name or a word of it stands in the question as whole words.",),
        ),
    )


def _prompts(facts: list[Fact], names: list[str]) -> list[Prompt]:
    return [
        Prompt.asked(
            text,
            fact.target,
            group if holds_part(names[fact.author], text) else f"{group}, unnamed",
        )
        for fact in facts
        for group, texts in (("questions", (fact.question,)), ("paraphrases", fact.paraphrases))
        for text in texts
    ]
