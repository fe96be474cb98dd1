"""The strings that a name is looked for as; what texts are read as stands in test_undo.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.views import forms_of, normalise
from detectors.views.confusables import fold, look_alikes


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Stephen King", ("stephen king", "stephenking")),
        ("J.K. Rowling", ("j.k. rowling", "jk rowling", "jkrowling", "j.k. rowiing", "jk rowiing")),
        ("J. K. Rowling", ("j. k. rowling", "j.k. rowling", "j k rowling", "jk rowling")),
        ("George R.R. Martin", ("george r.r. martin", "george r. r. martin", "george rr martin")),
        ("Madonna", ("madonna",)),
        ("Jet Li", ("jet li", "jet ii")),
        ("Ян Ли", ("ян ли",)),
        ("  ", ()),
    ],
)
def test_forms_begin_with_the_plain_one(name: str, forms: tuple[str, ...]) -> None:
    made = forms_of(name)
    assert made[: len(forms[:1])] == forms[:1]
    assert set(forms) <= set(made)


@given(st.text(max_size=30))
def test_every_form_is_normalised_and_stands_once(name: str) -> None:
    forms = forms_of(name)
    assert all(forms)
    assert len(set(forms)) == len(forms)
    assert all(normalise(form).text == form for form in forms)


def test_look_alikes_are_single_characters_beside_ascii() -> None:
    table = look_alikes()
    assert all(code > 127 and letter.isascii() for code, letter in table.items())
    assert fold("Ѕtерhеn") == "Stephen"
    assert fold("İstanbul ᴋɪɴɢ") == "Istanbul king"
