"""Invented people, their facts and pairs: the same for a seed, different, parts disjoint."""

from __future__ import annotations

from collections import Counter

import pytest

from detectors.calibration.facts import Split, description_frames, fact_kinds, frames
from detectors.calibration.pairs import SAME_VALUE, SHARES, Label, pairs
from detectors.calibration.people import FACTS_EACH, World, with_articles

WORLD = World(3, size=60)


def test_a_world_is_the_same_for_its_seed_and_another_for_another() -> None:
    again = World(3, size=60)
    assert again.people == WORLD.people
    assert again.facts(again.people[7]) == WORLD.facts(WORLD.people[7])
    other = {person.name.full for person in World(4, size=60).people}
    assert len(other & {person.name.full for person in WORLD.people}) < 6


def test_names_are_different_and_some_share_a_part() -> None:
    names = [person.name for person in WORLD.people]
    assert len({name.full for name in names}) == len(names)
    families = Counter(name.family for name in names)
    assert sum(count > 1 for count in families.values()) >= 3
    assert len({name.culture for name in names}) >= 12


def test_everybody_has_about_twenty_facts() -> None:
    assert {len(person.kinds) for person in WORLD.people} <= {FACTS_EACH, FACTS_EACH + 1}
    assert len({kind for person in WORLD.people for kind in person.kinds}) >= 60


def test_every_fact_has_twelve_paraphrases_without_open_slots() -> None:
    for person in WORLD.people[:12]:
        for fact in WORLD.facts(person):
            assert len(set(fact.paraphrases)) == len(fact.paraphrases) >= 12
            assert fact.question not in fact.paraphrases
            texts = (fact.question, fact.answer, *fact.paraphrases)
            assert not any("{" in text or "}" in text for text in texts)


def test_kinds_name_only_kinds_that_exist_as_near() -> None:
    kinds = fact_kinds()
    assert len(kinds) >= 60
    for kind in kinds.values():
        assert set(kind.near) <= set(kinds) - {kind.name}
        assert {form for form, _ in kind.wordings} == set("qcnkysd")
    assert {name for pair in SAME_VALUE for name in pair} <= set(kinds)


def test_held_out_kinds_wordings_and_frames_are_not_for_training() -> None:
    kinds = fact_kinds().values()
    assert 8 <= sum(kind.held_out for kind in kinds) <= 25
    for kind in kinds:
        for form in "qcn":
            training = set(kind.of_split(form, Split.TRAIN))
            validation = set(kind.of_split(form, Split.VALIDATION))
            assert training and validation
            assert kind.held_out or not training & validation
    bare = {"{q}", "{k}", "{y}"}
    assert set(frames(Split.TRAIN)) & set(frames(Split.VALIDATION)) <= bare
    assert not set(description_frames(Split.TRAIN)) & set(description_frames(Split.VALIDATION))


@pytest.mark.parametrize("split", list(Split))
def test_pairs_are_different_labelled_and_the_same_for_a_seed(split: Split) -> None:
    found = list(pairs(5, 800, split=split))
    assert found == list(pairs(5, 800, split=split))
    assert len({(pair.registered, pair.asked) for pair in found}) == 800
    shares = Counter(pair.label for pair in found)
    for label, share in SHARES:
        assert share / 2 < shares[label] / 800 < share * 2
    for pair in found:
        assert pair.registered != pair.asked
        if pair.label in (Label.SAME, Label.OTHER_FACT, Label.DESCRIPTION):
            assert not pair.other
        if pair.label is Label.SAME:
            assert pair.kind == pair.asked_kind
        if pair.label is Label.OTHER_FACT:
            assert pair.kind != pair.asked_kind
            assert frozenset({pair.kind, pair.asked_kind}) not in SAME_VALUE
        if pair.label in (Label.DESCRIPTION, Label.OTHER_DESCRIPTION):
            assert not any(name in pair.asked for name in pair.names)


def test_no_held_out_kind_and_no_person_of_validation_is_in_training() -> None:
    training = list(pairs(6, 600))
    validation = list(pairs(6, 600, split=Split.VALIDATION))
    held_out = {kind.name for kind in fact_kinds().values() if kind.held_out}
    assert not held_out & {pair.kind for pair in training}
    assert not held_out & {pair.asked_kind for pair in training}
    assert held_out & {pair.kind for pair in validation}
    names = {pair.names for pair in training} & {pair.names for pair in validation}
    assert len(names) < 12


def test_an_article_suits_the_word_that_follows() -> None:
    assert with_articles("a author and a university, A engineer") == (
        "an author and a university, An engineer"
    )


def test_a_profile_holds_a_description_or_one_passage_for_each_fact() -> None:
    person = WORLD.people[0]
    whole, partial = WORLD.profile(person), WORLD.profile(person, person.kinds[:3])
    assert person.name.full in whole.passages[-1] and not whole.facts_only
    assert len(partial.passages) == 3 and partial.facts_only
