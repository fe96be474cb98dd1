"""When two spellings of a name are one name, and when nothing is left of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registry.names import is_identifying, normalise_name


@pytest.mark.parametrize(
    "spelling",
    [
        "Éva Straße",
        "E\u0301va Straße",
        "  éVA\tstrasse ",
        "E\u200bva Stra\u00adsse",
        "Ｅｖａ　Ｓｔｒａｓｓｅ",
    ],
)
def test_spellings_of_one_name_are_equal(spelling: str) -> None:
    assert normalise_name(spelling) == "eva strasse"


def test_different_names_differ() -> None:
    assert normalise_name("Eva Strasse") != normalise_name("Eva S. Strasse")


@given(st.text())
def test_a_normalised_name_stays_as_it_is(name: str) -> None:
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\u0301", "—", "…"])
def test_nothing_to_search_for_is_left(name: str) -> None:
    assert not is_identifying(name)


@pytest.mark.parametrize("name", ["x", "7", "王", "-a-"])
def test_a_letter_or_digit_identifies(name: str) -> None:
    assert is_identifying(name)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_names_take_a_short_way_to_the_same_form(name: str) -> None:
    assert normalise_name(name) == normalise_name(name + "\u00ad")
