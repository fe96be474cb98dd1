"""JSON as it is read: escapes undone in pieces of any size, each character with its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.output.json_text import Decoded, JsonText
from tests.gateway.output.streams import split

VALUES = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def read(pieces: list[str]) -> Decoded:
    reader = JsonText()
    made = Decoded()
    for number, piece in enumerate([*pieces, ""]):
        part = reader.feed(piece, is_final=number == len(pieces))
        made.text += part.text
        made.origins += part.origins
        made.is_inside += part.is_inside
        made.end = part.end
    return made


@given(VALUES, st.booleans(), st.data())
def test_pieces_are_read_as_the_whole(value: object, is_ascii: bool, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=9))
    whole = read([text])
    assert read(split(text, cuts)) == whole
    assert whole.end == len(text)
    assert len(whole.text) == len(whole.origins) == len(whole.is_inside)
    assert whole.origins == sorted(set(whole.origins))


@given(st.text())
def test_what_a_string_says_is_read(text: str) -> None:
    for is_ascii in (True, False):
        whole = read([json.dumps([text], ensure_ascii=is_ascii)])
        said = (sign for sign, inside in zip(whole.text, whole.is_inside, strict=True) if inside)
        assert "".join(said) == text


@pytest.mark.parametrize(
    "text",
    ['"\\', '"\\u00', '"\\ud83d', '"\\ud83d\\u', '"\\uzzzz"', "\\u004d", '"\\ud83d\\u0041"', "'"],
)
def test_what_is_no_json_is_read_all_the_same(text: str) -> None:
    whole = read(list(text))
    assert whole == read([text])
    assert whole.end == len(text)
