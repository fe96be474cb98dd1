"""Made-up words put back into texts: the same for every way in which a text comes in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unknown.back import Dictionary, TextBack
from tests.gateway.unknown.putting_back import pieces_put_back, put_back
from tests.gateway.unknown.words import surrogate

WORDS = (
    surrogate("jensen", "Oskarne", bounds=((3, 3),)),
    surrogate("anna", "Mirela"),
    surrogate("oskvel", "Oskarlo", bounds=((3, 3),)),
    surrogate("王小明", "李大海"),
)
PARTS = st.sampled_from(
    [
        *("Anna", "Jensen", "anna", "JENSEN", "jensen's", "Annamaria", "Hanna", "Jen", "Je", "A"),
        *("Oskvel", "osk", "Oskar", "was born", "in", "\\n", "\\", "'s", "-", "\n", " ", "  "),
        *("王小明", "王小", "在", "明", "e\u0301", "\u0301", "{", '"', "_", "9"),
    ]
)
TEXTS = st.lists(st.one_of(PARTS, st.text(max_size=3)), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Anna Jensen was here.", "Mirela Oskarne was here."),
        ("ANNA JENSEN, anna jensen", "MIRELA OSKARNE, mirela oskarne"),
        ("Jensen's book; Anna-Jensen", "Oskarne's book; Mirela-Oskarne"),
        ("Hanna and Jens know nothing.", "Hanna and Jens know nothing."),
        ('{"name": "x\\nAnna"}', '{"name": "x\\nMirela"}'),
        ("关于王小明的问题", "关于李大海的问题"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_words_are_put_back_as_they_are_written(said: str, shown: str) -> None:
    assert put_back(said, Dictionary(WORDS))[0] == shown


@given(TEXTS, st.lists(st.integers(0, 60), max_size=12))
def test_every_split_gives_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [text[a:b] for a, b in zip(places, places[1:], strict=False)]
    words = Dictionary(WORDS)
    assert "".join(pieces_put_back(pieces, words)) == put_back(text, words)[0]


@given(TEXTS)
def test_no_made_up_name_is_left(text: str) -> None:
    shown = put_back(text, Dictionary(WORDS))[0]
    again = put_back(shown, Dictionary(WORDS))[0]
    assert again == shown


def test_a_word_whose_tokens_begin_alike_waits_for_nothing() -> None:
    back = TextBack(Dictionary([surrogate("oskvel", "Oskarne", bounds=((3, 3),))]))
    first = back.feed(" Osk")
    assert (first.text, first.is_resolved) == (" Osk", True)
    assert back.feed("vel").text == "arne"


def test_a_word_that_nothing_else_begins_like_waits_for_nothing() -> None:
    word = surrogate("zorbalen", "Oskarne", bounds=((5, 4),), sure=4)
    back = TextBack(Dictionary([word]))
    assert back.feed("Zorba").text == "Oska"
    assert back.feed("len").text == "rne"


def test_another_beginning_waits_for_the_next_piece_only() -> None:
    back = TextBack(Dictionary([surrogate("jensen", "Oskarne", bounds=((3, 4),))]))
    first = back.feed(" Jen")
    assert not first.is_resolved
    second = back.feed("sen")
    assert (first.text, second.text) == (" Oska", "rne")
    third, fourth = back.feed(" Jen"), back.feed("ga")
    assert (third.text, fourth.text) == (" Jen", "ga")
