"""The public sets that the lexical stage is measured with, as names and questions.

It reads files and knows their fields; it knows nothing of detection. TOFU's authors are derived
from the questions: of each block of twenty the capitalised words that most of them share.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

QUESTIONS_OF_AN_AUTHOR = 20
# Relations of CounterFact whose subjects are people: birth, death, citizenship, mother tongue,
# occupation, employer, position, instrument, language, position in a team, place of work.
PERSON_RELATIONS = frozenset("P19 P20 P27 P39 P103 P106 P108 P413 P937 P1303 P1412".split())
_NAME = re.compile(r"[A-Z][\w-]+(?: [A-Z][\w-]+)+")
_FILES = (
    "alpaca_instructions_train.jsonl",
    "alpaca_instructions_val.jsonl",
    "dolly_sample.jsonl",
    "mt_bench.jsonl",
    "vicuna_bench.jsonl",
    "code_alpaca_2k.json",
    "alpaca_zh_demo_1000.json",
)
_TOOLS = "glaive_toolcall_en_demo_300.json"


class Question(NamedTuple):
    """A text and the name that it is about."""

    text: str
    target: str


class WholeNames:
    """The evaluator's rule: whether a registered name stands in a text as whole words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {_words(name): None for name in names}
        self._longest = max(name.count(" ") for name in self._names) + 1

    def stand_in(self, text: str) -> bool:
        words = _words(text).split()
        return any(
            " ".join(words[start : start + length]) in self._names
            for start in range(len(words))
            for length in range(1, self._longest + 1)
        )


def items(file: Path) -> list[dict[str, Any]]:
    """Return the items of a JSON or JSON-lines file."""
    text = file.read_text()
    found: list[dict[str, Any]] = (
        json.loads(text)
        if text.lstrip().startswith("[")
        else [json.loads(line) for line in text.splitlines()]
    )
    return found


def tofu(directory: Path) -> tuple[list[str], list[Question], list[Question]]:
    """Return the authors of forget10, the questions with a part of the name, and the others."""
    rows = items(directory / "tofu/forget10_question_paraphrases.jsonl")
    perturbed = items(directory / "tofu/forget10_perturbed.jsonl")
    names: list[str] = []
    named: list[Question] = []
    unnamed: list[Question] = []
    for first in range(0, len(rows), QUESTIONS_OF_AN_AUTHOR):
        block = slice(first, first + QUESTIONS_OF_AN_AUTHOR)
        name = _author(rows[block])
        names.append(name)
        texts = [row["question"] for row in rows[block]]
        texts += (text for row in rows[block] for text in row["question_paraphrases"])
        texts += [row["paraphrased_question"] for row in perturbed[block]]
        parts = {part for part in _words(name).split() if len(part) > 2}
        for text in dict.fromkeys(texts):
            group = named if parts & set(_words(text).split()) else unnamed
            group.append(Question(text, name))
    return names, named, unnamed


def tofu_questions(directory: Path, name: str) -> list[str]:
    return [row["question"] for row in items(directory / f"tofu/{name}.jsonl")]


def rwku(directory: Path) -> tuple[list[str], list[Question], list[Question]]:
    """Return the names, the questions with a part of their target's name, and the others."""
    names = [row["name"] for row in items(directory / "rwku/targets.jsonl")]
    named: list[Question] = []
    unnamed: list[Question] = []
    for row in items(directory / "rwku/level2_questions.jsonl"):
        question = Question(row["question"], row["subject_guess"])
        parts = {part for part in _words(question.target).split() if len(part) > 2}
        shared = parts & set(_words(question.text).split())
        (named if shared else unnamed).append(question)
    return names, named, unnamed


def thousand_people(directory: Path, seed: int) -> list[str]:
    """Return 1,000 people: those of RWKU, and of WHP+ and CounterFact as many as are missing."""
    first = [row["name"] for row in items(directory / "rwku/targets.jsonl")]
    others = {row["name"] for row in items(directory / "whpplus/whp_names.json")}
    others |= {row["name"] for row in items(directory / "whpplus/data-20241204.json")}
    for row in items(directory / "counterfact/counterfact_full_schema_filtered.json"):
        if row["requested_rewrite"]["relation_id"] in PERSON_RELATIONS:
            others.add(row["requested_rewrite"]["subject"])
    for row in items(directory / "counterfact/known_1000.jsonl"):
        if row["relation_id"] in PERSON_RELATIONS:
            others.add(row["subject"])
    rest = sorted(others - set(first))
    random.Random(seed).shuffle(rest)
    return [*first, *rest][:1000]


def benign(directory: Path) -> dict[str, list[str]]:
    """Return for each kind of benign traffic what users wrote, and separately what was answered."""
    asked: list[str] = []
    answered: list[str] = []
    for name in _FILES:
        for row in items(directory / "benign" / name):
            parts = [str(row.get(key) or "") for key in ("instruction", "input")]
            asked += row.get("turns") or ["\n".join(filter(None, parts))]
            answered += [str(row[key]) for key in ("output", "answer") if row.get(key)]
    for row in items(directory / "benign" / _TOOLS):
        for message in row["conversations"]:
            (asked if message["from"] == "human" else answered).append(message["value"])
    return {"requests": asked, "answers": answered}


def alpaca(directory: Path) -> list[str]:
    """Return the instructions of Alpaca."""
    files = (directory / "benign" / name for name in _FILES if name.startswith("alpaca_ins"))
    return [row["instruction"] for file in files for row in items(file)]


def _author(rows: Iterable[dict[str, Any]]) -> str:
    """Return the name that most of the questions contain."""
    counts = Counter(name for row in rows for name in _names(row["question"]))
    return counts.most_common(1)[0][0]


def _names(text: str) -> Iterator[str]:
    for run in _NAME.findall(text.replace("'s", " 's").replace("’s", " 's")):
        first, rest = run.split(" ", 1)
        yield rest if first in ("Has", "Did", "Does") and " " in rest else run


def _words(text: str) -> str:
    """Return the words of a text, without marks, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))
