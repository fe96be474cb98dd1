"""Measures rules and thresholds of the semantic stage, as JSON.

    python -m tests.benchmarks.semantic_threshold [--benign FILE.jsonl] [--rwku DIR]

Benign texts are the `instruction` of each line; the directory holds `target_intros.jsonl` and
`level2_questions.jsonl`. Nothing here decides: the numbers are in detectors/README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.encoding.reference import SentenceTransformersEncoder
from detectors.semantic.particulars import Passage, identifying_passages, words_of
from detectors.values import TargetProfile
from tests.benchmarks.semantic_cases import Case, People, topic_cases, topic_profiles

THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
SEED = 5
RWKU_REGISTERED = 50

Rule = Callable[[TargetProfile], tuple[Passage, ...]]


def plain(profile: TargetProfile) -> tuple[Passage, ...]:
    """Every passage as it is, the name among them."""
    return tuple(Passage(text) for text in (*profile.names, *profile.passages))


def names_taken_out(profile: TargetProfile) -> tuple[Passage, ...]:
    """Passages that identify, without their names; cosine alone decides."""
    return tuple(Passage(passage.text) for passage in identifying_passages(profile))


RULES: dict[str, Rule] = {
    "plain cosine": plain,
    "names taken out": names_taken_out,
    "names taken out, two particulars shared (shipped)": identifying_passages,
}


class Scorer:
    """Encodes each text once, whatever the number of rules."""

    def __init__(self) -> None:
        self._encoder = SentenceTransformersEncoder()
        self._known: dict[str, Vectors] = {}

    def vectors(self, texts: list[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def scores(
        self, cases: list[Case], profiles: list[TargetProfile], rule: Rule
    ) -> dict[str, Vectors]:
        """Return for each group the score of the case's target, or the best of all targets."""
        rows = self.vectors([case.text for case in cases])
        words = [words_of(case.text) for case in cases]
        columns = np.full((len(cases), len(profiles)), -1.0, np.float32)
        for column, profile in enumerate(profiles):
            passages = rule(profile)
            for passage in passages:
                shared = np.array([passage.is_shared_by(of_text) for of_text in words])
                cosine = np.where(shared, rows @ self.vectors([passage.text])[0], -1.0)
                columns[:, column] = np.maximum(columns[:, column], cosine)
        places = {profile.id: column for column, profile in enumerate(profiles)}
        groups: dict[str, list[float]] = {}
        for case, row in zip(cases, columns, strict=True):
            score = row[places[case.target]] if case.target else row.max()
            groups.setdefault(case.group, []).append(float(score))
        return {group: np.array(values, np.float32) for group, values in groups.items()}


def benign(file: Path) -> Iterator[Case]:
    for line in file.read_text().splitlines():
        yield Case("benign", str(json.loads(line)["instruction"]))


def famous(directory: Path) -> tuple[list[TargetProfile], list[Case]]:
    """Register the first half of the people with their introductions; ask about the others."""
    people = _lines(directory / "target_intros.jsonl")
    registered, others = people[:RWKU_REGISTERED], people[RWKU_REGISTERED:]
    names = [person["name"] for person in registered]
    profiles = [
        TargetProfile(person["name"], 1, (person["name"],), passages=tuple(person["intros"]))
        for person in registered
    ]
    questions = [line["question"] for line in _lines(directory / "level2_questions.jsonl")]
    cases = [
        Case("question about another famous person", text)
        for text in questions
        if not any(name in text for name in names)
    ]
    cases += [
        Case("introduction of another famous person", text)
        for person in others
        for text in person["intros"]
    ]
    return profiles, cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benign", type=Path)
    parser.add_argument("--rwku", type=Path)
    chosen = parser.parse_args()
    people, scorer = People(SEED), Scorer()
    profiles = [*people.profiles(), *topic_profiles()]
    cases = [*people.cases(), *topic_cases()]
    if chosen.benign:
        cases += benign(chosen.benign)
    runs = [(profiles, cases)]
    if chosen.rwku:
        runs.append(famous(chosen.rwku))
    report = {
        name: {
            group: _row(scores)
            for targets, texts in runs
            for group, scores in scorer.scores(texts, targets, rule).items()
        }
        for name, rule in RULES.items()
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


def _row(scores: Vectors) -> dict[str, float]:
    rates = {f">={t}": round(float((scores >= t).mean()), 4) for t in THRESHOLDS}
    return {"n": len(scores), "max": round(float(scores.max()), 3)} | rates


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


if __name__ == "__main__":
    main()
