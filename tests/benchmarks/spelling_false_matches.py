"""Counts what the lexical stage finds in benign texts with many names registered, as JSON.

    python -m tests.benchmarks.spelling_false_matches --names FILE... --benign FILE...

Names are the `name`, `subject` or `requested_rewrite.subject` of the items of JSON or JSON-lines
files; benign texts are their `instruction`, `input`, `output` and `turns`. A misspelt match is
printed with what stood in the text, so that a reader can judge it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detectors.lexical.index import LexicalIndex
from detectors.values import Stage, TargetProfile
from detectors.views import views


def items(file: Path) -> list[dict[str, Any]]:
    text = file.read_text()
    found: list[dict[str, Any]] = (
        json.loads(text)
        if text.lstrip().startswith("[")
        else [json.loads(line) for line in text.splitlines()]
    )
    return found


def names(files: list[Path], count: int) -> list[str]:
    """Return `count` names: all of the first file, then others in an order without meaning."""
    groups = [list(map(_name, items(file))) for file in files]
    others = sorted(
        {name for group in groups[1:] for name in group},
        key=lambda name: hashlib.sha256(name.encode()).digest(),
    )
    return list(dict.fromkeys([*groups[0], *others]))[:count]


def texts(files: list[Path]) -> Iterator[str]:
    for file in files:
        for item in items(file):
            parts = [str(item.get(key) or "") for key in ("instruction", "input", "output")]
            yield from [*item.get("turns", []), "\n".join(filter(None, parts))]


def _name(item: dict[str, Any]) -> str:
    return str(item.get("name") or item.get("subject") or item["requested_rewrite"]["subject"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=Path, nargs="+", required=True)
    parser.add_argument("--benign", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=1000)
    chosen = parser.parse_args()
    registered = names(chosen.names, chosen.count)
    index = LexicalIndex(TargetProfile(name, 1, (name,)) for name in registered)
    stages: Counter[str] = Counter()
    misspelt: Counter[str] = Counter()
    benign = list(texts(chosen.benign))
    started = time.process_time()
    for text in benign:
        for match in index.find(views(text)):
            stages[match.stage] += 1
            if match.stage is Stage.FUZZY:
                misspelt[f"{match.target} <- {text[slice(*match.span)]}"] += 1
    seconds = time.process_time() - started
    report = {
        "names": len(registered),
        "texts": len(benign),
        "characters": sum(map(len, benign)),
        "matches": stages,
        "misspelt": misspelt,
        "cpu_us_per_text": round(seconds / len(benign) * 1e6, 1),
    }
    sys.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
