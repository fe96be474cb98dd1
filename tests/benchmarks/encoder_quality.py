"""Measures what quantising the encoder changes: the AUROC of the largest cosine, fp32 and int8.

    python -m tests.benchmarks.encoder_quality --data DIRECTORY [--encoder NAME] [--every N]

The directory holds the public sets (tofu/, wmdp/, utility/, rwku/, blur/). No stage of detection
takes part: each text has its largest cosine with a bank, and texts that should be found are ranked
against others. `--every N` takes one text in N of the large groups. Nothing here decides.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.encoding.protocol import DEFAULT_ENCODER
from detectors.encoding.served import OnnxEncoder
from detectors.encoding.source import source_of
from detectors.encoding.store import exported

NEAR_THE_TOPICS = frozenset(
    "anatomy clinical_knowledge college_biology college_chemistry college_medicine "
    "computer_security high_school_biology high_school_chemistry human_aging human_sexuality "
    "medical_genetics nutrition professional_medicine security_studies virology".split()
)
SMALL = 500


@dataclass(frozen=True)
class Suite:
    """Texts that are compared with a bank: those to be found, and others."""

    name: str
    bank: Sequence[str]
    wanted: Sequence[str]
    others: Sequence[str]


def main() -> int:
    """Print a row for each suite."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--every", type=int, default=1)
    chosen = parser.parse_args()
    directory = exported(chosen.encoder, source_of(chosen.encoder))
    exact, rough = (OnnxEncoder(directory, precision=each) for each in ("fp32", "int8"))
    sys.stdout.write(f"{exact.description}\n{'suite':12} {'fp32':>7} {'int8':>7} {'change':>8}\n")
    for suite in suites(chosen.data, chosen.every):
        before, after = auroc(exact, suite), auroc(rough, suite)
        sys.stdout.write(f"{suite.name:12} {before:7.4f} {after:7.4f} {after - before:+8.4f}\n")
        sys.stdout.flush()
    return 0


def suites(data: Path, every: int) -> list[Suite]:
    """Read the suites; large groups are thinned."""
    tofu = [_rows(data / "tofu" / f"{name}.jsonl") for name in ("forget10", "retain90")]
    forget, retain = ([row["question"] for row in rows] for rows in tofu)
    paraphrases = [
        text
        for row in _rows(data / "tofu" / "forget10_question_paraphrases.jsonl")
        for text in row["question_paraphrases"]
    ]
    found = [Suite("TOFU", forget, _thin(paraphrases, every), _thin(retain, every))]
    general = [
        row["question"]
        for row in _rows(data / "utility" / "mmlu_sample_20_per_subject.jsonl")
        if row["subject"] not in NEAR_THE_TOPICS
    ]
    for topic in ("bio", "chem", "cyber"):
        with (data / "wmdp" / f"eco_synthetic_{topic}.csv").open(newline="") as file:
            bank = [row["question"] for row in csv.DictReader(file)]
        questions = json.loads((data / "wmdp" / f"{topic}-questions.json").read_text())
        wanted = [row["question"] for row in questions]
        found.append(Suite(f"WMDP {topic}", bank, _thin(wanted, every), _thin(general, every)))
    found += [_rwku(data / "rwku"), _blur(data / "blur", every)]
    return found


def _rwku(directory: Path) -> Suite:
    intros = _rows(directory / "target_intros.jsonl")
    registered = {row["name"] for row in intros[::2]}
    questions = _rows(directory / "level2_questions.jsonl")
    return Suite(
        "RWKU intros",
        [text for row in intros[::2] for text in row["intros"]],
        [row["question"] for row in questions if row["subject_guess"] in registered],
        [row["question"] for row in questions if row["subject_guess"] not in registered],
    )


def _blur(directory: Path, every: int) -> Suite:
    forget, retain = (
        [line for line in (directory / f"{name}.txt").read_text().splitlines() if line.strip()]
        for name in ("whp_forget_questions", "whp_retain")
    )
    return Suite("BLUR whp", forget[::2], forget[1::2], _thin(retain, every))


def auroc(encoder: OnnxEncoder, suite: Suite) -> float:
    """Return the chance that a wanted text is nearer to the bank than another."""
    bank = encoder.encode(suite.bank)
    wanted, others = (
        (encoder.encode(texts) @ bank.T).max(axis=1) for texts in (suite.wanted, suite.others)
    )
    return _rank_sum(wanted, others)


def _rank_sum(wanted: npt.NDArray[np.float32], others: npt.NDArray[np.float32]) -> float:
    ordered = np.sort(others)
    below = np.searchsorted(ordered, wanted, side="left")
    not_above = np.searchsorted(ordered, wanted, side="right")
    return float((below + not_above).mean() / 2 / len(others))


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines() if line.strip()]


def _thin(texts: Sequence[str], every: int) -> Sequence[str]:
    return texts[::every] if len(texts) > SMALL else texts


if __name__ == "__main__":
    sys.exit(main())
