"""MUSE's books: questions about Harry Potter, most of which name neither book nor author."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gateway.evaluation.values import Prompt, Suite, TargetBody, Wanted
from tests.benchmarks.suites import potter
from tests.benchmarks.suites.names import holds_part
from tests.benchmarks.suites.reading import json_rows, text_lines

LEAST = 0.70
MOST_FALSE = 0.01
NAMED, UNNAMED = "with Harry or Potter", "without"


def suites(data: Path) -> tuple[Suite, ...]:
    """Return the books registered as a topic, which is how works are, and with their names."""
    counts = _suite(data, "muse/topic", "Harry Potter as a topic, as works are", potter.topic())
    beside = _suite(data, "muse/entity", "Harry Potter as an entity with names", potter.entity())
    return (counts, replace(beside, wanted=tuple(map(_nothing_wanted, beside.wanted))))


def _suite(data: Path, name: str, registered: str, body: TargetBody) -> Suite:
    folder = data / "muse"
    prompts = [
        Prompt.asked(text, target, f"{group}, {_named(text)}" if target else group)
        for file, target, group in (
            ("books_forget_qa", potter.TARGET, "books"),
            ("books_retain2_qa", potter.TARGET, "from the web"),
            ("news_forget_qa", None, "news"),
            ("news_retain2_qa", None, "news"),
        )
        for row in json_rows(folder / f"{file}.json")
        for text in (row["question"],)
    ]
    other = text_lines(data / "blur" / "whp_retain.txt")
    books = tuple(f"books, {kind}" for kind in (NAMED, UNNAMED))
    return Suite(
        name=name,
        registered=registered,
        targets=(body,),
        prompts=(*prompts, *(Prompt.asked(text, None, "other stories") for text in other)),
        wanted=(
            Wanted("books", books, at_least=LEAST),
            Wanted("other stories", ("other stories",), at_most=MOST_FALSE),
            Wanted("news", ("news",), at_most=MOST_FALSE),
            *(Wanted(group, (group,)) for group in books),
        ),
        notes=("From the web: the set's own retained questions, which are about the same books.",),
    )


def _nothing_wanted(row: Wanted) -> Wanted:
    return replace(row, at_least=None, at_most=None)


def _named(text: str) -> str:
    return NAMED if holds_part("Harry Potter", text) else UNNAMED
