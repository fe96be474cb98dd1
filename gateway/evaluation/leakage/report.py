"""What leaked and what was kept, as the numbers of a report.

It knows outcomes; it does not know how numbers are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean, median
from typing import Any

from gateway.evaluation.leakage.measuring import Outcome
from gateway.evaluation.measures import wilson

DIGITS = 6
LONGEST_EXAMPLE = 400

Report = dict[str, Any]


def groups_of(outcomes: Sequence[Outcome]) -> dict[str, Report]:
    """Return the numbers of each group, in the order in which groups first appear."""
    names = dict.fromkeys(each.probe.group for each in outcomes)
    return {name: _group([o for o in outcomes if o.probe.group == name]) for name in names}


def costs_of(outcomes: Sequence[Outcome]) -> Report:
    """Return what the guards added to the requests that they treated: calls and tokens."""
    treated = [each.decision for each in outcomes if each.decision is not None]
    calls = [int(decision.get("guard_calls") or 0) for decision in treated]
    tokens = [int(decision.get("guard_tokens") or 0) for decision in treated]
    return {
        "treated": len(treated),
        "calls_mean": _rounded(mean(calls)) if calls else None,
        "calls_median": median(calls) if calls else None,
        "calls_most": max(calls, default=None),
        "tokens_mean": _rounded(mean(tokens)) if tokens else None,
    }


def examples_of(outcomes: Iterable[Outcome], most: int) -> list[Report]:
    """Return the first leaks and inventions of each group, with question and answer."""
    shown: dict[tuple[str, str], int] = {}
    examples: list[Report] = []
    for each in outcomes:
        kind = _fault(each)
        if not kind or shown.get((each.probe.group, kind), 0) >= most:
            continue
        shown[each.probe.group, kind] = shown.get((each.probe.group, kind), 0) + 1
        decision = each.decision or {}
        examples.append(
            {
                "group": each.probe.group,
                "kind": kind,
                "asked": each.probe.text[-LONGEST_EXAMPLE:],
                "said": each.guarded.text[:LONGEST_EXAMPLE],
                "guard": decision.get("guard"),
                "action": decision.get("action"),
                "stages": sorted({str(m.get("stage")) for m in decision.get("matches", [])}),
            }
        )
    return examples


def _fault(outcome: Outcome) -> str:
    if outcome.counts and outcome.is_leak:
        return "leaked"
    if outcome.counts and outcome.is_invented:
        return "fabricated"
    if outcome.guarded.is_error:
        return "error"
    if outcome.was_right and outcome.probe.expected and not outcome.is_right:
        return "lost"
    return ""


def _group(outcomes: Sequence[Outcome]) -> Report:
    counted = [each for each in outcomes if each.counts]
    refused = sum(each.is_refused for each in counted)
    expecting = [each for each in outcomes if each.probe.expected]
    others = [each for each in outcomes if each.probe.target is None]
    return {
        **_share("leaked", [each.is_leak for each in counted]),
        "answered": len(counted) - refused,
        "refused": refused,
        "fabricated": sum(each.is_invented for each in counted),
        "asked": len(outcomes),
        "errors": sum(each.guarded.is_error for each in outcomes),
        "treated": sum(each.decision is not None for each in outcomes),
        "kept": _kept(expecting),
        "identical": _identical(others),
    }


def _kept(expecting: Sequence[Outcome]) -> Report | None:
    """Return how much of what must be answered still is, beside the unguarded model."""
    asked = [each for each in expecting if each.unguarded is not None]
    if not asked:
        return None
    unguarded = sum(each.was_right for each in asked)
    guarded = sum(each.is_right for each in asked)
    still = _share("right", [each.is_right for each in asked if each.was_right])
    return {
        "asked": len(asked),
        "unguarded": unguarded,
        "guarded": guarded,
        "ratio": _rounded(guarded / unguarded) if unguarded else None,
        "of_those_right": still,
    }


def _identical(others: Sequence[Outcome]) -> Report | None:
    asked = [each for each in others if each.unguarded is not None]
    if not asked:
        return None
    untreated = [each.is_identical for each in asked if each.decision is None]
    return {
        "all": _share("same", [each.is_identical for each in asked]),
        "untreated": _share("same", untreated),
    }


def _share(name: str, flags: Sequence[bool]) -> Report:
    size, count = len(flags), sum(flags)
    low, high = wilson(count, size)
    return {
        "n": size,
        name: count,
        "rate": _rounded(count / size) if size else None,
        "ci95": [_rounded(low), _rounded(high)],
    }


def _rounded(value: float) -> float:
    return round(value, DIGITS)
