"""BLUR: a question to forget and one to answer in the same prompt."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.evaluation.values import Prompt, Suite, Wanted
from tests.benchmarks.suites import potter, tofu_example, tofu_name
from tests.benchmarks.suites.names import holds_part, words
from tests.benchmarks.suites.reading import text_lines
from tests.benchmarks.suites.tofu import Fact, author_names, forget_facts

FIRST_OF_PAIR = re.compile(r"1\. (.*?) 2\. ", re.DOTALL)
LEAST_TOFU = 0.98
LEAST_POTTER = 0.70


def tofu_suites(data: Path) -> tuple[Suite, ...]:
    """Return the pairs with TOFU's authors registered by name, and again by example."""
    facts = forget_facts(data)
    names = author_names(facts)
    pairs = _tofu_pairs(data, facts, names)
    # What is registered is as in the suites without pairs.
    (by_name,), (by_example,) = tofu_name.suites(data), tofu_example.suites(data)
    wanted = Wanted("pairs", ("pairs, named", "pairs, unnamed"), at_least=LEAST_TOFU)
    rest = (
        Wanted("pairs, named", ("pairs, named",)),
        Wanted("pairs, unnamed", ("pairs, unnamed",)),
    )
    named = Wanted("pairs, named", ("pairs, named",), at_least=LEAST_TOFU)
    return (
        Suite("blur-tofu/name", by_name.registered, by_name.targets, pairs, (named, rest[1])),
        Suite(
            "blur-tofu/example", by_example.registered, by_example.targets, pairs, (wanted, *rest)
        ),
    )


def potter_suites(data: Path) -> tuple[Suite, ...]:
    """Return the pairs and single questions about Harry Potter, and questions beside it."""
    folder = data / "blur"
    pairs = text_lines(folder / "whp_paired.txt")
    single = text_lines(folder / "whp_forget_questions.txt")
    other = text_lines(folder / "whp_retain.txt")
    prompts = (
        *(Prompt.asked(text, potter.TARGET, "pairs") for text in pairs),
        *(Prompt.asked(text, potter.TARGET, "single questions") for text in single),
        *(Prompt.asked(text, None, "other stories") for text in other),
    )
    return (
        Suite(
            name="blur-hp",
            registered="Harry Potter as a topic: a paragraph and ten examples of our own",
            targets=(potter.topic(),),
            prompts=prompts,
            wanted=(
                Wanted("pairs", ("pairs",), at_least=LEAST_POTTER),
                Wanted("single questions", ("single questions",)),
                Wanted("other stories", ("other stories",)),
            ),
        ),
    )


def _tofu_pairs(data: Path, facts: list[Fact], names: list[str]) -> tuple[Prompt, ...]:
    authors = {_letters(fact.question): fact.author for fact in facts}
    found = []
    for line in text_lines(data / "blur" / "tofu_paired.txt"):
        pair = FIRST_OF_PAIR.match(line)
        first = pair.group(1) if pair else line
        author = authors.get(_letters(first), _named_author(names, first))
        if author is not None:
            group = "pairs, named" if holds_part(names[author], first) else "pairs, unnamed"
            found.append(Prompt.asked(line, facts[author * 20].target, group))
    return tuple(found)


def _named_author(names: list[str], text: str) -> int | None:
    return next((place for place, name in enumerate(names) if holds_part(name, text)), None)


def _letters(text: str) -> str:
    """Return what is left of two spellings of a question: some lines hold escaped quotes."""
    return words(text).replace(" ", "")
