"""Cursors: they come back as they were given out, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import RequestError
from gateway.registry.cursors import read_cursor, write_cursor


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_comes_back(position: int) -> None:
    assert read_cursor(write_cursor(position)) == position


def test_no_cursor_is_the_beginning() -> None:
    assert read_cursor(None) == 0


@pytest.mark.parametrize(
    "cursor", ["", "5", "ü", "====", write_cursor(5) + "=", write_cursor(2**63), write_cursor(-1)]
)
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_cursor(cursor)
    assert (caught.value.param, caught.value.wire_code) == ("cursor", "invalid_cursor")


@given(st.text(max_size=24))
def test_arbitrary_text_is_a_cursor_or_refused(cursor: str) -> None:
    try:
        assert write_cursor(read_cursor(cursor)) == cursor
    except RequestError:
        pass
