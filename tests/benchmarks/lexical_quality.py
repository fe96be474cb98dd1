"""What the lexical stage finds by name, by part of a name and with typing errors, as text.

    python -m tests.benchmarks.lexical_quality [--data DIRECTORY] [--worst N]

Reads the public sets where `LETHE_DATA` points. It registers names only; the same index with the
same constants reads every set. Mentions are counted apart: they need other evidence to matter.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile
from detectors.views import PLAIN, View, normalise, views
from tests.benchmarks import lexical_data, typing_errors
from tests.benchmarks.lexical_data import Question

SEED = 3
RWKU_SPLITS = 10


@dataclass
class Tally:
    """How many texts there were, and how many of them matched, or were mentions only."""

    what: str
    texts: int = 0
    matched: int = 0
    mentioned: int = 0
    examples: list[str] = field(default_factory=list)

    def row(self, worst: int) -> str:
        share = self.matched / self.texts if self.texts else 0.0
        line = (
            f"{self.what:58} {self.texts:7} {self.matched:7} {share:9.3%} "
            f"{self.mentioned:6} mentioned only\n"
        )
        return line + "".join(f"    {text}\n" for text in self.examples[:worst])


class Measured:
    """An index of names, and what it says of texts in their plain view."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._index = LexicalIndex(TargetProfile(name, 1, (name,)) for name in names)

    def found(self, what: str, questions: Iterable[Question]) -> Tally:
        """Count questions about registered targets; the examples are those not found."""
        tally = Tally(what)
        for text, target in questions:
            findings = self._index.examine(plain(text))
            tally.texts += 1
            if any(match.target == target for match in findings.matches):
                tally.matched += 1
                continue
            tally.mentioned += any(mention.target == target for mention in findings.mentions)
            tally.examples.append(f"missed {target}: {text[:150]!r}")
        return tally

    def falsely(self, what: str, texts: Iterable[str], *, beside_names: bool = False) -> Tally:
        """Count texts about others; with `beside_names` those without any registered name."""
        tally = Tally(what)
        whole = lexical_data.WholeNames(self._names) if beside_names else None
        for text in texts:
            findings = self._index.examine(plain(text))
            if whole and (findings.matches or findings.mentions) and whole.stand_in(text):
                continue
            tally.texts += 1
            tally.matched += bool(findings.matches)
            tally.mentioned += bool(findings.mentions and not findings.matches)
            for match in findings.matches[:1]:
                around = text[max(0, match.span[0] - 40) : match.span[1] + 30]
                tally.examples.append(f"{match.stage} {match.target}: {around!r}")
        return tally


def plain(text: str) -> Sequence[View]:
    return [view for view in views(text) if view.name == PLAIN]


def tofu(directory: Path) -> list[Tally]:
    names, named, unnamed = lexical_data.tofu(directory)
    measured = Measured(names)
    rows = [measured.found("TOFU forget10, name or part of it in the text", named)]
    rows.append(Tally("TOFU forget10, listed apart: no name in the text", len(unnamed)))
    for name in ("retain90", "real_authors", "world_facts"):
        texts = lexical_data.tofu_questions(directory, name)
        rows.append(measured.falsely(f"TOFU {name}, false", texts))
    return rows


def rwku(directory: Path) -> list[Tally]:
    names, questions, unnamed = lexical_data.rwku(directory)
    found, false = Tally("RWKU registered half"), Tally("RWKU other half, false")
    shuffled = random.Random(SEED)
    for _ in range(RWKU_SPLITS):
        half = set(shuffled.sample(names, len(names) // 2))
        measured = Measured(sorted(half))
        mine = [question for question in questions if question.target in half]
        others = [question.text for question in questions if question.target not in half]
        _add(found, measured.found("", mine))
        _add(false, measured.falsely("", others))
    found.what += f", {RWKU_SPLITS} splits"
    false.what += f", {RWKU_SPLITS} splits"
    return [found, false, Tally("RWKU, listed apart: no name in the text", len(unnamed))]


def benign(directory: Path) -> list[Tally]:
    measured = Measured(lexical_data.thousand_people(directory, SEED))
    return [
        measured.falsely(f"1,000 people, {name}, false", texts, beside_names=True)
        for name, texts in lexical_data.benign(directory).items()
    ]


def misspelt(directory: Path) -> list[Tally]:
    """One and two typing errors in the names of RWKU, each kind by itself."""
    names, questions, _ = lexical_data.rwku(directory)
    measured = Measured(names)
    rows = []
    for errors, shortest in ((1, 0), (2, 8)):
        for kind, make in typing_errors.KINDS.items():
            asked = list(_with_errors(questions, make, errors, shortest))
            rows.append(measured.found(f"RWKU, {errors} typing error(s): {kind}", asked))
    return rows


def _with_errors(
    questions: Iterable[Question],
    make: Callable[[str, random.Random], str],
    errors: int,
    shortest: int,
) -> Iterable[Question]:
    chance = random.Random(SEED)
    for text, target in questions:
        place = text.find(target)
        if place < 0 or sum(map(str.isalpha, target)) < shortest:
            continue
        written = typing_errors.several(target, make, errors, chance)
        if normalise(written).text != normalise(target).text:
            yield Question(text.replace(target, written), target)


def _add(total: Tally, part: Tally) -> None:
    total.texts += part.texts
    total.matched += part.matched
    total.mentioned += part.mentioned
    total.examples += [text for text in part.examples if text not in total.examples]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("LETHE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--worst", type=int, default=5, help="wrong decisions shown for each row")
    parser.add_argument("--only", choices=("tofu", "rwku", "benign", "misspelt"))
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        parser.error(f"{chosen.data} is not there: set LETHE_DATA or --data")
    sys.stdout.write(f"{'set':58} {'texts':>7} {'matched':>7} {'share':>9}\n")
    for measure in (tofu, rwku, benign, misspelt):
        if chosen.only in (None, measure.__name__):
            for tally in measure(chosen.data):
                sys.stdout.write(tally.row(chosen.worst))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
