"""Whether the false-positive rate that is asked for is the rate that is measured.

    python -m tests.benchmarks.calibration

The three topics of WMDP and Harry Potter are registered as in their suites. Ordinary texts are
scored once; 20 times they are halved by a seed, the threshold stands on one half, and the other
half is flagged by it. The rate kept by the shipped prompts on each set is shown beside it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.semantic.thresholds import conformal_threshold
from detectors.service.protocol import COUNTS_FROM
from detectors.values import Utterance
from gateway.evaluation.checkout import data_folder
from gateway.evaluation.registration import profiles
from gateway.evaluation.running import BenchOptions, open_bench
from tests.benchmarks.suites import blur, wmdp
from tests.benchmarks.suites.reading import json_rows

RATES = (0.001, 0.005, 0.01)
SPLITS = 20
OF_ALPACA = 4_000

Scores = npt.NDArray[np.float64]


def main() -> None:
    """Score the texts and print the tables."""
    data = data_folder()
    bodies = [body for suite in wmdp.suites(data) for body in suite.targets]
    bodies += [body for suite in blur.potter_suites(data) for body in suite.targets]
    sets = ordinary_sets(data)
    with open_bench(BenchOptions()) as bench:
        examiner = bench.make_examiner(profiles(bodies))
        scored = {
            name: np.array(
                [
                    max(examiner.score([Utterance("user", text)]).values(), default=0.0)
                    for text in texts
                ]
            )
            for name, texts in sets.items()
        }
    everything = np.concatenate(list(scored.values()))
    print(f"{len(bodies)} topics, {len(everything)} ordinary texts, {SPLITS} splits in halves")
    print("asked    mean measured  standard error  kept (mean <= asked + one standard error)")
    for rate in RATES:
        rates = [_rate(everything, rate, seed) for seed in range(SPLITS)]
        mean, error = float(np.mean(rates)), float(np.std(rates, ddof=1) / np.sqrt(SPLITS))
        kept = "yes" if mean <= rate + error else "no"
        print(f"{rate:7.2%}  {mean:13.3%}  {error:14.3%}  {kept}")
    print("flagged at the shipped default, asked for 0.5 % of traffic like the generated prompts:")
    for name, scores in scored.items():
        print(f"  {name:24} n={len(scores):5}  {float((scores >= COUNTS_FROM).mean()):.2%}")


def ordinary_sets(data: Path) -> dict[str, list[str]]:
    """Return ordinary texts by the set that they are of."""
    alpaca = json_rows(data / "benign" / "alpaca_instructions_val.jsonl")
    turns = json_rows(data / "benign" / "mt_bench.jsonl")
    return {
        "Alpaca": [row["instruction"] for row in alpaca][:OF_ALPACA],
        "Dolly": [row["instruction"] for row in json_rows(data / "benign" / "dolly_sample.jsonl")],
        "MT-Bench": [row["turns"][0] for row in turns],
        "MMLU, other subjects": [
            prompt.utterances[-1].text for prompt in wmdp.other_subjects(data)
        ],
    }


def _rate(scores: Scores, rate: float, seed: int) -> float:
    """Return which share of one half exceeds the threshold that the other half gives."""
    order: Sequence[int] = list(range(len(scores)))
    shuffled = random.Random(seed).sample(order, len(order))
    half = len(shuffled) // 2
    threshold = conformal_threshold(scores[shuffled[:half]], rate)
    return float((scores[shuffled[half:]] > threshold).mean())


if __name__ == "__main__":
    main()
