"""Benign answers through the output filter: how many are touched that name nobody registered.

    python -m tests.benchmarks.answers_benign            # data at LETHE_DATA or ../shared/data

5,000 answers, drawn with a seed: code, Chinese, tool calls and other JSON, tables, sentences in
sixteen languages, prose. They are judged as whole answers to requests that matched nothing, once
with 50 people of the demo world and all their facts registered, and once with 1,000 real people by
their names. An answer that holds a registered name as whole words is counted apart, by a rule of
the evaluator's own: to touch it is right.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.leakage import Demo
from gateway.derived import Derived
from gateway.evaluation.checkout import data_folder
from gateway.evaluation.leakage.demo import MANY_TARGETS
from gateway.evaluation.measures import wilson
from gateway.evaluation.registration import registered
from gateway.evaluation.values import TargetBody
from gateway.output.filter import OutputFilter, OutputRules
from tests.benchmarks.selectors import FOLDER
from tests.benchmarks.suites import people
from tests.benchmarks.suites.names import Names
from tests.benchmarks.suites.reading import json_rows

SEED = 5
MOST_TOUCHED = 0.0005
# How many answers of each kind are drawn, 5,000 together.
SIZES = {
    "code": 1400,
    "Chinese": 900,
    "tool calls and JSON": 900,
    "tables": 700,
    "other languages": 700,
    "prose": 400,
}
TABLE_ROWS = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `is_json` where its whole text is JSON."""

    kind: str
    text: str
    is_json: bool = False


def answers(data: Path) -> list[Answer]:
    """Return the answers, the same for the same data."""
    generator = random.Random(SEED)
    drawn: list[Answer] = []
    for kind, size in SIZES.items():
        found = [answer for answer in _answers(kind, data) if answer.text.strip()]
        drawn += generator.sample(found, min(size, len(found)))
    return drawn


def _answers(kind: str, data: Path) -> Iterator[Answer]:
    match kind:
        case "code":
            for row in json_rows(data / "benign" / "code_alpaca_2k.json"):
                yield Answer(kind, row["output"])
        case "Chinese":
            for row in json_rows(data / "benign" / "alpaca_zh_demo_1000.json"):
                yield Answer(kind, row["output"])
        case "tool calls and JSON":
            for row in json_rows(data / "benign" / "glaive_toolcall_en_demo_300.json"):
                for turn in row["conversations"]:
                    is_json = turn["from"] in ("function_call", "observation")
                    if turn["from"] != "human":
                        yield Answer(kind, turn["value"], is_json)
        case "tables":
            yield from (Answer(kind, text) for text in _tables(data))
        case "other languages":
            yield from (Answer(kind, text) for text in _sentences(data))
        case _:
            for row in json_rows(data / "benign" / "dolly_sample.jsonl"):
                yield Answer(kind, row["answer"])
            for row in json_rows(data / "utility" / "gsm8k_test.jsonl"):
                yield Answer(kind, row["answer"])


def _tables(data: Path) -> Iterator[str]:
    """Set questions and choices as tables, in Markdown and as comma-separated values in turn."""
    rows = list(json_rows(data / "utility" / "mmlu_sample_20_per_subject.jsonl"))
    generator = random.Random(SEED)
    for place in range(SIZES["tables"]):
        some = generator.sample(rows, TABLE_ROWS)
        cells = [[r["subject"], *r["choices"].values(), r["answer"]] for r in some]
        if place % 2:
            yield "\n".join(",".join(f'"{cell}"' for cell in line) for line in cells)
        else:
            head = "| subject | A | B | C | D | answer |\n|---|---|---|---|---|---|\n"
            yield head + "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _sentences(data: Path) -> Iterator[str]:
    """Yield sentences about places and organisations in every language but English."""
    chosen = json.loads((FOLDER / "bmlama17_people.json").read_text())
    about_people = {id for first, last in chosen["rows"] for id in range(first, last + 1)}
    generator = random.Random(SEED)
    for row in json_rows(data / "bmlama17" / "bmlama17_even_rows.jsonl"):
        if row["id"] not in about_people:
            languages = sorted(row["prompt"].keys() - {"en"})
            yield row["prompt"][generator.choice(languages)].replace("<mask>", "...")


def judge(bodies: Sequence[TargetBody], names: Sequence[str], found: Sequence[Answer]) -> bool:
    """Print how many answers are touched with these targets; return whether few enough are."""
    targets = [registered(body, sequence) for sequence, body in enumerate(bodies, start=1)]
    derived = Derived.of(targets, len(targets))
    output_filter = OutputFilter(OutputRules(derived.lexical, derived.targets))
    known = Names(names)
    touched: dict[str, list[bool]] = {kind: [] for kind in SIZES}
    named: list[bool] = []
    began = time.process_time()
    for answer in found:
        is_touched = bool(output_filter.spans(answer.text, is_json=answer.is_json))
        if known.found_in(answer.text):
            named.append(is_touched)
            continue
        touched[answer.kind].append(is_touched)
        if is_touched:
            span = output_filter.spans(answer.text, is_json=answer.is_json)[0]
            shown = answer.text[max(span.start - 40, 0) : span.end + 40]
            print(f"  touched ({answer.kind}, {span.target}): {shown!r}")
    spent = time.process_time() - began
    print("| answers | n | touched | rate | 95 % interval | wanted |")
    print("|---|---:|---:|---:|---|---|")
    for kind, flags in touched.items():
        _row(kind, flags, "")
    every = [flag for flags in touched.values() for flag in flags]
    _row("**all that name nobody registered**", every, f"at most {MOST_TOUCHED:.2%}")
    _row("that hold a registered name", named, "")
    print(f"\n{1000 * spent / len(found):.2f} ms of CPU an answer\n")
    return sum(every) <= MOST_TOUCHED * len(every)


def _row(kind: str, flags: Sequence[bool], wanted: str) -> None:
    low, high = wilson(sum(flags), len(flags))
    rate = f"{sum(flags) / len(flags):.3%}" if flags else ""
    print(f"| {kind} | {len(flags)} | {sum(flags)} | {rate} | {low:.3%} to {high:.3%} | {wanted} |")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=None)
    data = parser.parse_args(arguments).data or data_folder()
    found = answers(data)
    print(f"{len(found)} answers, {MANY_TARGETS} people of the demo world with all their facts:\n")
    demo = Demo()
    bodies = demo.targets("in_context", MANY_TARGETS)
    names = [text for body in bodies for text in (body["name"], *body["aliases"])]
    good = judge(bodies, names, found)
    real = people.registered_people(data)
    print(f"{len(real):,} real people by their names:\n")
    good &= judge(people.bodies(real), real, found)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
