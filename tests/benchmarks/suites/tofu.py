"""TOFU's questions with the authors they are about, for the suites that register authors.

The files name no author: the name is what most of the twenty questions and answers about one
author share. Nothing of a detector is known here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.evaluation.values import Prompt
from tests.benchmarks.suites.reading import json_rows

QUESTIONS_PER_AUTHOR = 20
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w-]*(?: [^\W\d_a-z][\w-]*)+")


@dataclass(frozen=True)
class Fact:
    """One question about an author, with its answer and other wordings."""

    author: int
    question: str
    answer: str
    paraphrases: tuple[str, ...]

    @property
    def target(self) -> str:
        return author_id(self.author)


def author_id(author: int) -> str:
    """Return the identifier under which an author is registered."""
    return f"author-{author}"


def forget_facts(data: Path) -> list[Fact]:
    """Return the facts of the authors to forget, in the order of the file."""
    rows = json_rows(data / "tofu" / "forget10_question_paraphrases.jsonl")
    return [
        Fact(
            place // QUESTIONS_PER_AUTHOR,
            row["question"],
            row["answer"],
            tuple(row["question_paraphrases"]),
        )
        for place, row in enumerate(rows)
    ]


def author_names(facts: Sequence[Fact]) -> list[str]:
    """Return the name of each author: the capitalised words that most of its facts share."""
    counts: dict[int, Counter[str]] = {}
    for fact in facts:
        shared = set(_CAPITALISED.findall(f"{fact.question} . {fact.answer}"))
        counts.setdefault(fact.author, Counter()).update(shared)
    return [counts[author].most_common(1)[0][0] for author in sorted(counts)]


def retained(data: Path) -> list[Prompt]:
    """Return the questions about other authors and about the world, which touch no target."""
    files = ("retain90", "real_authors", "world_facts")
    return [
        Prompt.asked(row["question"], None, name.replace("_", " "))
        for name in files
        for row in json_rows(data / "tofu" / f"{name}.jsonl")
    ]


RETAINED_GROUPS = ("retain90", "real authors", "world facts")
