"""What was decided, as the numbers that a report holds.

It knows decisions and measures; it does not know how numbers are shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from gateway.evaluation.measures import auroc, percentile, recall_at, roc_points, wilson
from gateway.evaluation.values import Cost, Decision, Measure, Outcome, Suite, Wanted

RATES = ("0.001", "0.01", "0.05")
DIGITS = 6
_NUMBER = re.compile(r"\d+")

Report = dict[str, Any]


def report_of(outcome: Outcome) -> Report:
    """Return the numbers of a list of prompts, ready for JSON.

    `groups` holds for each group of prompts how many were flagged, of those with a target by that
    very target (`any_target` counts the others with them), and how its scores part from those of
    prompts without a target. `false_positives` are the prompts without a target that were flagged.
    """
    decisions = outcome.decisions
    groups = dict.fromkeys(each.prompt.group for each in decisions)
    return {
        "groups": {group: _group(group, decisions) for group in groups},
        "false_positives": shares(each for each in decisions if each.prompt.target is None),
        **_separation(*_all_scores(decisions)),
        "stages": stages(decisions),
        **_costs(outcome.cost),
        "notes": _notes(decisions),
    }


def suite_report(suite: Suite, outcome: Outcome) -> Report:
    """Return the numbers of a suite, and its table: wanted beside measured."""
    return {
        "suite": suite.name,
        "registered": suite.registered,
        "targets": len(suite.targets),
        **report_of(outcome),
        "table": rows_of(suite, outcome.decisions),
        "notes_for_readers": list(suite.notes),
    }


def rows_of(suite: Suite, decisions: Sequence[Decision]) -> list[Report]:
    """Return the rows of the table: those with something wanted, then the groups without."""
    shown = {group for row in suite.wanted for group in row.groups}
    others = dict.fromkeys(each.prompt.group for each in decisions)
    rows = [*suite.wanted, *(Wanted(group, (group,)) for group in others if group not in shown)]
    return [_row(row, decisions) for row in rows]


def shares(decisions: Iterable[Decision]) -> Report:
    """Return how many decisions flag, as a share with its 95 % interval; null of nothing."""
    flags = [each.is_flagged for each in decisions]
    return _share(sum(flags), len(flags))


def stages(decisions: Iterable[Decision]) -> Report:
    """Return what each stage found: rightly flagged prompts, and wrongly flagged ones."""
    found: dict[str, Counter[str]] = {}
    for each in decisions:
        kind = "false" if each.prompt.target is None else "right"
        for stage in {
            match.stage.value
            for match in each.matches
            if each.prompt.target in (None, match.target)
        }:
            found.setdefault(stage, Counter())[kind] += 1
    return {
        stage: {"right": count["right"], "false": count["false"]}
        for stage, count in sorted(found.items())
    }


def curve_of(group: str, decisions: Sequence[Decision]) -> tuple[tuple[float, float], ...]:
    """Return the ROC curve of a group against the prompts that touch no target."""
    return roc_points(*_scores((group,), (), decisions))


def _group(group: str, decisions: Sequence[Decision]) -> Report:
    own = [each for each in decisions if each.prompt.group == group]
    return {
        **shares(own),
        "any_target": sum(bool(each.matches) for each in own),
        **_separation(*_scores((group,), (), decisions)),
    }


def _row(row: Wanted, decisions: Sequence[Decision]) -> Report:
    counted = [each for each in decisions if each.prompt.group in row.groups]
    if row.measure is Measure.FLAGGED:
        value = {**shares(counted), "any_target": sum(bool(each.matches) for each in counted)}
    else:
        value = _scored(row, decisions)
    at_least = _rate(row.as_much_as, decisions) if row.as_much_as else row.at_least
    name = row.measure.value if row.rate is None else f"{row.measure.value} at {row.rate:g}"
    return {
        "group": row.label,
        "measure": name,
        **value,
        "at_least": at_least,
        "at_most": row.at_most,
        "hit": _is_hit(value["rate"], at_least, row.at_most),
    }


def _rate(groups: Sequence[str], decisions: Sequence[Decision]) -> float | None:
    rate: float | None = shares(each for each in decisions if each.prompt.group in groups)["rate"]
    return rate


def _is_hit(measured: float | None, low: float | None, high: float | None) -> bool | None:
    if measured is None or (low is None and high is None):
        return None
    return (low is None or measured >= low) and (high is None or measured <= high)


def _scored(row: Wanted, decisions: Sequence[Decision]) -> Report:
    positives, negatives = _scores(row.groups, row.against, decisions)
    if row.measure is Measure.AUROC:
        area = auroc(positives, negatives)
        return {"n": len(positives), "flagged": None, "rate": _rounded(area), "ci95": None}
    recall = recall_at(positives, negatives, row.rate or 0.0)
    if recall is None:
        return _share(0, 0)
    return _share(round(recall * len(positives)), len(positives))


def _scores(
    groups: Sequence[str], against: Sequence[str], decisions: Sequence[Decision]
) -> tuple[list[float], list[float]]:
    """Return the scores of the groups' targets on their prompts, and on prompts without one."""
    positives = [
        each.own
        for each in decisions
        if each.prompt.group in groups and each.prompt.target is not None
    ]
    negatives = [
        max((each.by_group.get(group, 0.0) for group in groups), default=0.0)
        for each in decisions
        if each.prompt.target is None and (not against or each.prompt.group in against)
    ]
    return positives, negatives


def _all_scores(decisions: Sequence[Decision]) -> tuple[list[float], list[float]]:
    positives = [each.own for each in decisions if each.prompt.target is not None]
    return positives, [each.own for each in decisions if each.prompt.target is None]


def _separation(positives: Sequence[float], negatives: Sequence[float]) -> Report:
    return {
        "auroc": _rounded(auroc(positives, negatives)),
        "recall_at_fpr": {
            rate: _rounded(recall_at(positives, negatives, float(rate))) for rate in RATES
        },
    }


def _share(count: int, size: int) -> Report:
    low, high = wilson(count, size)
    return {
        "n": size,
        "flagged": count,
        "rate": _rounded(count / size) if size else None,
        "ci95": [_rounded(low), _rounded(high)],
    }


def _costs(cost: Cost) -> Report:
    timed = len(cost.seconds)
    return {
        "latency_ms": {
            "p50": _milliseconds(percentile(cost.seconds, 0.50)),
            "p99": _milliseconds(percentile(cost.seconds, 0.99)),
        },
        "cpu_ms": _milliseconds(cost.cpu_seconds / timed if timed else None),
        "timed": timed,
        "rss_mb": round(cost.resident_bytes / 2**20, 1),
    }


def _notes(decisions: Iterable[Decision]) -> dict[str, int]:
    """Return on how many prompts each note stands; notes that differ in a number are one."""
    return dict(
        Counter(
            note for each in decisions for note in {_NUMBER.sub("N", note) for note in each.notes}
        )
    )


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
