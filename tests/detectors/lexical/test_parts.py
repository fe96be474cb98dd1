"""Parts of names, and how a word stands in a text; how they are reported: test_index.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.index import Findings, LexicalIndex
from detectors.lexical.parts import MOST_SHARING, PartIndex, words_of_person
from detectors.lexical.writing import Case, case_of, place_of
from detectors.values import TargetProfile
from detectors.views import views

NAMES = ("Mirela Oskarne", "Ulysses S. Grant", "Lisa Marie Presley", "The Amber Oskarpie", "Quell")
INDEX = PartIndex((name, number) for number, name in enumerate(NAMES))


def found(text: str) -> dict[str, bool]:
    """Return {name: whether the part counts by itself}."""
    return {NAMES[part.target]: part.counts for part in INDEX.find(views(text)[0])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What shaped Oskarne's writing?", {"Mirela Oskarne": True}),
        ("Oskarne's first novel was which?", {"Mirela Oskarne": True}),
        ("Describe Oskarne and her work.", {"Mirela Oskarne": True}),
        ("what shaped oskarne's writing", {"Mirela Oskarne": True}),
        ("WHAT SHAPED OSKARNE'S WRITING", {"Mirela Oskarne": True}),
        ("What Shaped Early Novels by Oskarne Most?", {"Mirela Oskarne": True}),
        ("I like an oskarne in my Garden.", {}),
        ("Where was Tara Oskarne born?", {}),
        ("Where is the Oskarne Bridge?", {}),
        ("What did Mirela Oskarne write?", {"Mirela Oskarne": True}),
        ("Where did Grant study?", {"Ulysses S. Grant": True}),
        ("What was Grant's response?", {"Ulysses S. Grant": True}),
        ("I asked Grant about it.", {"Ulysses S. Grant": False}),
        ("Grant was elected when?", {"Ulysses S. Grant": False}),
        ("Did Cary Grant sing?", {}),
        ("Please grant me access, and Park the car.", {}),
        ("where did grant study?", {"Ulysses S. Grant": False}),
        ("grant me access", {}),
        ("Did Grant & Sons pay?", {"Ulysses S. Grant": False}),
        ("What does Grant's theorem say?", {"Ulysses S. Grant": False}),
        ("Has Elvis Presley a sister?", {}),
        ("Has Presley a sister?", {"Lisa Marie Presley": True}),
        ("What is an Oskarpie?", {}),
    ],
)
def test_where_a_part_counts(text: str, expected: dict[str, bool]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("J. K. Rowling", ["rowling"]),
        ("A. A. Oskarne", ["oskarne"]),
        ("Robert Downey Jr.", ["robert", "downey"]),
        ("Charles III", []),
        ("Juan Prim, 1st Marquis", ["juan", "prim"]),
        ("The Amber Magpie", []),
        ("Apollo 11", []),
        ("Мишель Абилов", []),
        ("Sofía Vergara", ["sofia", "vergara"]),
        ("Quell", []),
        ("", []),
    ],
)
def test_names_that_could_be_a_persons(name: str, words: list[str]) -> None:
    assert words_of_person(name) == words


def test_a_part_that_many_share_is_dropped() -> None:
    profiles = [TargetProfile(first, 1, (f"{first} Oskarne",)) for first in "BCDFG"]
    text = views("What shaped Oskarne?")
    shared = LexicalIndex(profiles[:MOST_SHARING]).examine(text)
    assert [match.target for match in shared.matches] == ["B", "C", "D", "F"]
    assert LexicalIndex(profiles).examine(text) == Findings()
    assert LexicalIndex(profiles * 3).examine(text) == Findings()


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Where is it?", Case.SENTENCE),
        ("where is it?", Case.LOWER),
        ("WHERE IS IT?", Case.UPPER),
        ("Where Did Oskarne Write These Novels?", Case.TITLE),
        ("", Case.SENTENCE),
    ],
)
def test_case_of_a_text(text: str, case: Case) -> None:
    assert case_of(text) is case


@given(st.text(st.sampled_from("Grant's & .OA\u2019\n-é1"), max_size=30), st.data())
def test_any_place_can_be_looked_at(text: str, data: st.DataObject) -> None:
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        place = place_of(text, start, end)
        assert place.is_capital is not text[start].islower()


@pytest.mark.parametrize(
    "text",
    [
        "Zoltan  Oskarne",
        "Zoltan&nbsp;Oskarne",
        "Z\u0337olt\u0311an\u0336 O\u0337skarne",
        "Zol\u200btan\u2060 Oskarne",
    ],
)
def test_a_disguise_does_not_hide_that_a_part_is_of_somebody_else(text: str) -> None:
    assert found("Where does Oskarne come from?") == {"Mirela Oskarne": True}
    assert found(f"Where does {text} come from?") == {}
