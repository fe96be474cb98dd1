"""What each guard does with a chat request; that the model obeys is tested in tests/integration."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gateway.guards import GUARDS
from gateway.target import Disclosure, GuardName
from gateway.wording import REFUSAL
from tests.gateway.guards.asking import ScriptedModel, Tools, asked, by_agent, chat, guard_model
from tests.gateway.targets import target

REQUEST: dict[str, Any] = chat(("user", "Where was Mirela Oskarne born?"))
NOTHING_FOUND = by_agent(audit={"reasoning": "none", "found": []})


@pytest.mark.parametrize("name", list(GUARDS))
async def test_a_guard_leaves_the_request_it_is_given_unchanged(name: GuardName) -> None:
    request = copy.deepcopy(REQUEST)
    async with guard_model(ScriptedModel(NOTHING_FOUND)) as model:
        tools = Tools(model, may_constrain=True)
        await GUARDS[name].apply(asked(request, [target(guard=name)], tools))
    assert request == REQUEST


def test_every_guard_is_registered_but_the_one_that_needs_edits() -> None:
    assert set(GuardName) - set(GUARDS) == {GuardName.ADAPTER}


async def test_refuse_answers_without_the_upstream_and_the_guard_model() -> None:
    async with guard_model() as model:
        one = asked(REQUEST, [target()], Tools(model))
        treatment = await GUARDS[GuardName.REFUSE].apply(one)
    assert treatment.answer == REFUSAL[Disclosure.GENERIC]
    assert treatment.cost.calls == 0


async def test_monitor_sends_the_clients_own_bytes() -> None:
    async with guard_model() as model:
        one = asked(REQUEST, [target(guard=GuardName.MONITOR)], Tools(model))
        treatment = await GUARDS[GuardName.MONITOR].apply(one)
    assert treatment.answer is None and treatment.request is None


async def test_constrain_bans_values_only_where_they_may_be_sent() -> None:
    one = target(aliases=("the Gray Fox",), secrets=("Kessel",), guard=GuardName.CONSTRAIN)
    request = {**REQUEST, "bad_words": ["darn"]}
    async with guard_model() as model:
        treated = [
            await GUARDS[GuardName.CONSTRAIN].apply(
                asked(request, [one], Tools(model, may_constrain=may))
            )
            for may in (True, False)
        ]
    banned, unbanned = (each.request or {} for each in treated)
    assert banned["bad_words"] == ["darn", "Mirela Oskarne", "the Gray Fox", "Kessel"]
    assert unbanned["bad_words"] == ["darn"]
    assert "Kessel" not in str(unbanned) and "Policy:" in str(banned["messages"])


def test_no_refusal_names_a_target_or_offers_a_fact() -> None:
    assert all("{" not in text for text in REFUSAL.values())
