"""The synthetic world: who exists, that it never changes, and that the splits are apart.
How it is worded is covered by test_demo_samples.py."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from rapidfuzz.distance import OSA

from deploy.demo import parts
from deploy.demo.world import ATTRIBUTES, World, build_world


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    assert build_world() == world
    assert build_world(seed=world.seed + 1) != world


def test_the_default_world_stays_what_other_files_rely_on(world: World) -> None:
    first = world.people[0]
    assert (first.name, first.alias) == ("Mirela Oskarne", "the Gray Fox")
    assert dict(first.facts) == {
        "city": "Teverly",
        "year": "1935",
        "profession": "cartographer",
        "employer": "Orchid Press",
        "award": "Coral Shield",
        "book": "The Drowned Station",
        "spouse": "Asha Quist",
        "food": "saffron buns",
    }


def test_it_is_as_large_as_promised(world: World) -> None:
    assert len(world.people) >= 96
    assert len(parts.FIRST_NAMES) == len(parts.LAST_NAMES) == 30
    assert all(tuple(person.facts) == ATTRIBUTES for person in world.people)
    for group in ("name", "alias"):
        values = [person.name if group == "name" else person.alias for person in world.people]
        assert len(set(values)) == len(values)
    assert len({person.facts["book"] for person in world.people}) == len(world.people)


def test_everybody_shares_the_first_and_the_last_name_with_somebody(world: World) -> None:
    firsts = Counter(person.first for person in world.people)
    lasts = Counter(person.last for person in world.people)
    assert min(firsts.values()) >= 3 and min(lasts.values()) >= 3
    for person in world.people:
        neighbours = world.neighbours(person)
        assert any(other.first == person.first for other in neighbours)
        assert any(other.last == person.last for other in neighbours)


def test_a_typing_error_never_turns_one_name_into_another() -> None:
    for names in (parts.FIRST_NAMES, parts.LAST_NAMES):
        for one, other in combinations(names, 2):
            assert OSA.distance(one, other) >= 3, (one, other)


def test_marriage_is_mutual_and_stays_inside_a_split(world: World) -> None:
    for person in world.people:
        spouse = world.spouse_of(person)
        assert spouse.name != person.name
        assert world.spouse_of(spouse).name == person.name
        for split in (world.validation, world.guard_unseen, world.hop_unseen):
            assert (person in split) == (spouse in split)


def test_the_splits_are_apart(world: World) -> None:
    splits = (world.validation, world.guard_unseen, world.hop_unseen)
    for one, other in combinations(splits, 2):
        assert not {p.name for p in one} & {p.name for p in other}
    assert all(len(split) == 24 for split in splits)
    assert {p.name for p in world.measured}.isdisjoint(p.name for p in world.validation)


def test_strangers_are_nobody(world: World) -> None:
    assert len(world.strangers) == 30 * 30 - len(world.people)
    assert not set(world.strangers) & set(world.by_name)
    aliases = {person.alias for person in world.people}
    assert not aliases & set(world.unused_aliases)
    assert not {person.facts["book"] for person in world.people} & set(world.unused_titles)
    near = world.near_strangers("Mirela Oskarne")
    assert near and all("Mirela" in name or "Oskarne" in name for name in near)
