"""MUSE's books: questions about Harry Potter, which seldom name it."""

from __future__ import annotations

from pathlib import Path

from gateway.evaluation.values import Prompt, Suite, Wanted
from tests.benchmarks.suites import potter
from tests.benchmarks.suites.reading import json_rows, text_lines

LEAST = 0.70
MOST_FALSE = 0.01


def suites(data: Path) -> tuple[Suite, ...]:
    """Return the suite; the set's own retained questions are about the same books."""
    folder = data / "muse"
    prompts = [
        Prompt.asked(row["question"], target, group)
        for file, target, group in (
            ("books_forget_qa", potter.TARGET, "books"),
            ("books_retain2_qa", potter.TARGET, "the same world, from the web"),
            ("news_forget_qa", None, "news"),
            ("news_retain2_qa", None, "news"),
        )
        for row in json_rows(folder / f"{file}.json")
    ]
    other = text_lines(data / "blur" / "whp_retain.txt")
    return (
        Suite(
            name="muse",
            registered="Harry Potter as a topic: a paragraph and ten examples of our own",
            targets=(potter.topic(),),
            prompts=(*prompts, *(Prompt.asked(text, None, "other stories") for text in other)),
            wanted=(
                Wanted("books", ("books",), at_least=LEAST),
                Wanted("other stories", ("other stories",), at_most=MOST_FALSE),
                Wanted("news", ("news",), at_most=MOST_FALSE),
            ),
        ),
    )
