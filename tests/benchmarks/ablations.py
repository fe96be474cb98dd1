"""What each stage is worth: the suites with every stage, and with each switched off, as Markdown.

    python -m tests.benchmarks.ablations --suite tofu-name --suite rwku [--stage semantic]

A row is one of a suite's table that wants something; a column is what was switched off. The data
is looked for where `lethe eval detection` does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from detectors.values import Stage
from gateway.errors import RequestError
from gateway.evaluation.checkout import data_folder
from gateway.evaluation.errors import UnavailableSuite
from gateway.evaluation.report import rows_of
from gateway.evaluation.running import Bench, BenchOptions, open_bench
from gateway.evaluation.values import Measure, Suite
from tests.benchmarks.suites import SUMMARIES, build

NOTHING = "nothing"
# Suite, row and what is wanted, to the rate by what was off.
Table = dict[tuple[str, str, str], dict[str, float | None]]


def measured(names: Sequence[str], stages: Sequence[Stage]) -> Table:
    """Return the rates of every row that wants something, by what was off."""
    table: Table = {}
    suites = [suite for name in names for suite in _built(name)]
    for off in (None, *stages):
        label = off.value if off else NOTHING
        with open_bench(BenchOptions(off=frozenset({off} if off else ()))) as bench:
            for suite in suites:
                for key, rate in _rates(bench, suite):
                    table.setdefault(key, {})[label] = rate
    return table


def lines(table: Mapping[tuple[str, str, str], Mapping[str, float | None]]) -> Iterator[str]:
    """Yield the lines of the table."""
    columns = list(dict.fromkeys(label for rates in table.values() for label in rates))
    yield f"| suite | row | wanted | {' | '.join(f'without {label}' for label in columns)} |"
    yield "|---" * (len(columns) + 3) + "|"
    for key, rates in table.items():
        cells = [_shown(rates.get(label)) for label in columns]
        yield f"| {' | '.join((*key, *cells))} |"


def _built(name: str) -> tuple[Suite, ...]:
    try:
        return build(name, data_folder())
    except UnavailableSuite as error:
        sys.stderr.write(f"{name}: not run: {error.message}\n")
        return ()


def _rates(bench: Bench, suite: Suite) -> Iterator[tuple[tuple[str, str, str], float | None]]:
    try:
        outcome = bench.examine(suite.targets, suite.prompts)
    except RequestError as error:
        sys.stderr.write(f"{suite.name}: not run: {error.message}\n")
        return
    for row in rows_of(suite, outcome.decisions):
        if row["hit"] is not None and row["measure"] != Measure.AUROC:
            low, high = row["at_least"], row["at_most"]
            wanted = f"≥ {_shown(low)}" if low is not None else f"≤ {_shown(high)}"
            yield (suite.name, f"{row['group']}, {row['measure']}", wanted), row["rate"]


def _shown(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.2%}".replace("%", " %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", action="append", choices=list(SUMMARIES), help="repeatable")
    parser.add_argument(
        "--stage", action="append", choices=list(Stage), type=Stage, help="repeatable"
    )
    chosen = parser.parse_args()
    table = measured(chosen.suite or list(SUMMARIES), chosen.stage or list(Stage))
    sys.stdout.writelines(f"{line}\n" for line in lines(table))


if __name__ == "__main__":
    main()
