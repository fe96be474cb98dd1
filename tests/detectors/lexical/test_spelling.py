"""One typing error in a name; exact matches and how both are reported: test_lexical.py."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from detectors.lexical.spelling import SpellingIndex
from detectors.views import normalise

NAMES = ("mirela oskarne", "joren holloran", "the amber magpie", "jean-luc picard", "kestrel")
WORDS = st.text("abc", min_size=3, max_size=4)
SHORT_NAMES = st.lists(st.lists(WORDS, min_size=3, max_size=3).map(" ".join), max_size=6)


def found(names: tuple[str, ...] | list[str], text: str) -> dict[str, str]:
    """Return {name: what stood for it in the text}."""
    index = SpellingIndex((normalise(name).text, number) for number, name in enumerate(names))
    read = normalise(text).text
    return {names[number]: read[start:end] for start, end, number, _ in index.find(read)}


def one_edit_away(name: str) -> set[str]:
    """Every string at distance one whose edit is not at an end of the name or beside a blank."""
    edited: set[str] = set()
    for at in range(1, len(name) - 1):
        beside_blank = " " in name[at - 1 : at + 2] or "-" in name[at - 1 : at + 2]
        letters = string.ascii_lowercase if not beside_blank else ""
        edited |= {name[:at] + letter + name[at:] for letter in letters}
        edited |= {name[:at] + letter + name[at + 1 :] for letter in letters}
        edited.add(name[:at] + name[at + 1 :])
        edited.add(name[:at] + name[at + 1] + name[at] + name[at + 2 :])
        if " " in name and name[at - 1] != " " != name[at]:
            edited.add(name[:at] + " " + name[at:])
    return {text for text in edited if text[-1] == name[-1] and text != name}


@pytest.mark.parametrize("name", NAMES)
def test_every_single_error_inside_a_name_is_recognised(name: str) -> None:
    index = SpellingIndex((other, number) for number, other in enumerate(NAMES))
    for edited in one_edit_away(name):
        text = f"where was {edited} born?"
        spans = {text[start:end] for start, end, number, _ in index.find(text)}
        # Where a blank was doubled or moved to an end, normalised text would not have it.
        if edited == normalise(edited).text.strip():
            assert any(edited == span for span in spans), edited


@given(SHORT_NAMES, st.lists(WORDS, max_size=8).map(" ".join))
def test_equals_a_scan_over_all_names(names: list[str], text: str) -> None:
    """On texts with the same words as the names, the index finds what comparing all would."""
    words = text.split(" ")
    starts = [sum(len(word) + 1 for word in words[:at]) for at in range(len(words))]
    expected = {
        (start, starts[last] + len(words[last]), number)
        for number, name in enumerate(names)
        for first, start in enumerate(starts)
        for last in range(first, len(words))
        if OSA.distance(name, text[start : starts[last] + len(words[last])]) == 1
    }
    index = SpellingIndex((name, number) for number, name in enumerate(names))
    found = {
        match[:3]
        for match in index.find(text)
        if OSA.distance(names[match[2]], text[slice(*match[:2])]) == 1
    }
    assert found == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Mriela Oskarne", "mriela oskarne"),
        ("MirelaOskarne", "mirelaoskarne"),
        ("Mirel aOskarne", "mirel aoskarne"),
        ("Mir ela Oskarne", "mir ela oskarne"),
        ("Mirela-Oskarne's", "mirela-oskarne"),
        ("Mirela Oskarnes", "mirela oskarnes"),
        ("Mirela 0skarne", "mirela 0skarne"),
        ("irela Oskarne", "irela oskarne"),
    ],
)
def test_typical_errors(text: str, written: str) -> None:
    assert found(["Mirela Oskarne"], f"And {text}?") == {"Mirela Oskarne": written}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Mirela Oskarne", "Mirela Velmont and Asha Oskarne"),
        ("Mirela Oskarne", "Mriela Osrkaen"),
        ("Mirela Oskarne", "I like Mirela, Oskarne is a place"),
        ("Mirela Oskarne", "Mirela Oskarne"),
        ("Jo March", "Ja March"),
        ("Tom Fox", "Tim Fox"),
        ("Matcha", "match a"),
        ("Yammer", "hammer"),
        ("Indiana", "Indian"),
        ("Kestrel", "kestrels"),
        ("Windows", "window"),
        ("Apollo 11", "Apollo 12"),
        ("George W Bush", "George H Bush"),
        ("김민수연", "김민서연"),
        ("山田太郎一二三", "山田次郎一二三"),
    ],
)
def test_what_is_another_name_is_not_taken_for_an_error(name: str, text: str) -> None:
    assert found([name], text) == {}


def test_similarity_is_one_letter_less_than_all() -> None:
    (match,) = SpellingIndex([("mirela oskarne", 3)]).find("mirela oskarn")
    assert match[:3] == (0, 13, 3)
    assert match[3] == pytest.approx(13 / 14)


def test_an_empty_index_and_an_endless_word() -> None:
    assert SpellingIndex([]).find("anything") == []
    assert SpellingIndex([("kestrel", 0)]).find("k" * 100_000) == []
