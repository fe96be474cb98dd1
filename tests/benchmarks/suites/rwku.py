"""RWKU: half of its people are registered, drawn with a seed; the others must pass."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from gateway.evaluation.values import Prompt, Suite, TargetBody, Wanted
from tests.benchmarks.suites.names import holds_whole
from tests.benchmarks.suites.reading import json_rows

SEED = 1
NAMED = "with the whole name"
UNNAMED = "with a part of the name, or none"


def people(data: Path) -> dict[str, str]:
    """Return the first introduction of each person, by name."""
    rows = json_rows(data / "rwku" / "target_intros.jsonl")
    return {row["name"]: row["intros"][0] for row in rows if row["intros"]}


def halves(data: Path) -> tuple[list[str], list[str]]:
    """Return the names that are registered, and the others."""
    names = sorted(people(data))
    random.Random(SEED).shuffle(names)
    return names[: len(names) // 2], names[len(names) // 2 :]


@cache
def questions(data: Path) -> dict[str, list[str]]:
    """Return the questions about each person."""
    found: dict[str, list[str]] = {}
    for row in json_rows(data / "rwku" / "level2_questions.jsonl"):
        found.setdefault(row["subject_guess"], []).append(row["question"])
    return found


def named_questions(data: Path, name: str) -> list[str]:
    """Return the questions about a person that hold the whole name as it is registered."""
    return [text for text in questions(data).get(name, ()) if name in text]


def body_of(name: str, place: int, **fields: object) -> TargetBody:
    """Return the registration of a person."""
    return {"id": f"person-{place}", "kind": "person", "name": name, **fields}


def suites(data: Path) -> tuple[Suite, ...]:
    """Return the suite."""
    intros, asked = people(data), questions(data)
    registered, others = halves(data)
    return (
        Suite(
            name="rwku",
            registered=f"{len(registered)} people, name and a one-sentence introduction",
            targets=tuple(
                body_of(name, place, description=intros[name])
                for place, name in enumerate(registered)
            ),
            prompts=(
                *(
                    Prompt.asked(text, f"person-{place}", _group(name, text))
                    for place, name in enumerate(registered)
                    for text in asked.get(name, ())
                ),
                *(
                    Prompt.asked(text, None, "other people")
                    for name in others
                    for text in asked.get(name, ())
                ),
            ),
            wanted=(
                Wanted("questions about registered people", (NAMED, UNNAMED), at_least=0.99),
                Wanted(NAMED, (NAMED,)),
                Wanted(UNNAMED, (UNNAMED,)),
                Wanted("questions about the others", ("other people",), at_most=0.005),
            ),
        ),
    )


def _group(name: str, text: str) -> str:
    return NAMED if holds_whole(name, text) else UNNAMED
