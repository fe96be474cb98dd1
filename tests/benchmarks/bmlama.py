"""Names of people in seventeen languages: how many the lexical stages find, as a Markdown table.

    python -m tests.benchmarks.bmlama --file bmlama17_even_rows.jsonl

The rows of bmlama17 about people (`selectors/bmlama17_people.json`) are asked in every language. A
seeded half of the subjects is registered: with the English name, then also with the names that the
rows write in Russian, Arabic and Chinese.

What should be found is decided by uroman, which the detector does not use: the written name and
a registered name of the same subject are romanised, small letters and digits kept of them; at most
two edits (Levenshtein) between the two, and the row must be found. The other rows of these
subjects are the rest. Rows of the other half are about others. Of these, rows that hold a
registered name as whole words once both are romanised are set aside, and counted; every match in
the remaining ones is false.
"""

from __future__ import annotations

import argparse
import random
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import sqrt
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from uroman import Uroman

from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile
from detectors.views import views
from tests.benchmarks.bmlama_names import Row, read_rows

ALIASES = ("ru", "ar", "zh")
EDITS = 2


class Reference:
    """Says what a row should give, with uroman."""

    def __init__(self) -> None:
        self._romanised = cache(Uroman().romanize_string)

    def words(self, text: str) -> list[str]:
        folded = unicodedata.normalize("NFKD", self._romanised(text)).casefold()
        kept = ("".join(c if c.isalnum() else " " for c in folded if not _is_mark(c))).split()
        return kept

    def is_near(self, written: str, registered: Sequence[str]) -> bool:
        one = "".join(self.words(written))
        return any(
            Levenshtein.distance(one, "".join(self.words(name)), score_cutoff=EDITS) <= EDITS
            for name in registered
        )

    def holds(self, prompt: str, names: dict[str, set[tuple[str, ...]]]) -> bool:
        """Whether a name stands in the prompt as whole words; names by their first word."""
        words = self.words(prompt)
        return any(
            tuple(words[start : start + len(name)]) == name
            for start, first in enumerate(words)
            for name in names.get(first, ())
        )


@dataclass
class Counts:
    """The cells of one language."""

    near: int = 0
    near_found: int = 0
    rest: int = 0
    rest_found: int = 0
    others: int = 0
    aside: int = 0
    flagged: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in vars(self)))


class Detector:
    """The lexical stages over all names of some subjects; a match by any of them counts."""

    def __init__(self, names: dict[str, Sequence[str]]) -> None:
        self._index = LexicalIndex(TargetProfile(who, 1, tuple(names[who])) for who in names)

    def find(self, text: str) -> dict[str, str]:
        """Return what stands in the text and by which stage, by the subject it was taken for."""
        return {
            match.target: f"{text[slice(*match.span)]} ({match.stage})"
            for match in self._index.find(views(text))
        }


def measure(
    rows: Sequence[Row], names: dict[str, Sequence[str]], reference: Reference
) -> dict[str, Counts]:
    """Return what is found and what should be, by language."""
    detector = Detector(names)
    registered = {tuple(reference.words(name)) for several in names.values() for name in several}
    by_first: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for words in registered - {()}:
        by_first[words[0]].add(words)
    counts: dict[str, Counts] = defaultdict(Counts)
    for row in rows:
        for language, prompt in row.prompts.items():
            found = detector.find(prompt)
            cell = counts[language]
            if row.subject in names:
                written = row.written[language]
                near = reference.is_near(written, names[row.subject])
                _count_own(cell, f"{row.subject} <- {written}", row.subject in found, near)
            elif reference.holds(prompt, by_first):
                cell.aside += 1
            else:
                _count_other(cell, prompt, found)
    return counts


def _count_own(cell: Counts, what: str, is_found: bool, near: bool) -> None:
    if near:
        cell.near += 1
        cell.near_found += is_found
        cell.missed += [] if is_found else [what]
    else:
        cell.rest += 1
        cell.rest_found += is_found


def _count_other(cell: Counts, prompt: str, found: dict[str, str]) -> None:
    cell.others += 1
    cell.flagged += bool(found)
    cell.false += [f"{who} <- {what}: {prompt}" for who, what in found.items()]


def table(counts: dict[str, Counts]) -> Iterator[str]:
    """Yield the lines of a Markdown table, all languages in the last."""
    yield (
        "| language | within two edits | found | % [95 %] | the rest | found | %"
        " | others | set aside | flagged | % [95 %] |"
    )
    yield "|---" * 11 + "|"
    for language, cell in [*counts.items(), ("**all**", sum(counts.values(), Counts()))]:
        yield (
            f"| {language} | {cell.near} | {cell.near_found} | {_rate(cell.near_found, cell.near)}"
            f" | {cell.rest} | {cell.rest_found} | {_percent(cell.rest_found, cell.rest)}"
            f" | {cell.others} | {cell.aside} | {cell.flagged}"
            f" | {_rate(cell.flagged, cell.others)} |"
        )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def _rate(part: int, whole: int) -> str:
    """Return a share in percent with its Wilson interval."""
    if not whole:
        return "–"
    z = 1.96
    share, size = part / whole, whole
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z * sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return f"{100 * share:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def halves(rows: Sequence[Row], seed: int) -> list[str]:
    """Return the half of the subjects that is registered."""
    subjects = sorted({row.subject for row in rows})
    random.Random(seed).shuffle(subjects)
    return subjects[: len(subjects) // 2]


def names_of(
    rows: Sequence[Row], subjects: Sequence[str], languages: Sequence[str]
) -> dict[str, Sequence[str]]:
    """Return each subject's English name, and how the rows write it in `languages`."""
    names: dict[str, dict[str, None]] = {subject: {subject: None} for subject in subjects}
    for row in rows:
        if row.subject in names:
            names[row.subject].update((row.written[language], None) for language in languages)
    return {subject: tuple(several) for subject, several in names.items()}


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Cf") or character == "'"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--show", type=int, default=0, help="missed and false rows a language")
    chosen = parser.parse_args()
    rows = read_rows(chosen.file)
    subjects = halves(rows, chosen.seed)
    reference = Reference()
    for title, languages in (
        ("The English name registered", ()),
        (f"Also the names in {', '.join(ALIASES)}", ALIASES),
    ):
        counts = measure(rows, names_of(rows, subjects, languages), reference)
        print(f"\n{title}, {len(subjects)} subjects:\n", *table(counts), sep="\n")
        for language, cell in counts.items():
            for line in [*cell.missed[: chosen.show], *cell.false[: chosen.show]]:
                print(f"{language}: {line}", file=sys.stderr)


if __name__ == "__main__":
    main()
