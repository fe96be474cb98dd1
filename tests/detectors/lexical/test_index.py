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
        ("Where was Joren Holorann born?", []),
        ("Where was Joren Holoran born?", [("joren", "fuzzy", "plain")]),
        ("Where was Joren Velmont born?", []),
        ("Where was Holloran born?", []),
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


@given(st.text(st.sampled_from("AshaVelmontJ HK-4711'9\u200b\u0301\ud800字김"), max_size=40))
def test_any_text_is_read_and_spans_lie_within_it(text: str) -> None:
    for match in INDEX.find(views(text)):
        start, end = match.span
        assert 0 <= start < end <= len(text)


def test_profiles_without_usable_names_match_nothing() -> None:
    index = LexicalIndex([TargetProfile("empty", 1, ("", " ", "\u200b"), passages=("x",))])
    assert index.find(views("any text at all")) == ()
    assert repr(index) == "LexicalIndex(1 targets)"
