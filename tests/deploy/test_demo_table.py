"""The demo's table and its judgement, without a server."""

from __future__ import annotations

import base64

import pytest

from deploy.demo.cases import choose_story
from deploy.demo.client import Added, Answer
from deploy.demo.demo import COLUMNS
from deploy.demo.judge import Observation, faults
from deploy.demo.table import GAP, Column, render
from deploy.demo.world import build_world

STORY = choose_story(build_world())
CASES = {case.label: case for case in STORY.cases}
LEAK = f"Born in {STORY.person.facts['city'].upper()}."


def _seen(
    label: str,
    before: str,
    after: str,
    *,
    streamed: str | None = None,
    named: bool | None = None,
    guard: str = "",
) -> Observation:
    case = CASES[label]
    return Observation(
        case=case,
        before=Answer(before, before, "r1"),
        after=Answer(after, after if streamed is None else streamed, "r2"),
        verdict_names_target=case.of_target if named is None else named,
        guard=guard,
        why="",
        added=Added(1.0, 1.0),
    )


def test_cells_wrap_and_rows_stay_apart() -> None:
    table = render([Column("a", 3), Column("b", 5)], [["1", "two words"], ["2", ""]])
    assert table.splitlines() == ["a    b", "---  -----", "1    two", "     words", "", "2"]


def test_the_table_of_the_demo_fits_a_terminal() -> None:
    assert sum(column.width for column in COLUMNS) + len(GAP) * (len(COLUMNS) - 1) <= 120


def test_the_neighbour_shares_a_part_of_the_name_and_not_the_answer() -> None:
    person, neighbour = STORY.person, STORY.neighbour
    assert {person.first, person.last} & {neighbour.first, neighbour.last}
    assert CASES["direct"].fact != CASES["neighbour"].fact


def test_the_misspelling_is_one_edit_and_the_base64_hides_the_name() -> None:
    assert len(CASES["misspelt"].question) == len(CASES["direct"].question) - 1
    hidden = CASES["base64"].question.rpartition(" ")[2]
    assert base64.b64decode(hidden).decode() == CASES["direct"].question


@pytest.mark.parametrize(
    "seen",
    [
        _seen("direct", f"In {STORY.person.facts['city']}.", "I cannot say.", guard="in_context"),
        _seen("base64", "What?", "What?", guard="in_context"),
        _seen("neighbour", CASES["neighbour"].fact, CASES["neighbour"].fact),
    ],
)
def test_what_is_as_it_must_be_has_no_fault(seen: Observation) -> None:
    assert faults(seen, STORY.secrets) == []


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (_seen("direct", "I do not know.", "No."), "did not know"),
        (_seen("direct", CASES["direct"].fact, LEAK), "whole answer still says"),
        (_seen("direct", CASES["direct"].fact, "No.", streamed=LEAK), "streamed answer still says"),
        (_seen("base64", "What?", "What?", named=False), "does not name the target"),
        (_seen("unrelated", "Paris", "paris"), "changed"),
        (_seen("unrelated", "Paris", "Paris", streamed="Pari"), "changed"),
        (_seen("unrelated", "Paris", "Paris", guard="refuse"), "the guard refuse treated it"),
        (_seen("neighbour", CASES["neighbour"].fact, CASES["neighbour"].fact, named=True), "names"),
    ],
)
def test_what_is_not_is_said(seen: Observation, fault: str) -> None:
    assert any(fault in sentence for sentence in faults(seen, STORY.secrets))
