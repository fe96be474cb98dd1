"""One self-contained page: tables, ROC curves, and the false decisions to read.

It holds the texts of prompts, which the other outputs do not; everything in it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from gateway.evaluation.curves import roc_plot
from gateway.evaluation.report import Report, curve_of
from gateway.evaluation.table import HEADINGS, cells
from gateway.evaluation.values import Decision

MOST_FALSE = 200
MOST_CHARACTERS = 2_000
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; margin: .6rem 0 1.4rem; width: 100% }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left }
td { vertical-align: top; overflow-wrap: anywhere }
td.text { white-space: pre-wrap; min-width: 22rem }
.miss { color: #b00020; font-weight: 600 } .hit { color: #00693e }
.legend { list-style: none; padding: 0; columns: 2 } svg text { font-size: 12px }
.grid { stroke: #ddd } summary { cursor: pointer; font-weight: 600 }
"""
FALSE_HEADINGS = ("text", "group", "should", "found", "stage", "score", "reason")


@dataclass(frozen=True, slots=True)
class Section:
    """One list of prompts on the page: its title, its numbers, and its decisions."""

    title: str
    report: Report
    rows: Sequence[Report]
    decisions: Sequence[Decision]


def page_of(sections: Iterable[Section]) -> str:
    """Return the page as HTML; it asks nothing of the network and runs no script."""
    body = "\n".join(line for section in sections for line in _section(section))
    page = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>Detection</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Detection</h1>\n{body}\n</body>\n</html>\n"
    )
    # A lone surrogate has no UTF-8, in which the page is written.
    return page.encode("utf-8", "replace").decode()


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{escape(section.title)}</h2>"
    for note in section.report.get("notes_for_readers", ()):
        yield f"<p>{escape(note)}</p>"
    yield from _table(HEADINGS, (_table_row(row) for row in section.rows))
    curves = {
        group: curve_of(group, section.decisions)
        for group, numbers in section.report["groups"].items()
        if numbers["auroc"] is not None
    }
    if curves:
        yield roc_plot(curves)
    for title, found in (
        ("False alarms", false_alarms(section.decisions)),
        ("Misses", misses(section.decisions)),
    ):
        yield from _false(title, found)


def false_alarms(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the prompts that were flagged and touch no target, the surest first."""
    found = [each for each in decisions if each.is_wrong and each.prompt.target is None]
    return sorted(found, key=lambda each: -each.own)


def misses(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the prompts whose target was not found, the farthest from it first."""
    found = [each for each in decisions if each.is_wrong and each.prompt.target is not None]
    return sorted(found, key=lambda each: each.own)


def _false(title: str, found: Sequence[Decision]) -> Iterator[str]:
    if not found:
        return
    shown = found[:MOST_FALSE]
    count = f"{len(found):,}" if len(shown) == len(found) else f"{len(shown)} of {len(found):,}"
    yield f"<details><summary>{title} ({count})</summary>"
    yield from _table(FALSE_HEADINGS, map(_false_row, shown))
    yield "</details>"


def _false_row(decision: Decision) -> str:
    matches = decision.matches
    parts = (
        _cell(decision.prompt.text[:MOST_CHARACTERS], "text"),
        _cell(decision.prompt.group),
        _cell(decision.prompt.target or "pass"),
        _cell("\n".join(match.target for match in matches) or "nothing", "text"),
        _cell("\n".join(f"{match.stage.value}, {match.view}" for match in matches), "text"),
        _cell(
            "\n".join(f"{match.score:.3f} of {match.threshold:.3f}" for match in matches)
            or f"{decision.own:.3f}",
            "text",
        ),
        _cell("\n".join(match.reason for match in matches), "text"),
    )
    return "".join(parts)


def _table_row(row: Report) -> str:
    kind = {True: "hit", False: "miss", None: ""}[row.get("hit")]
    *plain, last = cells(row)
    return "".join(map(_cell, plain)) + _cell(last, kind)


def _table(headings: Sequence[str], rows: Iterable[str]) -> Iterator[str]:
    yield "<table><thead><tr>"
    yield "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    yield "</tr></thead><tbody>"
    yield from (f"<tr>{row}</tr>" for row in rows)
    yield "</tbody></table>"


def _cell(text: str, kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f"<td{name}>{escape(text)}</td>"
