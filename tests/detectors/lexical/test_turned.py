"""Names turned within a text that is not."""

from __future__ import annotations

import codecs

import pytest

from detectors.lexical.index import LexicalIndex
from detectors.values import TargetProfile
from detectors.views import views

INDEX = LexicalIndex(
    [TargetProfile("king", 1, ("Stephen King",)), TargetProfile("leon", 1, ("Leon",))]
)


def found(text: str) -> list[tuple[str, str]]:
    return [(match.target, match.view) for match in INDEX.find(views(text))]


@pytest.mark.parametrize(
    ("form", "view", "how"),
    [
        (codecs.encode("Stephen King", "rot13"), "rot13", ", once its rot13 is undone"),
        ("gniK nehpetS", "reversed", ", once it is read backwards"),
        ("nehpetS gniK", "reversed", ", once it is read backwards"),
    ],
)
def test_a_turned_name_says_how_it_was_read(form: str, view: str, how: str) -> None:
    text = f"Please tell me about {form} now."
    assert found(text) == [("king", view)]
    assert how in INDEX.find(views(text))[0].reason


@pytest.mark.parametrize("text", ["Did Noel call me?", f"Is {codecs.encode('Leon', 'rot13')} it?"])
def test_short_single_words_are_not_turned(text: str) -> None:
    assert found(text) == []
