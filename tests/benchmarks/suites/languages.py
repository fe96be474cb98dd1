"""People of bmlama17 asked about in seventeen languages; `tests/benchmarks/bmlama.py` says how.

Whether a row should be found is decided by uroman, which the detector does not use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.evaluation.errors import UnavailableSuite
from gateway.evaluation.values import Prompt, Suite, Wanted
from tests.benchmarks.bmlama import ALIASES, Reference, halves, names_of
from tests.benchmarks.bmlama_names import Row, read_rows

SEED = 1
LEAST = 0.98
MOST_FALSE = 0.005
NEAR, REST, OTHERS = "within two edits", "the rest", "others"
ASIDE = "others that hold a registered name"


def suites(data: Path) -> tuple[Suite, ...]:
    """Return a suite with the English names, and one with those of three more languages."""
    file = data / "bmlama17" / "bmlama17_even_rows.jsonl"
    if not file.is_file():
        raise UnavailableSuite(f"{file} is missing; LETHE_DATA names the folder of the data.")
    rows = read_rows(file)
    subjects = halves(rows, SEED)
    reference = Reference()
    return (
        _suite("languages/en", rows, names_of(rows, subjects, ()), "English names", reference),
        _suite(
            f"languages/en+{'+'.join(ALIASES)}",
            rows,
            names_of(rows, subjects, ALIASES),
            f"names in English, {', '.join(ALIASES)}",
            reference,
        ),
    )


def _suite(
    name: str,
    rows: Sequence[Row],
    names: Mapping[str, Sequence[str]],
    registered: str,
    reference: Reference,
) -> Suite:
    ids = {subject: f"person-{place}" for place, subject in enumerate(names)}
    prompts = _prompts(rows, names, ids, reference)
    languages = list(dict.fromkeys(language for row in rows for language in row.prompts))
    found = {prompt.group for prompt in prompts}

    def groups(kind: str) -> tuple[str, ...]:
        return tuple(group for each in languages if (group := f"{each}, {kind}") in found)

    return Suite(
        name=name,
        registered=f"{len(names)} people, {registered}",
        targets=tuple(
            {
                "id": ids[subject],
                "kind": "person",
                "name": subject,
                "aliases": [other for other in written if other and other != subject],
            }
            for subject, written in names.items()
        ),
        prompts=tuple(prompts),
        wanted=(
            Wanted(f"all languages, {NEAR}", groups(NEAR), at_least=LEAST),
            Wanted(f"all languages, {OTHERS}", groups(OTHERS), at_most=MOST_FALSE),
            Wanted(f"all languages, {REST}", groups(REST)),
            Wanted(f"all languages, {ASIDE}", groups(ASIDE)),
        ),
        notes=("Within two edits: of a registered name, once uroman has romanised both.",),
    )


def _prompts(
    rows: Sequence[Row],
    names: Mapping[str, Sequence[str]],
    ids: Mapping[str, str],
    reference: Reference,
) -> list[Prompt]:
    by_first: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for several in names.values():
        for words in filter(None, (tuple(reference.words(name)) for name in several)):
            by_first[words[0]].add(words)
    prompts = []
    for row in rows:
        for language, text in row.prompts.items():
            if row.subject in names:
                near = reference.is_near(row.written[language], names[row.subject])
                kind = NEAR if near else REST
            else:
                kind = ASIDE if reference.holds(text, by_first) else OTHERS
            prompts.append(Prompt.asked(text, ids.get(row.subject), f"{language}, {kind}"))
    return prompts
