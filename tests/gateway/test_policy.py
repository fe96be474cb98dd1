"""From a verdict to a plan: the strictest guard and the most reticent disclosure decide."""

from __future__ import annotations

import pytest

from detectors.values import Match, Stage, Verdict
from gateway.guards import GUARDS
from gateway.policy import STRICTNESS, plan_for
from gateway.target import Disclosure, GuardName
from tests.gateway.targets import target


def verdict(*targets: str) -> Verdict:
    matches = [Match(name, Stage.EXACT, "plain", 1.0, 1.0, (0, 1), "why") for name in targets]
    return Verdict(tuple((0, match) for match in matches))


def test_nothing_matched_needs_no_plan() -> None:
    assert plan_for(verdict(), {"t1": target()}) is None


def test_a_target_that_is_no_longer_active_is_ignored() -> None:
    assert plan_for(verdict("gone"), {"t1": target()}) is None


@pytest.mark.parametrize(
    ("guards", "chosen", "protected"),
    [
        ([GuardName.IN_CONTEXT, GuardName.REFUSE], GuardName.REFUSE, {"t0", "t1"}),
        ([GuardName.MONITOR, GuardName.IN_CONTEXT], GuardName.IN_CONTEXT, {"t1"}),
        ([GuardName.MONITOR], GuardName.MONITOR, {"t0"}),
    ],
)
def test_the_strictest_guard_treats_the_request(
    guards: list[GuardName], chosen: GuardName, protected: set[str]
) -> None:
    targets = {f"t{i}": target(f"t{i}", guard=guard) for i, guard in enumerate(guards)}
    plan = plan_for(verdict(*targets), targets)
    assert plan is not None
    assert plan.guard is chosen
    assert {each.id for each in plan.targets} == protected


def test_the_most_reticent_disclosure_decides() -> None:
    targets = {
        "open": target("open", disclosure=Disclosure.EXPLICIT),
        "shut": target("shut", disclosure=Disclosure.GENERIC),
    }
    both, only = plan_for(verdict("open", "shut"), targets), plan_for(verdict("open"), targets)
    assert both and both.disclosure is Disclosure.GENERIC
    assert only and only.disclosure is Disclosure.EXPLICIT


def test_the_reason_names_no_text_of_the_target() -> None:
    plan = plan_for(verdict("t1"), {"t1": target()})
    assert plan and "t1" in plan.reason and "Mirela" not in plan.reason


def test_every_guard_that_can_be_planned_exists() -> None:
    assert set(STRICTNESS) == set(GUARDS)
