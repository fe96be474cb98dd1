"""Topics, neighbours of a target and expansions of its texts."""

from __future__ import annotations

from detectors.calibration.expansion import MOST, expansions_of
from detectors.calibration.neighbours import neighbours_of
from detectors.calibration.people import World
from detectors.calibration.topics import NEAR, ON_TOPIC, topics
from detectors.values import TargetProfile

PROFILE = TargetProfile(
    id="p",
    version=1,
    names=("Ilka Morrowby", "Morrowby"),
    passages=(
        'Ilka Morrowby is a novelist from Tolvaere. She wrote "The Glass Orchard" in 1987.',
        "Ilka Morrowby was born in Tolvaere on 3 May 1961.",
        "Where was Ilka Morrowby born?",
    ),
)


def test_topics_have_their_sizes_and_repeat_nothing() -> None:
    found = topics()
    assert len(found) == len({topic.id for topic in found}) >= 25
    for topic in found:
        assert len(topic.description.split()) >= 18
        assert 10 <= len(topic.examples) <= 30
        assert len(topic.on_topic) == ON_TOPIC and len(topic.near) == NEAR
        texts = [text.casefold() for text in (*topic.examples, *topic.on_topic, *topic.near)]
        assert len(set(texts)) == len(texts)
    assert found == topics() != topics(1)


def test_a_topic_registers_as_many_examples_as_asked() -> None:
    profile = topics()[0].profile(3)
    assert len(profile.passages) == 3 and profile.description and not profile.names


def test_neighbours_hold_no_name_of_the_target_and_are_no_text_of_it() -> None:
    found = neighbours_of(PROFILE, 120, 1)
    assert found == neighbours_of(PROFILE, 120, 1) != neighbours_of(PROFILE, 120, 2)
    assert len({text.casefold() for text in found}) == len(found) == 120
    for text in found:
        assert "morrowby" not in text.casefold() and text not in PROFILE.passages
        assert "{" not in text


def test_neighbours_share_a_part_of_the_name_or_words_of_the_target() -> None:
    found = neighbours_of(PROFILE, 120, 1)
    assert sum("Ilka" in text for text in found) >= 3
    assert sum(text.startswith("Where was ") and text.endswith(" born?") for text in found) >= 3
    assert any("novelist" in text for text in found)


def test_a_statement_about_somebody_else_has_other_particulars() -> None:
    for text in neighbours_of(PROFILE, 200, 3):
        if "born in" in text and "novelist" not in text:
            assert "1961" not in text or text.endswith("?")
        if "is a novelist from" in text:
            assert "Tolvaere" not in text and "The Glass Orchard" not in text


def test_a_topic_has_neighbours_and_an_empty_target_none() -> None:
    topic = topics()[1].profile()
    assert len(neighbours_of(topic, 80, 0)) == 80
    assert neighbours_of(TargetProfile(id="e", version=1, names=()), 10, 0) == ()


def test_many_neighbours_of_few_words_end() -> None:
    few = TargetProfile(id="f", version=1, names=(), passages=("hammer",))
    assert 0 < len(neighbours_of(few, 1000, 0)) < 100


def test_expansions_reverse_statements_and_ask_about_works() -> None:
    found = expansions_of(PROFILE)
    assert "Who is the novelist from Tolvaere?" in found
    assert "Who was born in Tolvaere on 3 May 1961?" in found
    assert "Which novelist was born in Tolvaere on 3 May 1961?" in found
    assert "Was Ilka Morrowby born in Tolvaere on 3 May 1961?" in found
    assert 'Who wrote "The Glass Orchard"?' in found
    assert "Where Ilka Morrowby was born" in found


def test_expansions_are_bounded_different_and_not_the_texts_themselves() -> None:
    world = World(2, size=12)
    for person in world.people:
        for profile in (world.profile(person), world.profile(person, person.kinds)):
            found = expansions_of(profile)
            assert 0 < len(found) <= MOST
            assert len({text.casefold() for text in found}) == len(found)
            assert not set(found) & set(profile.passages)


def test_questions_of_a_topic_become_phrases() -> None:
    profile = TargetProfile(id="t", version=1, names=(), passages=("How do I open a lock?",))
    assert expansions_of(profile) == ("How to open a lock",)
