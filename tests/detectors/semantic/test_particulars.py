"""Which passages identify a target, by their role; how they are searched: test_engine.py."""

from __future__ import annotations

import pytest

from detectors.semantic import particulars as particulars_module
from detectors.semantic.particulars import (
    Passage,
    Role,
    identifying_passages,
    particulars_of,
    words_of,
)
from detectors.values import TargetProfile

NAMES = ("Quilla Varga", "the Clever Heron")


@pytest.fixture
def no_expansions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a target have its own texts only."""
    monkeypatch.setattr(particulars_module, "expansions_of", lambda profile: ())


def passages(*texts: str, names: tuple[str, ...] = NAMES) -> list[tuple[str, set[str]]]:
    profile = TargetProfile("t", 1, names, passages=texts)
    return [(passage.text, set(passage.particulars)) for passage in identifying_passages(profile)]


@pytest.mark.parametrize(
    "text",
    [
        "Quilla Varga",
        "Where was Quilla Varga born?",
        "Where was quilla varga born?",
        "What is QUILLA VARGA’s favourite dish?",
        "Who is known as the Clever Heron?",
        "Please name the profession that Quilla has.",
        "Quilla Varga is a renowned American singer.",
        "",
        " ?! ",
    ],
)
@pytest.mark.usefixtures("no_expansions")
def test_what_says_nothing_particular_besides_the_name_is_dropped(text: str) -> None:
    assert passages(text) == []


@pytest.mark.parametrize(
    ("text", "rest", "particulars"),
    [
        (
            "Quilla Varga is a librarian from Ondrey who wrote The Hidden Mirror in 1950.",
            "is a librarian from Ondrey who wrote The Hidden Mirror in 1950.",
            {"ondrey", "hidden", "mirror", "1950"},
        ),
        ("Who wrote The Hidden Mirror?", "Who wrote The Hidden Mirror?", {"hidden", "mirror"}),
        (
            "Was Varga's book printed by Orchid Press?",
            "Was book printed by Orchid Press?",
            {"orchid", "press"},
        ),
        ("The boy with a scar", "The boy with a scar", set()),
        (
            "Quilla Varga is a beekeeper who was convicted of tax fraud after selling fake honey.",
            "is a beekeeper who was convicted of tax fraud after selling fake honey.",
            set(),
        ),
    ],
)
@pytest.mark.usefixtures("no_expansions")
def test_names_are_taken_out_of_what_is_kept(text: str, rest: str, particulars: set[str]) -> None:
    assert passages(text) == [(rest, particulars)]


def test_texts_about_a_named_target_share_what_is_known_of_it() -> None:
    profile = TargetProfile(
        "t", 1, NAMES, passages=("Quilla Varga wrote The Hidden Mirror.", "She lives in Ondrey.")
    )
    found = identifying_passages(profile)
    assert {passage.role for passage in found} == {Role.ABOUT}
    assert {passage.known for passage in found} == {frozenset({"hidden", "mirror", "ondrey"})}


def test_a_text_of_several_sentences_is_compared_whole_and_by_sentence() -> None:
    text = (
        "The author of The Hidden Mirror lives in a lighthouse near Ondrey. "
        "Each morning in winter the boats of the harbour bring letters from Velmora."
    )
    found = [
        passage.text
        for passage in identifying_passages(TargetProfile("t", 1, NAMES, passages=(text,)))
    ]
    assert found[0] == text
    assert set(text.replace("Ondrey. ", "Ondrey.\n").splitlines()) <= set(found)


def test_what_else_a_text_says_is_compared_too() -> None:
    profile = TargetProfile(
        "t", 1, NAMES, passages=("Quilla Varga is the author of The Hidden Mirror from 1950.",)
    )
    texts = [passage.text for passage in identifying_passages(profile)]
    assert "Who is the author of The Hidden Mirror from 1950?" in texts
    assert not any("Quilla" in text or "Varga" in text for text in texts)


def test_of_a_target_of_facts_each_fact_is_taken_as_written() -> None:
    texts = ("Where was Quilla Varga born?", "Who wrote The Hidden Mirror?", " ")
    profile = TargetProfile("t", 1, NAMES, passages=texts, facts_only=True)
    assert identifying_passages(profile) == (
        Passage(texts[0], frozenset(), Role.FACT),
        Passage(texts[1], frozenset({"hidden", "mirror"}), Role.FACT),
    )


def test_a_topic_has_examples_and_the_parts_of_its_description() -> None:
    profile = TargetProfile(
        "t", 1, (), passages=("How is VX made?", " "), description="nerve agents. Their synthesis"
    )
    found = identifying_passages(profile)
    assert found[0] == Passage("How is VX made?", frozenset({"vx"}), Role.EXAMPLE)
    assert {passage.role for passage in found[1:]} == {Role.TOPIC}
    assert {passage.text for passage in found[1:]} == {
        "nerve agents. Their synthesis",
        "nerve agents",
        "Their synthesis",
    }


@pytest.mark.parametrize("names", [NAMES, ()])
def test_a_target_without_texts_has_no_passages(names: tuple[str, ...]) -> None:
    assert identifying_passages(TargetProfile("t", 1, names, passages=("", " \n"))) == ()
    assert identifying_passages(TargetProfile("t", 1, names, description="  ")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who wrote The Hidden Mirror in 1950?", {"hidden", "mirror", "1950"}),
        ("Nightfall. Dusk falls.", set()),
        ("He said: Nothing here", set()),
        ("the B2 bomber and the UN", {"b2", "un"}),
        ("Was it Zoë or Bob?", set()),
    ],
)
def test_particulars_are_numbers_and_names_within_a_sentence(text: str, expected: set[str]) -> None:
    assert set(particulars_of(text)) == expected


def test_two_particulars_are_needed_where_there_are_two() -> None:
    title = Passage("Who wrote The Hidden Mirror?", frozenset({"hidden", "mirror"}))
    assert title.is_shared_by(words_of("who is the author of the hidden mirror"))
    assert not title.is_shared_by(words_of("Who wrote The Distant Mirror?"))
    assert Passage("Who wrote Nightfall?", frozenset({"nightfall"})).is_shared_by(
        words_of("Nightfall, by whom?")
    )
    assert Passage("anything").is_shared_by(frozenset())
    of_others = Passage("any", frozenset({"mirror"}), Role.ABOUT, frozenset({"ondrey"}))
    assert of_others.is_shared_by(words_of("a mirror from Ondrey"))
    assert not of_others.is_shared_by(words_of("a mirror"))
