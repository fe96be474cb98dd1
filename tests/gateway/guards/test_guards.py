"""What each guard does with a chat request; that the model obeys is tested in tests/integration."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gateway.guards import GUARDS
from gateway.policy import Plan
from gateway.target import Disclosure, ForgetTarget, GuardName
from gateway.wire.chat import ChatDialect
from gateway.wording import REFUSAL
from tests.gateway.targets import target

REQUEST: dict[str, Any] = {"messages": [{"role": "user", "content": "Where was she born?"}]}


def plan(guard: GuardName, *targets: ForgetTarget) -> Plan:
    return Plan(guard, targets or (target(guard=guard),), Disclosure.GENERIC, "why")


@pytest.mark.parametrize("name", list(GUARDS))
def test_a_guard_leaves_the_request_it_is_given_unchanged(name: GuardName) -> None:
    request = copy.deepcopy(REQUEST)
    GUARDS[name].apply(request, plan(name), ChatDialect())
    assert request == REQUEST


def test_refuse_answers_without_the_upstream() -> None:
    treatment = GUARDS[GuardName.REFUSE].apply(REQUEST, plan(GuardName.REFUSE), ChatDialect())
    assert treatment.answer == REFUSAL[Disclosure.GENERIC]


def test_monitor_sends_the_clients_own_bytes() -> None:
    treatment = GUARDS[GuardName.MONITOR].apply(REQUEST, plan(GuardName.MONITOR), ChatDialect())
    assert treatment.answer is None and treatment.request is None


def test_in_context_names_every_target_and_no_secret() -> None:
    targets = (
        target("t1", aliases=("the Gray Fox",), secrets=("Kessel",)),
        target("t2", name="Torvin Quist"),
    )
    treatment = GUARDS[GuardName.IN_CONTEXT].apply(
        REQUEST, plan(GuardName.IN_CONTEXT, *targets), ChatDialect()
    )
    assert treatment.request is not None
    policy = treatment.request["messages"][0]["content"]
    assert "Mirela Oskarne (also known as the Gray Fox); Torvin Quist." in policy
    assert "Kessel" not in policy
    assert treatment.request["messages"][1:] == REQUEST["messages"]


def test_no_refusal_names_a_target_or_offers_a_fact() -> None:
    assert all("{" not in text for text in REFUSAL.values())
