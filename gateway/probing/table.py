"""The matrix as rows of a table: an endpoint's channel or way in, whole and streamed.

Disguises share a row; those that did not end like the others are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gateway.probing.results import Result, Summary

HEADINGS = ("tries", "endpoint", "channel or way in", "whole", "streamed")


def rows(results: Sequence[Result]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each channel and way in, in the order in which they were tried."""
    grouped: dict[tuple[str, str, str], list[Result]] = {}
    for result in results:
        cell = result.cell
        grouped.setdefault((cell.direction.value, cell.path, cell.name), []).append(result)
    for key, members in grouped.items():
        yield (
            *key,
            _words([result for result in members if not result.cell.streamed]),
            _words([result for result in members if result.cell.streamed]),
        )


def summary_lines(summary: Summary) -> Iterator[str]:
    """Yield what the table adds up to."""
    counted = ", ".join(f"{count} {name}" for name, count in summary.outcomes.items() if count)
    yield f"{summary.cells} cells: {counted}."
    yield f"Earlier turns and other ways in slipping by: {summary.slipped}."
    yield f"The upstream did say what it was asked to in {summary.said} of them."


def _words(results: Sequence[Result]) -> str:
    if not results:
        return ""
    (usual, count), *others = Counter(result.words for result in results).most_common()
    if not others:
        return f"{usual} ({count} disguises)" if count > 1 else usual
    named = "; ".join(
        f"{words}: {', '.join(sorted({r.cell.hiding for r in results if r.words == words}))}"
        for words, _ in others
    )
    return f"{usual} ({count} of {len(results)}); {named}"
