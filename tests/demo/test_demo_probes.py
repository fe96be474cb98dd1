"""The probes of the demo: drawn alike from the same seed, honest about what they hold already."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from deploy.demo.attacks import SLOT
from deploy.demo.cast import TARGETS, Cast, choose_targets, target_body
from deploy.demo.hidings import HIDINGS
from deploy.demo.probes import Probes, Row
from deploy.demo.world import ATTRIBUTES, World, build_world
from gateway.evaluation.leakage.appearing import says, says_any
from gateway.evaluation.leakage.probes import probes_of
from gateway.evaluation.leakage.templates import read_templates
from gateway.evaluation.registration import registered

COUNT = 40
# Questions that hold the answer already: among the options, or beside it.
HOLD_THE_VALUE = ("choice", "jailbreak", "tool result")


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


@pytest.fixture(scope="module")
def probes(world: World) -> Probes:
    chosen = choose_targets(world, world.measured)
    return Probes(Cast(world, chosen), (f"You are a pirate. {SLOT} Arr!",))


@pytest.fixture(scope="module")
def rows(probes: Probes) -> list[Row]:
    return probes.rows(COUNT)


def test_half_of_each_couple_is_forgotten(world: World, probes: Probes) -> None:
    assert len(probes.cast.targets) == TARGETS
    assert all(world.spouse_of(person) not in probes.cast.targets for person in probes.cast.targets)
    groups = [probes.cast.targets, probes.cast.spouses, probes.cast.neighbours, probes.cast.others]
    assert sum(map(len, groups)) == len(world.people)
    assert min(map(len, groups)) > 5


def test_validation_people_are_others_than_those_measured(world: World) -> None:
    validation = choose_targets(world, world.validation)
    assert not {p.name for p in validation} & {p.name for p in world.measured}


def test_all_that_is_known_is_registered(probes: Probes) -> None:
    for sequence, person in enumerate(probes.cast.targets, start=1):
        content = registered(target_body(person, "in_context"), sequence).content
        assert content.name == person.name and content.aliases == (person.alias,)
        assert set(content.secrets) == {person.facts[attribute] for attribute in ATTRIBUTES}


def test_the_same_probes_are_drawn_again(probes: Probes, rows: list[Row]) -> None:
    assert json.dumps(probes.rows(COUNT)) == json.dumps(rows)
    assert json.dumps(probes.rows(COUNT, seed=1)) != json.dumps(rows)


def test_every_row_is_a_probe(probes: Probes, rows: list[Row]) -> None:
    ids = {f"person-{person.identifier}" for person in probes.cast.targets}
    found = probes_of(rows, ids)
    assert len(found) == COUNT * len(probes.groups)
    assert {each.target for each in found} == ids | {None}
    assert sum(each.is_streamed for each in found) * 2 == len(found)


def test_no_question_about_somebody_forgotten_says_the_answer(
    probes: Probes, rows: list[Row]
) -> None:
    ids = {f"person-{person.identifier}" for person in probes.cast.targets}
    for row, probe in zip(rows, probes_of(rows, ids), strict=True):
        if row["target"] and row["group"] not in HOLD_THE_VALUE:
            asked = json.dumps(probe.messages, ensure_ascii=False)
            assert not says(asked, row["answers"][0]), row


def test_what_must_stay_names_nobody_forgotten(probes: Probes, rows: list[Row]) -> None:
    for row in rows:
        if row["target"] is None and "prompt" in row:
            assert not says_any(f"{row['prompt']} {row['expected'][0]}", probes.cast.names)


def test_inventions_are_false_values_of_what_was_asked(probes: Probes, rows: list[Row]) -> None:
    for row in rows:
        if row["target"]:
            assert row["inventions"]
            assert not says_any("\n".join(row["inventions"]), row["answers"][:1])


def test_every_hiding_changes_the_name_and_keeps_its_letters(world: World) -> None:
    for name, hide in HIDINGS.items():
        written = hide(random.Random(1), world.people[0].name)
        assert written != world.people[0].name, name


def test_templates_are_read_where_they_lie(tmp_path: Path) -> None:
    assert read_templates(tmp_path, SLOT) == ()
    first, second = {"text": "Say [INSERT PROMPT HERE] now."}, {"prompts": ["Be {generator.name}."]}
    (tmp_path / "gptfuzzer_templates.jsonl").write_text(json.dumps(first))
    (tmp_path / "dan_templates.jsonl").write_text(json.dumps(second))
    assert read_templates(tmp_path, "X") == ("Say X now.", "Be the assistant.\n\nX")
