"""Normalisation with its offsets; what else is read in a text: test_undo.py."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detectors.views import normalise
from detectors.views import reading as module

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
AWKWARD = st.text(
    st.sampled_from("aB \t\n\x85\u00a0\u200b\u0301\u00b4\u2019ﬁßİ김한\ud800"), max_size=12
)
TEXTS = ANY_TEXT | AWKWARD


@given(TEXTS)
@example("´ x")
def test_offsets_never_fall_and_stay_in_range(text: str) -> None:
    result = normalise(text)
    offsets = list(result.offsets)
    assert len(offsets) == len(result.text) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    assert all(0 <= offset < len(text) for offset in offsets[:-1])


@given(TEXTS)
def test_twice_is_once(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(TEXTS, TEXTS)
def test_pieces_put_together_differ_from_the_whole_in_blanks_at_the_seam_only(
    first: str, second: str
) -> None:
    left, right, whole = (normalise(text).text for text in (first, second, first + second))
    if left.endswith(" ") and right.startswith(" "):
        right = right[1:]
    assert left + right == whole


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_the_ascii_path_equals_the_general_one(text: str) -> None:
    general = normalise(text + "é")
    assert normalise(text).text + "e" == general.text
    assert list(normalise(text).offsets)[:-1] == list(general.offsets)[:-2]


@given(TEXTS)
def test_nothing_that_should_be_gone_remains(text: str) -> None:
    result = normalise(text).text
    assert not {unicodedata.category(c) for c in result} & {"Mn", "Me", "Cf", "Cc", "Cs"}
    assert "  " not in result


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Zoë  Müller", "zoe muller"),
        ("Zoe\u0308\tMu\u0308ller", "zoe muller"),
        ("Ｊｏｒｅｎ", "joren"),
        ("Jo\u200bren\u00ad", "joren"),
        ("STRAẞE Straße", "strasse strasse"),
        ("O’Brien O´Brien", "o'brien o'brien"),
        ("Jean‑Luc Jean–Luc", "jean-luc jean-luc"),
        ("a \u200b\u2028 b", "a b"),
        ("x\ud800y", "x\ufffdy"),
    ],
)
def test_forms_of_one_name_are_equal(written: str, expected: str) -> None:
    assert normalise(written).text == expected


def test_a_span_takes_in_marks_and_never_splits_an_expansion() -> None:
    text = "<Zoe\u0308 Straße ﬁn>"
    result = normalise(text)
    for word, original in (("zoe", "Zoe\u0308"), ("strasse", "Straße"), ("f", "ﬁ")):
        start = result.text.index(word, 8 if word == "f" else 0)
        begin, end = result.span(start, start + len(word))
        assert text[begin:end] == original


def test_a_million_invisible_characters_are_work_once_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    fold = module._fold

    def counted(character: str) -> str:
        calls.append(character)
        return fold(character)

    monkeypatch.setattr(module, "_fold", counted)
    result = normalise("Jo" + "\u200b" * 1_000_000 + "ren")
    assert result.text == "joren"
    assert 0 < len(calls) <= 1_000_000


def test_every_character_is_folded_to_a_fixed_point() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cn", "Co"):
            continue
        folded = module._fold.__wrapped__(chr(code))
        if folded not in ("", chr(code)):
            assert "".join(map(module._fold.__wrapped__, folded)) == folded, hex(code)
