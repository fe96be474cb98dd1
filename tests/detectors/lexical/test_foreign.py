"""Names written in other scripts and languages; the words of a text in test_transliteration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.foreign import ForeignIndex

DICKENS = [("Charles Dickens", 0), ("Ada Lovelace", 1), ("Leo XII", 2), ("Donatello", 3)]


def found(text: str, names: list[tuple[str, int]] = DICKENS) -> list[tuple[str, int]]:
    return [(text[start:end], payload) for start, end, payload, _ in ForeignIndex(names).find(text)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Что написал Чарльз Диккенс?", "Чарльз Диккенс"),
        ("Романы Чарльза Диккенса", "Чарльза Диккенса"),
        ("с Чарльзом Диккенсом", "Чарльзом Диккенсом"),
        ("Чарлз Джон Диккенс", None),
        ("Диккенс, Чарльз", "Диккенс, Чарльз"),
        ("كتب تشارلز ديكنز رواية", "تشارلز ديكنز"),
        ("چارلز دیکنز کیست", "چارلز دیکنز"),
        ("チャールズ・ディケンズは誰ですか", "チャールズ・ディケンズ"),
        ("查尔斯·狄更斯写了什么", "查尔斯·狄更斯"),
        ("찰스 디킨스는 누구인가", "찰스 디킨스"),
        ("powieści Charlesa Dickensa są znane", "Charlesa Dickensa"),
        ("Charles Dickensnek ő írta", "Charles Dickensnek"),
        ("Karel II van Spanje", None),
        ("Чарльз Дарвин", None),
    ],
)
def test_a_name_is_found_in_other_scripts_and_cases(text: str, written: str | None) -> None:
    assert found(text) == ([] if written is None else [(written, 0)])


@pytest.mark.parametrize(
    ("text", "payloads"),
    [
        ("Лев XII", [2]),
        ("レオ12世", [2]),
        ("레오 12세", [2]),
        ("Λέων ΙΒ΄", [2]),
        ("León XII", [2]),
        ("Лев XIII", []),
        ("Лев", []),
        ("Донателло", [3]),
        ("دوناتيلو", [3]),
    ],
)
def test_numbers_must_agree_and_one_word_must_be_nearly_equal(
    text: str, payloads: list[int]
) -> None:
    assert [payload for _, payload in found(text)] == payloads


@pytest.mark.parametrize("text", ["Alexander Pushkin", "Aleksandr Poesjkin", "Aleksandr Puschkin"])
def test_a_name_registered_in_cyrillic_is_found_in_latin_letters(text: str) -> None:
    assert found(text, [("Александр Пушкин", 7)]) == [(text, 7)]


def test_particles_and_patronymics_may_be_missing_or_added() -> None:
    names = [("Hermann von Helmholtz", 0), ("Sergey Lavrov", 1)]
    assert found("Герман Гельмгольц", names) == [("Герман Гельмгольц", 0)]
    assert found("Сергей Викторович Лавров", names) == [("Сергей Викторович Лавров", 1)]


def test_an_index_is_the_same_after_it_was_arrays() -> None:
    index = ForeignIndex.from_arrays(ForeignIndex(DICKENS).to_arrays())
    for text in ("Чарльз Диккенс и Лев XII", "チャールズ・ディケンズ", "دوناتيلو"):
        assert index.find(text) == ForeignIndex(DICKENS).find(text) != []


def test_an_index_without_names_finds_nothing() -> None:
    assert ForeignIndex([]).find("Чарльз Диккенс") == []
    assert len(ForeignIndex([("", 0), ("?", 1)])) == 0


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    index = ForeignIndex([*DICKENS, (text, 9)])
    for start, end, _, alike in index.find(text):
        assert 0 <= start < end <= len(text)
        assert 0 < alike <= 1


def test_what_is_registered_is_found_after_a_letter_in_front_of_it() -> None:
    assert found("я Чарльз Диккенс") == [("Чарльз Диккенс", 0)]
