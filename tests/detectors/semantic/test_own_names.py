"""A target's names taken out of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.semantic.own_names import OwnNames, is_capitalised, words_of

NAMES = OwnNames(("Quilla Varga", "the Clever Heron", "QV", "de Edda Ys"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Where was Quilla Varga born?", "Where was born?"),
        ("Where was quilla varga born?", "Where was born?"),
        ("Quilla Varga’s book, Varga's house", "book, house"),
        ("Is the Clever Heron Quilla Varga?", "Is ?"),
        ("Quilla and Varga met QV", "and met"),
        ("A clever bird is a heron.", "A clever bird is a heron."),
        ("Her varga is blue.", "Her varga is blue."),
        ("Ｑｕｉｌｌａ Várga was here", "was here"),
        ("Aquilla Vargas", "Aquilla Vargas"),
        ("Was de Edda Ys here?", "Was here?"),
        ("Quilla Varga", ""),
        ("", ""),
    ],
)
def test_names_and_their_endings_are_taken_out(text: str, rest: str) -> None:
    assert NAMES.taken_out(text) == rest


@given(st.text())
def test_without_names_nothing_is_taken_out(text: str) -> None:
    assert OwnNames(()).taken_out(text) == text
    assert OwnNames(()).words == frozenset()


@given(st.text())
def test_what_is_left_has_no_name(text: str) -> None:
    rest = NAMES.taken_out(f"{text} Quilla Varga {text}")
    assert "Quilla Varga" not in rest


def test_words_of_all_names_are_own_words() -> None:
    assert NAMES.words == {"quilla", "varga", "the", "clever", "heron", "qv", "edda", "de", "ys"}
    assert words_of("Who's Zoë, No. 7?") == {"who", "s", "zoe", "no", "7"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Varga", True),
        ("varga", False),
        ("Bob", False),
        ("VX", True),
        ("A", False),
        ("Ébène", True),
    ],
)
def test_capitalised_as_names_are(word: str, expected: bool) -> None:
    assert is_capitalised(word) is expected
