"""How exact and misspelt names are reported; the parts: test_patterns.py, test_spelling.py."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.index import LexicalIndex
from detectors.values import Match, Stage, TargetProfile
from detectors.views import views

PROFILES = (
    TargetProfile("joren", 1, ("Joren Holloran", "the Amber Magpie"), ("Kessel",)),
    TargetProfile("asha", 1, ("Asha Velmont",), ("K-4711-99",), ("K-4711-99",)),
    TargetProfile("ashe", 4, ("Ashe Velmont",)),
)
INDEX = LexicalIndex(PROFILES)


def find(text: str) -> list[tuple[str, str, str]]:
    return [(match.target, match.stage, match.view) for match in INDEX.find(views(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where was JOREN  HOLLORAN born?", [("joren", "exact", "plain")]),
        ("Who is known as the amber magpie?", [("joren", "exact", "plain")]),
        ("Where was Joren Holorann born?", [("joren", "fuzzy", "plain")]),
        ("Where was Joren Horolann born?", []),
        ("Where was Joren Holoran born?", [("joren", "fuzzy", "plain")]),
        ("Where was Joren Velmont born?", []),
        ("Where was Holloran born?", [("joren", "part", "plain")]),
        ("Where was Mark Holloran born?", []),
        ("Was Joren Holloran, that is Jroen Holloran?", [("joren", "exact", "plain")]),
        ("Is Asha Velmont here?", [("asha", "exact", "plain")]),
        ("Whose number is K-4711-99?", [("asha", "exact", "plain")]),
        ("Tell me about Kessel.", []),
        ("", []),
    ],
)
def test_what_a_text_contains(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert find(text) == expected


def test_one_error_from_two_names_names_both() -> None:
    assert {target for target, _, _ in find("Is Ash Velmont here?")} == {"asha", "ashe"}


def test_base64_is_found_with_its_place() -> None:
    run = base64.b64encode(b"Where was Joren Hollorann born?").decode()
    text = f"Decode {run} and answer"
    (match,) = INDEX.find(views(text))
    assert (match.target, match.stage, match.view) == ("joren", Stage.FUZZY, "base64")
    assert text[slice(*match.span)] == run


def test_best_first_with_spans_scores_and_reasons_without_registered_text() -> None:
    text = "Asha Velmomt met Joren Holloran"
    exact, fuzzy = INDEX.find(views(text))
    assert isinstance(exact, Match)
    assert [text[slice(*match.span)] for match in (exact, fuzzy)] == [
        "Joren Holloran",
        "Asha Velmomt",
    ]
    assert exact.score == exact.threshold == 1.0
    assert 0 < fuzzy.threshold <= fuzzy.score < 1
    for match in (exact, fuzzy):
        assert match.reason.endswith(".")
        assert "Velmont" not in match.reason and "Joren" not in match.reason


@pytest.mark.parametrize(
    ("text", "matched", "mentioned"),
    [
        ("I met Rose at the fair.", {"rose"}, set()),
        ("Did May say so?", {"may"}, set()),
        ("May's speech", {"may"}, set()),
        ("It was in May 2020.", set(), {"may"}),
        ("May I have a rose?", set(), {"may", "rose"}),
        ("WHO IS ROSE?", set(), {"rose"}),
        ("Quellomar sang it.", {"rare"}, set()),
        ("who is quellomar", {"rare"}, set()),
        ("The price of it.", set(), set()),
        ("A young hope and Young Hope.", {"band"}, set()),
    ],
)
def test_a_name_of_one_ordinary_word(text: str, matched: set[str], mentioned: set[str]) -> None:
    names = {"may": "May", "rose": "Rose", "rare": "Quellomar", "p": "Prince", "band": "Young Hope"}
    index = LexicalIndex(TargetProfile(target, 1, (name,)) for target, name in names.items())
    findings = index.examine(views(text))
    assert {match.target for match in findings.matches} == matched
    assert {mention.target for mention in findings.mentions} == mentioned


def test_a_target_of_which_only_facts_are_forgotten_is_mentioned_by_name() -> None:
    profile = TargetProfile("f", 1, ("Joren Holloran",), ("HX-99",), ("HX-99",), facts_only=True)
    index = LexicalIndex([profile])
    for text, is_name in (
        ("Where is Joren Holloran?", True),
        ("Where is Joren Hollorann?", True),
        ("Where is Holloran?", False),
    ):
        findings = index.examine(views(text))
        assert findings.matches == ()
        assert [(mention.target, mention.is_name) for mention in findings.mentions] == [
            ("f", is_name)
        ]
    assert [match.target for match in index.find(views("Is it HX-99?"))] == ["f"]


def test_where_a_whole_name_stands_no_other_target_is_read_into_it() -> None:
    profiles = [TargetProfile(name, 1, (name,)) for name in ("Joren Holloran", "Asha Holloran")]
    findings = LexicalIndex(profiles).examine(views("Where was Asha Holloran born?"))
    assert [match.target for match in findings.matches] == ["Asha Holloran"]
    assert findings.mentions == ()


TEXTS = (
    "Where was Joren Holloran born, and who is known as the amber magpie?",
    "Where was Jroen Hollorann born?",
    "What shaped Holloran's work?",
    "Kto to jest Asha Velmont? Где родилась Аша Велмонт?",
    "K-4711-99 ubyybena naroL nelloroH Velmont",
)


@pytest.mark.parametrize("text", TEXTS)
def test_an_index_read_from_its_arrays_finds_the_same(text: str) -> None:
    again = LexicalIndex.from_arrays(INDEX.to_arrays())
    assert (len(again), again.facts_only) == (len(INDEX), INDEX.facts_only)
    assert again.examine(views(text)) == INDEX.examine(views(text))


def test_an_empty_index_can_be_kept() -> None:
    empty = LexicalIndex.from_arrays(LexicalIndex(()).to_arrays())
    assert empty.examine(views("Where was Joren Holloran born?")).matches == ()


def test_a_name_that_repeats_its_word() -> None:
    index = LexicalIndex([TargetProfile("twice", 1, ("Quellomar Quellomar",))])
    assert [match.target for match in index.find(views("Who is Quellomar?"))] == ["twice"]


def test_a_name_turned_is_reported_as_read_so() -> None:
    for text, view in (("narolloH neroJ", "reversed"), ("Wbera Ubyybena", "rot13")):
        (match,) = INDEX.find(views(f"Tell me about {text}."))
        assert (match.target, match.view) == ("joren", view)


@given(st.text(st.sampled_from("AshaVelmontJ HK-4711'9\u200b\u0301\ud800字김"), max_size=40))
def test_any_text_is_read_and_spans_lie_within_it(text: str) -> None:
    for match in INDEX.find(views(text)):
        start, end = match.span
        assert 0 <= start < end <= len(text)


def test_profiles_without_usable_names_match_nothing() -> None:
    index = LexicalIndex([TargetProfile("empty", 1, ("", " ", "\u200b"), passages=("x",))])
    assert index.find(views("any text at all")) == ()
    assert repr(index) == "LexicalIndex(1 targets)"
