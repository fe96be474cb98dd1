"""Names found in all their forms by one pattern each; their forms: tests/detectors/views."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.names import NameSet
from detectors.lexical.patterns import PatternSet
from detectors.lexical.turned import turned_names
from detectors.views import forms_of, normalise
from detectors.views.view import plain_view

NAMES = (
    "Stephen King",
    "J. K. Rowling",
    "Jean-Paul Sartre",
    "Conan O'Brien",
    "José García",
    "Sammy Davis Jr.",
    "Jet Li",
    "Leon",
    "Quellomar",
    "Rotavator",
    "Ян Ли",
)
SET = NameSet((name, number) for number, name in enumerate(NAMES))
PIECES = st.lists(
    st.sampled_from(["a", "b", "l", "i", " ", ".", "-", "'", "s", "?", "é"]), max_size=14
)
LETTERS = PIECES.map("".join)
MANY = st.lists(LETTERS.map(lambda text: text.strip()).filter(bool), max_size=5)


def found(text: str, **how: bool) -> list[tuple[str, str]]:
    text = normalise(text).text
    return [(text[start:end], NAMES[number]) for start, end, number in SET.find(text, **how)]


@pytest.mark.parametrize(
    ("text", "written", "name"),
    [
        ("Is Stephen  King in?", "stephen king", "Stephen King"),
        ("#StephenKing's", "stephenking", "Stephen King"),
        ("by J. K. Rowling", "j. k. rowling", "J. K. Rowling"),
        ("by j k rowling", "j k rowling", "J. K. Rowling"),
        ("by jkrowling", "jkrowling", "J. K. Rowling"),
        ("by j k rowiing", "j k rowiing", "J. K. Rowling"),
        ("Jean Paul Sartre, Jeanpaul", "jean paul sartre", "Jean-Paul Sartre"),
        ("Jose Garcia", "jose garcia", "José García"),
        ("Sammy Davis Jr. sang", "sammy davis jr", "Sammy Davis Jr."),
        ("Quellomar", "quellomar", "Quellomar"),
    ],
)
def test_each_form_is_found(text: str, written: str, name: str) -> None:
    assert found(text) == [(written, name)]


@pytest.mark.parametrize(
    "text",
    [
        "step hen king",
        "Stephen, King of all",
        "stephen kingdom",
        "mystephen king",
        "ask stephen. king me",
        "stephen?king",
        "stephenéking",
    ],
)
def test_what_only_has_the_letters_is_no_name(text: str) -> None:
    assert found(text) == []


def test_without_boundaries_long_names_count_within_words() -> None:
    assert found("isstephenkingin") == []
    assert found("isstephenkingin", bounded=False) == [("stephenking", "Stephen King")]


@given(MANY, LETTERS)
def test_what_forms_in_a_pattern_set_find_is_found(names: list[str], text: str) -> None:
    """Signs at the ends are no part of a place here; beside that the two are the same."""
    written = list(enumerate(names))
    forms = PatternSet((form, number) for number, name in written for form in _long_forms(name))
    text = normalise(text).text
    expected = {_without_edges(text, *place) for place in forms.find(text)}
    got = NameSet((name, number) for number, name in written).find(text)
    assert {_without_edges(text, *place) for place in got} >= expected
    wider = PatternSet(
        (form.strip(" .-'"), number) for number, name in written for form in _long_forms(name)
    )
    assert set(got) <= set(forms.find(text)) | set(wider.find(text))


@given(MANY, LETTERS, LETTERS)
def test_what_is_not_held_can_be_released(names: list[str], seen: str, later: str) -> None:
    wanted = NameSet((name, number) for number, name in enumerate(names))
    seen, whole = normalise(seen).text, normalise(seen).text + normalise(later).text
    held = wanted.hold(seen)
    for place in wanted.find(whole):
        assert place[0] >= held or place in wanted.find(seen)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("I met Ste", "ste"),
        ("I met Stephen", "stephen"),
        ("I met Stephen ", "stephen "),
        ("I met Stephen King", "stephen king"),
        ("I met Stephen King ", ""),
        ("I met Jet L", "jet l"),
        ("I met Majo", ""),
        ("I met ", ""),
    ],
)
def test_hold_begins_where_a_name_may_be_under_way(text: str, held: str) -> None:
    normalised = normalise(text).text
    assert normalised[SET.hold(normalised) :] == held


def test_a_set_read_from_its_arrays_finds_the_same() -> None:
    again = NameSet.from_arrays(SET.to_arrays())
    text = "stephen king and leon, jetli, ян ли"
    assert again.find(text) == SET.find(text) and len(again) == len(SET)
    assert again.hold("by steph") == len("by ")
    assert NameSet.from_arrays(NameSet(()).to_arrays()).find(text) == []


@pytest.mark.parametrize(
    ("text", "place", "view"),
    [
        ("tell me of gnik nehpets's book", "gnik nehpets", "reversed"),
        ("of (nehpets gnik) and", "nehpets gnik", "reversed"),
        ("is nehpets gnik's book", "nehpets gnik", "reversed"),
        ("by .J .K gnilwor", "J .K gnilwor", "reversed"),
        ("about nanoc neirb'o, please", "nanoc neirb'o", "reversed"),
        ("luap-naej ertras?", "luap-naej ertras", "reversed"),
        ("on Wbfé Tnepín now", "Wbfé Tnepín", "rot13"),
        ("on Wbfr Tnepvn now", "Wbfr Tnepvn", "rot13"),
        ("ramolleuq", "ramolleuq", "reversed"),
        ("Noel", None, ""),
        ("Rotavator", None, ""),
        ("Stephen King", None, ""),
    ],
)
def test_turned_names(text: str, place: str | None, view: str) -> None:
    plain = plain_view(text)
    places = {
        (text[slice(*plain.span(start, end))], name)
        for start, end, _, name, _ in turned_names(SET, plain)
    }
    assert places == ({(place, view)} if place else set())


def _long_forms(name: str) -> list[str]:
    return [form for place, form in enumerate(forms_of(name)) if place == 0 or len(form) >= 4]


def _without_edges(text: str, start: int, end: int, number: int) -> tuple[int, int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return start, end, number
