"""Words of any script in Latin letters, and where they stood. Names are tested in test_foreign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.views.transliteration import Script, words


@pytest.mark.parametrize(
    ("text", "romans"),
    [
        ("Ада Лавлейс", ["ada", "lavleys"]),
        ("Άντα Λάβλεϊς", ["anda", "lavlis"]),
        ("Ντίκενς", ["dikens"]),
        ("आदा", ["ada"]),
        ("אדה", ["'d'h"]),
        ("アンドリュー・ディ", ["andoryu", "di"]),
        ("에이다", ["e", "i", "da"]),
        ("十二世", ["12", "shi"]),
        ("Λέων ΙΒ΄", ["leon", "12"]),
        ("O’Neill 42", ["o'neill", "42"]),
        ("", []),
        ("?!… \ud800", []),
    ],
)
def test_words_are_spelt_in_latin_letters(text: str, romans: list[str]) -> None:
    assert [word.roman for word in words(text)] == romans


def test_a_word_keeps_its_marks_and_invisible_characters_together() -> None:
    (word,) = words("Ле\u200bнин")
    assert word.roman == "lenin"
    assert (word.start, word.end) == (0, 6)


def test_scripts_are_told_apart() -> None:
    text = "Ada Ада אדה عدا 阿 エ 에 Άντα 7"
    assert [word.script for word in words(text)] == [
        Script.LATIN,
        Script.CYRILLIC,
        Script.HEBREW,
        Script.ARABIC,
        Script.HAN,
        Script.KANA,
        Script.HANGUL,
        Script.GREEK,
        Script.NUMBER,
    ]


@given(st.text(max_size=60))
def test_words_stand_in_order_within_the_text(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.roman.isascii()
        end = word.end
