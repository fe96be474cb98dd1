"""The thousand people that are registered where nothing should match.

    python -m tests.benchmarks.suites.people --write

writes the selector anew from the data at LETHE_DATA: everybody of RWKU and WHP+, then people of
CounterFact in an order drawn with a seed. The selector holds hashes, so that it names nobody.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from gateway.evaluation.checkout import data_folder
from gateway.evaluation.values import TargetBody
from tests.benchmarks.selectors import FOLDER, key_of, selected
from tests.benchmarks.suites.reading import json_rows, json_value

SELECTOR = "benign_people"
PEOPLE = 1000
SEED = 1
# Wikidata's relations whose subjects in CounterFact are people; religion and field of work are not
# among them, since countries and societies have those too.
PERSON_RELATIONS = frozenset(
    # Born in, died in, citizen of, position held, native language, occupation, worked at,
    # instrument, speaks, position in a team, work location.
    "P19 P20 P27 P39 P103 P106 P108 P1303 P1412 P413 P937".split()
)


def candidates(data: Path) -> tuple[list[str], list[str]]:
    """Return the names of RWKU and WHP+, and the others of CounterFact, each once."""
    first = [row["name"] for row in json_rows(data / "rwku" / "targets.jsonl")]
    first += [row["name"] for row in json_rows(data / "whpplus" / "whp_names.json")]
    first += [
        name
        for names in json_value(data / "whpplus" / "individuals.json").values()
        for name in names
    ]
    others = sorted(set(_counterfact(data)).difference(first))
    return list(dict.fromkeys(first)), others


def registered_people(data: Path) -> list[str]:
    """Return the selected names that the data holds, sorted."""
    first, others = candidates(data)
    keys = selected(SELECTOR)
    return sorted(name for name in (*first, *others) if key_of(name) in keys)


def bodies(names: list[str]) -> tuple[TargetBody, ...]:
    """Return a registration for each name, with nothing but the name."""
    return tuple(
        {"id": f"person-{place}", "kind": "person", "name": name}
        for place, name in enumerate(names)
    )


def _counterfact(data: Path) -> Iterator[str]:
    for row in json_rows(data / "counterfact" / "counterfact_full_schema_filtered.json"):
        rewrite = row["requested_rewrite"]
        if rewrite["relation_id"] in PERSON_RELATIONS:
            yield rewrite["subject"]
    for row in json_rows(data / "counterfact" / "known_1000.jsonl"):
        if row["relation_id"] in PERSON_RELATIONS:
            yield row["subject"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", required=True, help="write the selector")
    parser.parse_args()
    first, others = candidates(data_folder())
    random.Random(SEED).shuffle(others)
    names = [*first, *others][:PEOPLE]
    file = FOLDER / f"{SELECTOR}.txt"
    file.write_text("\n".join(sorted(map(key_of, names))) + "\n")
    sys.stdout.write(f"{file}: {len(names)} of {len(first)} + {len(others)}\n")


if __name__ == "__main__":
    main()
