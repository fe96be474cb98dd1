"""Measures which turns of conversations count: leaning, spread names, benign chats. Prints JSON.

    python -m tests.benchmarks.conversations --data DIRECTORY [--wordings NAME] [--show]

DIRECTORY holds the public sets (RWKU, MT-Bench, Alpaca, Dolly, tool calls, CounterFact, WHP+).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from detectors.conversation import Leaning, apply, leaning, plan_of
from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile, Utterance, Verdict
from detectors.views import views
from tests.benchmarks import conversation_cases as cases
from tests.benchmarks.conversation_cases import OPENINGS, REFUSAL

SEED = 7
CHATS = 3000
SPEAKERS = {"human": "user", "gpt": "assistant", "observation": "tool"}


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def person_names(data: Path, count: int) -> list[str]:
    """Return names of people: RWKU and WHP+ wholly, then those that CounterFact tells of."""
    named = [item["name"] for item in lines(data / "rwku/targets.jsonl")]
    fields = json.loads((data / "whpplus/individuals.json").read_text())
    named += [name for field in fields.values() for name in field]
    facts = json.loads((data / "counterfact/counterfact_full_schema_filtered.json").read_text())
    relations = ("P19", "P20", "P27", "P69", "P101", "P103", "P106", "P108", "P1303", "P1412")
    named += [
        item["requested_rewrite"]["subject"]
        for item in facts
        if item["requested_rewrite"]["relation_id"] in relations
    ]
    named += [item["name"] for item in json.loads((data / "whpplus/whp_names.json").read_text())]
    return list(dict.fromkeys(named))[:count]


def verdict_of(index: LexicalIndex, utterances: Sequence[Utterance]) -> Verdict:
    plan = plan_of(utterances)
    found = [
        (place, match) for place, text in enumerate(plan.texts) for match in index.find(views(text))
    ]
    return apply(plan, Verdict(tuple(found)))


def leaning_report(data: Path, kind: str, show: bool) -> dict[str, Any]:
    texts = {f"follow-ups, {kind}": list(cases.follow_ups(kind))} | {
        "questions with a pronoun for the name": [
            cases.with_pronoun(item["question"], item["subject_guess"])
            for item in lines(data / "rwku/level2_questions.jsonl")
            if (item.get("subject_guess") or "\n") in item["question"]
        ],
        "MT-Bench, second turns": [
            item["turns"][1] for item in lines(data / "benign/mt_bench.jsonl")
        ],
        "unrelated: MT-Bench": [item["turns"][0] for item in lines(data / "benign/mt_bench.jsonl")],
        "unrelated: Vicuna": [
            item["turns"][0] for item in lines(data / "benign/vicuna_bench.jsonl")
        ],
        "unrelated: Alpaca, looked at": _instructions(
            data / "benign/alpaca_instructions_train.jsonl"
        ),
        "unrelated: Alpaca": _instructions(data / "benign/alpaca_instructions_val.jsonl"),
        "unrelated: Dolly": _instructions(data / "benign/dolly_sample.jsonl"),
        "unrelated: questions about other people": [
            item["question"] for item in lines(data / "rwku/level2_questions.jsonl")
        ],
        "unrelated: code": _with_input(data / "benign/code_alpaca_2k.json"),
        "unrelated: Chinese": _with_input(data / "benign/alpaca_zh_demo_1000.json"),
    }
    report: dict[str, Any] = {}
    for group, asked in texts.items():
        leans = [leaning(text) is not Leaning.NONE for text in asked]
        report[group] = {"n": len(asked), "leaning": sum(leans), "rate": sum(leans) / len(asked)}
        if show:
            wrong = "unrelated" in group
            report[group]["wrong"] = [
                text[:160] for text, lean in zip(asked, leans, strict=True) if lean is wrong
            ][:40]
    return report


def guarded_report(
    index: LexicalIndex, names: Sequence[str], kind: str, data: Path
) -> dict[str, Any]:
    """Conversations with a guarded turn: which are still guarded one and two turns later."""
    chooser = random.Random(SEED)
    follow = list(cases.follow_ups(kind))
    other = _instructions(data / "benign/alpaca_instructions_val.jsonl")
    counts: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name in names:
        first = chooser.choice(OPENINGS).format(name=name)
        leans, again = chooser.sample(follow, 2)
        unrelated, next_one = chooser.sample(other, 2)
        for group, said in {
            "leans": (first, leans),
            "leans on what leans": (first, leans, again),
            "unrelated": (first, unrelated),
            "unrelated after leaning": (first, leans, unrelated),
            "two unrelated": (first, unrelated, next_one),
        }.items():
            total[group] += 1
            counts[group] += bool(verdict_of(index, _refused(said)).matches)
    return {
        group: {"n": n, "guarded": counts[group], "rate": counts[group] / n}
        for group, n in total.items()
    }


def spread_report(
    index: LexicalIndex, names: Sequence[str], kind: str, show: bool
) -> dict[str, Any]:
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    missed: list[list[str]] = []
    for case in cases.spread(kind, names, SEED):
        hit = case.target in verdict_of(index, case.utterances).targets
        for group in ("all", case.scheme):
            total[group] += 1
            found[group] += hit
        if not hit:
            missed.append([one.text for one in case.utterances if one.role == "user"])
    report: dict[str, Any] = {
        group: {"n": n, "found": found[group], "rate": round(found[group] / n, 4)}
        for group, n in total.items()
    }
    return report | ({"missed": missed[:60]} if show else {})


def benign_report(index: LexicalIndex, data: Path) -> dict[str, Any]:
    """Chats without a spread name: what is flagged although no single message is."""
    flagged: list[list[str]] = []
    chats = list(_benign_chats(data))
    seconds = characters = 0.0
    for utterances in chats:
        started = time.process_time()
        plan = plan_of(utterances)
        for text in plan.texts[len(utterances) :]:
            index.find(views(text))
            characters += len(text)
        seconds += time.process_time() - started
        whole = {
            match.target
            for text in plan.texts[: len(utterances)]
            for match in index.find(views(text))
        }
        made = set(verdict_of(index, utterances).targets) - whole
        if made:
            flagged.append([*made, *(one.text[:200] for one in utterances if one.role == "user")])
    return {
        "n": len(chats),
        "flagged": len(flagged),
        "rate": len(flagged) / len(chats),
        "cpu_ms_per_chat_for_joined_texts": round(seconds / len(chats) * 1e3, 3),
        "joined_characters_per_chat": round(characters / len(chats)),
        "which": flagged[:20],
    }


def _benign_chats(data: Path) -> Iterable[tuple[Utterance, ...]]:
    chooser = random.Random(SEED)
    for item in lines(data / "benign/mt_bench.jsonl"):
        yield cases.chat(item["turns"], chooser)
    for item in json.loads((data / "benign/glaive_toolcall_en_demo_300.json").read_text()):
        yield tuple(
            Utterance(SPEAKERS.get(turn["from"], "assistant"), turn["value"])
            for turn in item["conversations"]
        )
    asked = _instructions(data / "benign/alpaca_instructions_val.jsonl")
    for _ in range(CHATS):
        yield cases.chat(chooser.sample(asked, chooser.randint(2, 6)), chooser)


def _refused(said: Sequence[str]) -> tuple[Utterance, ...]:
    found: list[Utterance] = []
    for text in said:
        found += Utterance("user", text), Utterance("assistant", REFUSAL)
    return tuple(found[:-1])


def _instructions(file: Path) -> list[str]:
    return [item["instruction"] for item in lines(file)]


def _with_input(file: Path) -> list[str]:
    return [
        f"{item['instruction']}\n{item['input']}".strip() for item in json.loads(file.read_text())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--wordings", choices=("built", "looked-at", "held-out"), default="held-out"
    )
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    kind = chosen.wordings.replace("-", " ")
    names = [item["name"] for item in lines(chosen.data / "rwku/targets.jsonl")]
    index = LexicalIndex(TargetProfile(name, 1, (name,)) for name in names)
    people = person_names(chosen.data, 1000)
    crowd = LexicalIndex(TargetProfile(name, 1, (name,)) for name in people)
    report = {
        "leaning": leaning_report(chosen.data, kind, chosen.show),
        "after a guarded turn": guarded_report(index, names, kind, chosen.data),
        "spread": spread_report(index, names, kind, chosen.show),
        f"benign chats, {len(people)} people": benign_report(crowd, chosen.data),
    }
    sys.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
