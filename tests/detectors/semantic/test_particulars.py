"""Which passages identify a target without its names; how they are searched: test_semantic.py."""

from __future__ import annotations

import pytest

from detectors.semantic.particulars import Passage, identifying_passages, words_of
from detectors.values import TargetProfile

NAMES = ("Quilla Varga", "the Clever Heron")


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
def test_names_are_taken_out_of_what_is_kept(text: str, rest: str, particulars: set[str]) -> None:
    assert passages(text) == [(rest, particulars)]


def test_a_target_without_names_is_a_topic_and_keeps_its_passages() -> None:
    texts = ("synthesis of nerve agents", "How is VX made?", " ")
    assert passages(*texts, names=()) == [(texts[0], set()), (texts[1], set())]


def test_two_particulars_are_needed_where_there_are_two() -> None:
    title = Passage("Who wrote The Hidden Mirror?", frozenset({"hidden", "mirror"}))
    assert title.is_shared_by(words_of("who is the author of the hidden mirror"))
    assert not title.is_shared_by(words_of("Who wrote The Distant Mirror?"))
    assert Passage("Who wrote Nightfall?", frozenset({"nightfall"})).is_shared_by(
        words_of("Nightfall, by whom?")
    )
    assert Passage("anything").is_shared_by(frozenset())
