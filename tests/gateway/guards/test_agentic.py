"""The control flow of `agentic` with a scripted guard model: every branch, its calls and prompts.

How well a true model audits is measured, not tested; what happens with whatever it says is here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.guards import GUARDS, Budget, Draft, Treatment, repair
from gateway.guards.agentic import MOST_CANDIDATES
from gateway.guards.agents import REWRITES
from gateway.target import Disclosure, ForgetTarget, GuardName
from gateway.wording import REFUSAL
from tests.gateway.guards.asking import (
    Script,
    ScriptedModel,
    Tools,
    asked,
    by_agent,
    chat,
    draft,
    guard_model,
)
from tests.gateway.targets import target

ONE = target(
    name="Odile Sorrel", aliases=("the Gray Fox",), secrets=("Kessel",), guard=GuardName.AGENTIC
)
QUESTION = "Where was Odile Sorrel born, and who paints?"
SAID = draft("Odile Sorrel was born in Kessel. Bram Toll paints.")
REFUSED = REFUSAL[Disclosure.GENERIC]
DIRTY: dict[str, Any] = {"reasoning": "It states her birthplace.", "found": [1]}
CLEAN: dict[str, Any] = {"reasoning": "It declines.", "found": []}
FOUR = [f"Version {number}: Bram Toll paints." for number in range(REWRITES)]


async def treated(
    script: Script | ScriptedModel,
    *,
    said: Draft = SAID,
    targets: tuple[ForgetTarget, ...] = (ONE,),
    budget: Budget | None = None,
    **fields: Any,
) -> tuple[Treatment, ScriptedModel, Tools]:
    scripted = script if isinstance(script, ScriptedModel) else ScriptedModel(script)
    async with guard_model(scripted, budget=budget) as model:
        tools = Tools(model, draft_=said)
        one = asked(chat(("user", QUESTION), **fields), targets, tools)
        treatment = await GUARDS[GuardName.AGENTIC].apply(one)
    assert treatment.cost.calls == len(scripted.received), "every call is reported"
    assert "Kessel" not in _without_data(scripted), "no secret but in what others wrote"
    return treatment, scripted, tools


def _without_data(scripted: ScriptedModel) -> str:
    lines = [line for request in scripted.received for message in request["messages"]
             for line in message["content"].splitlines()]  # fmt: skip
    kept, inside = [], False
    for line in lines:
        inside = line.startswith("<data ") or (inside and not line.startswith("</data "))
        kept += [] if inside else [line]
    return "\n".join(kept)


async def test_a_clean_answer_goes_out_as_it_came_after_one_call() -> None:
    treatment, scripted, tools = await treated(by_agent(audit=CLEAN))
    assert treatment.draft is SAID and treatment.answer is None
    assert treatment.action == "audited" and treatment.may_name == {"t1"}
    assert scripted.agents == ["Audit"] and tools.drafted == [None]


async def test_names_are_not_allowed_by_the_audit_of_targets_that_did_not_ask_for_one() -> None:
    two = target("t2", name="Bram Toll")
    treatment, _, _ = await treated(by_agent(audit=CLEAN), targets=(ONE, two))
    assert treatment.may_name == {"t1"}


async def test_full_marks_end_it_after_three_calls() -> None:
    treatment, scripted, _ = await treated(
        by_agent(audit=DIRTY, rewrites={"rewrites": FOUR}, scores={"scores": [3, 4, 5, 5]})
    )
    assert treatment.answer == FOUR[2] and treatment.draft is SAID
    assert treatment.action == "rewritten" and treatment.may_name == frozenset()
    assert scripted.agents == ["Audit", "Rewrites", "Scores"]


async def test_good_marks_without_a_full_one_are_composed_and_scored_again() -> None:
    treatment, scripted, _ = await treated(
        by_agent(
            audit=DIRTY,
            rewrites={"rewrites": FOUR},
            scores=[{"scores": [1, 4, 4, 4]}, {"scores": [5]}],
            composed={"answer": "Bram Toll paints."},
        )
    )
    assert treatment.answer == "Bram Toll paints."
    assert scripted.agents == ["Audit", "Rewrites", "Scores", "Composed", "Scores"]
    composed = scripted.received[3]["messages"][1]["content"]
    assert FOUR[0] not in composed and all(text in composed for text in FOUR[1:])


@pytest.mark.parametrize(
    ("script", "calls"),
    [
        ({"rewrites": {"rewrites": []}}, 2),
        ({"rewrites": {"rewrites": ["Odile Sorrel paints.", "She is from Kessel.", "  "]}}, 2),
        ({"rewrites": {"rewrites": ["0dile S0rrel paints."]}}, 2),
        ({"rewrites": {"rewrites": FOUR}, "scores": {"scores": [3, 4, 4, 2]}}, 3),
        ({"rewrites": {"rewrites": FOUR}, "scores": {"scores": [4, 4, 4]}}, 3),
        ({"rewrites": {"rewrites": FOUR}, "scores": {"scores": [4, 4, 4, 9]}}, 3),
        ({"rewrites": {"rewrites": [*FOUR, "Another."]}}, 2),
        ({"rewrites": {"rewrites": FOUR}, "scores": {"scores": [4, 4, 4, 4]},
          "composed": {"answer": "Odile Sorrel paints."}}, 4),
        ({"rewrites": {"rewrites": FOUR}, "scores": {"scores": [4, 4, 4, 4]},
          "composed": {"answer": " "}}, 4),
        ({"rewrites": {"rewrites": FOUR},
          "scores": [{"scores": [4, 4, 4, 4]}, {"scores": [3]}],
          "composed": {"answer": "Somebody paints."}}, 5),
        ({"rewrites": "nonsense"}, 2),
        ({"audit": {"reasoning": "", "found": [2]}}, 1),
        ({"audit": {"reasoning": "", "found": [0]}}, 1),
        ({"audit": "The answer is clean."}, 1),
        ({"audit": {"found": []}}, 1),
    ],
)  # fmt: skip
async def test_whatever_is_not_good_enough_is_refused(script: dict[str, Any], calls: int) -> None:
    treatment, scripted, _ = await treated(by_agent(**{"audit": DIRTY, **script}))
    assert treatment.answer == REFUSED and treatment.draft is None
    assert len(scripted.received) == calls


@pytest.mark.parametrize(
    ("scripted", "budget"),
    [
        (ScriptedModel(status=500), None),
        (ScriptedModel(lambda request: OSError("gone")), None),
        (ScriptedModel(by_agent(audit=CLEAN), pause=30), Budget(seconds=0.2)),
        (ScriptedModel(by_agent(audit=DIRTY), finish_reason="length"), None),
        (ScriptedModel(by_agent(audit=CLEAN)), Budget(tokens=100)),
        (ScriptedModel(by_agent(audit=DIRTY)), Budget(calls=1)),
        (ScriptedModel(by_agent(audit=DIRTY, rewrites={"rewrites": FOUR},
                                scores={"scores": [4, 4, 4, 4]})), Budget(calls=3)),
    ],
)  # fmt: skip
async def test_down_slow_and_over_budget_are_refused(
    scripted: ScriptedModel, budget: Budget | None
) -> None:
    treatment, _, _ = await treated(scripted, budget=budget)
    assert treatment.answer == REFUSED and treatment.draft is None


async def test_reasoning_and_arguments_are_audited_and_never_rewritten_in_part() -> None:
    said = draft("", other='{"city": "Kessel"}')
    treatment, scripted, _ = await treated(by_agent(audit=DIRTY), said=said)
    assert treatment.answer == REFUSED and scripted.agents == ["Audit"]
    assert "Kessel" in json.dumps(scripted.received[0])


async def test_where_json_was_promised_no_prose_takes_its_place() -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}
    treatment, scripted, _ = await treated(by_agent(audit=DIRTY), response_format=schema)
    assert treatment.answer == REFUSED and scripted.agents == ["Audit"]


async def test_an_error_of_the_upstream_is_passed_on_unaudited() -> None:
    said = draft("no such model", status=404)
    treatment, scripted, _ = await treated(by_agent(), said=said)
    assert treatment.draft is said and not scripted.received


async def test_more_targets_than_can_be_audited_are_refused() -> None:
    firsts = ("Odile", "Bram", "Joren", "Mirela", "Torvin", "Asha", "Lucan", "Pavel", "Ilse")
    names = [f"{first} Sorrel" for first in firsts]
    many = tuple(
        target(f"t{number}", name=name, guard=GuardName.AGENTIC)
        for number, name in enumerate(names)
    )
    async with guard_model(scripted := ScriptedModel(by_agent(audit=CLEAN))) as model:
        one = asked(chat(("user", f"Who are {', '.join(names)}?")), many, Tools(model))
        treatment = await GUARDS[GuardName.AGENTIC].apply(one)
    assert len(many) > MOST_CANDIDATES
    assert treatment.answer == REFUSED and not scripted.received


async def test_the_answer_of_a_request_that_matched_nothing_is_repaired() -> None:
    script = by_agent(audit=DIRTY, rewrites={"rewrites": FOUR}, scores={"scores": [5] * 4})
    async with guard_model(ScriptedModel(script)) as model:
        tools = Tools(model)
        treatment = await repair(tools, "Who paints?", SAID, (ONE,), Disclosure.GENERIC)
        untouched = await repair(tools, "Who paints?", SAID, (), Disclosure.GENERIC)
        watched = target(guard=GuardName.MONITOR)
        unaudited = await repair(tools, "Who paints?", SAID, (watched,), Disclosure.GENERIC)
    assert treatment.answer == FOUR[0] and treatment.cost.calls == 3
    assert untouched.draft is SAID and unaudited.draft is SAID
    assert unaudited.cost.calls == 3, "a clean answer of nobody in question costs nothing"


async def test_prompts_do_not_grow_with_the_registry() -> None:
    """Ten targets or a hundred thousand: the agents are told of eight at most."""
    sent = []
    for count in (10, 100_000):
        targets = [
            target(f"t{number}", name=f"Odile Sorrel {number:06}", guard=GuardName.AGENTIC)
            for number in range(count)
        ]
        scripted = ScriptedModel(
            by_agent(audit=DIRTY, rewrites={"rewrites": FOUR}, scores={"scores": [5] * 4})
        )
        async with guard_model(scripted) as model:
            treatment = await repair(Tools(model), "Who?", SAID, targets, Disclosure.GENERIC)
        sent.append((treatment.cost, scripted.received))
    assert sent[0] == sent[1]


async def test_a_long_question_takes_no_room_from_the_answer() -> None:
    async with guard_model(scripted := ScriptedModel(by_agent(audit=CLEAN))) as model:
        asked_long = "Who paints? " * 100_000
        treatment = await repair(Tools(model), asked_long, SAID, (ONE,), Disclosure.GENERIC)
    assert treatment.draft is SAID
    assert SAID.prose in scripted.received[0]["messages"][1]["content"]


async def test_an_answer_that_is_too_long_to_be_audited_is_refused() -> None:
    treatment, scripted, _ = await treated(by_agent(audit=CLEAN), said=draft("word " * 100_000))
    assert treatment.answer == REFUSED and not scripted.received


async def test_prompts_begin_with_what_stays_the_same() -> None:
    first, second = [
        (await treated(by_agent(audit=CLEAN), said=draft(text)))[1].received[0]["messages"]
        for text in ("One answer.", "Another answer.")
    ]
    shared = len(_common(json.dumps(first), json.dumps(second)))
    assert first[0] == second[0] and shared > 0.8 * len(json.dumps(first))


def _common(one: str, other: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[:length]
