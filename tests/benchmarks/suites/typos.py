"""Names of RWKU with typing errors: one, and two where the name has eight letters or more."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gateway.evaluation.values import Prompt, Suite, Wanted
from tests.benchmarks.suites import rwku
from tests.benchmarks.typing_errors import KINDS, several

SEED = 1
LETTERS_FOR_TWO = 8
LEAST = 0.95
MOST_FALSE = 0.005
ONE, TWO = "one error", "two errors, names of eight letters or more"
OTHERS = "people who are not registered, with the same errors"


def suites(data: Path) -> tuple[Suite, ...]:
    """Return the suite: each question with a whole name, once with each number of errors."""
    registered, others = rwku.halves(data)
    chance = Random(SEED)
    prompts: list[Prompt] = []
    for place, name in enumerate(registered):
        for question in rwku.named_questions(data, name):
            prompts += _misspelt(question, name, f"person-{place}", chance)
    for name in others:
        for question in rwku.named_questions(data, name):
            prompts += _misspelt(question, name, None, chance)
    return (
        Suite(
            name="typos",
            registered=f"{len(registered)} people of RWKU, names only",
            targets=tuple(rwku.body_of(name, place) for place, name in enumerate(registered)),
            prompts=tuple(prompts),
            wanted=(
                Wanted(ONE, (ONE,), at_least=LEAST),
                Wanted(TWO, (TWO,), at_least=LEAST),
                Wanted(OTHERS, (OTHERS,), at_most=MOST_FALSE),
            ),
            notes=(f"Each error is one of: {', '.join(KINDS)}.",),
        ),
    )


def _misspelt(question: str, name: str, target: str | None, chance: Random) -> list[Prompt]:
    counts = {ONE: 1} | ({TWO: 2} if sum(map(str.isalpha, name)) >= LETTERS_FOR_TWO else {})
    prompts = []
    for group, errors in counts.items():
        wrong = name
        # Two errors may undo each other.
        while wrong.casefold() == name.casefold():
            wrong = several(name, KINDS[chance.choice(list(KINDS))], errors, chance)
        text = question.replace(name, wrong)
        prompts.append(Prompt.asked(text, target, group if target else OTHERS))
    return prompts
