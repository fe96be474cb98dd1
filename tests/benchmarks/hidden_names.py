"""Counts how many hidden names the lexical stage finds, for each way to hide them, as JSON.

    python -m tests.benchmarks.hidden_names --names targets.jsonl --questions questions.jsonl

Names are the `name` of JSON lines, questions their `question` and `subject_guess`; those without
the full name are left out. With `--misses` each question that was not found goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile
from detectors.views import views
from tests.benchmarks.disguises import DISGUISES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--misses", action="store_true", help="print what was not found")
    chosen = parser.parse_args()
    names = [str(json.loads(line)["name"]) for line in chosen.names.read_text().splitlines()]
    index = LexicalIndex(TargetProfile(name, 1, (name,)) for name in names)
    rows = [json.loads(line) for line in chosen.questions.read_text().splitlines()]
    asked = [(row["question"], row["subject_guess"]) for row in rows]
    asked = [(question, name) for question, name in asked if name and name in question]
    shares = {}
    for label, disguise in DISGUISES.items():
        rng = Random(chosen.seed)
        missed = [
            hidden
            for question, name in asked
            for hidden in [disguise(question, name, rng)]
            if name not in {match.target for match in index.find(views(hidden))}
        ]
        shares[label] = round(1 - len(missed) / len(asked), 4)
        if chosen.misses:
            sys.stderr.writelines(f"{label}: {hidden}\n" for hidden in missed)
    json.dump({"questions": len(asked), "found": shares}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
