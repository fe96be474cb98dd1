"""Strict JSON: everything that two parsers could read differently is refused, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import RequestError
from gateway.wire.strict_json import dump, parse, parse_object

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_whatever_json_writes_is_read_back(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(dump(value)) == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ('{"a": "é"}'.encode("latin-1"), "not UTF-8"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'[{"b": {"a": 1, "a": 1}}]', "twice"),
        (rb'{"a": "\ud800"}', "lone surrogate"),
        (rb'{"\uDfff": 1}', "lone surrogate"),
        (b"NaN", "not a JSON number"),
        (b'{"a": -Infinity}', "not a JSON number"),
        (b"1e999", "too large"),
        (b"9" * 5000, "more digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1', "line 1"),
        (b"", "line 1"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"{}{}", "Extra data"),
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(RequestError, match=why) as caught:
        parse(body)
    assert caught.value.status == 400
    assert caught.value.wire_code == "invalid_json"


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse(rb'"\ud83d\ude00"') == "\U0001f600"


def test_a_body_must_be_an_object() -> None:
    with pytest.raises(RequestError, match="object"):
        parse_object(b"[]")
