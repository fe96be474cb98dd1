"""JSON that broke off anywhere becomes whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.json_ending import json_ending

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]), st.data())
def test_every_beginning_becomes_whole(
    value: Any, is_ascii: bool, indent: int | None, data: st.DataObject
) -> None:
    written = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    begun = written[: data.draw(st.integers(0, len(written)))]
    whole = begun + json_ending(begun, mark=" [cut]")
    json.dumps(json.loads(whole), ensure_ascii=False).encode()
    if begun == written and not isinstance(value, int | float):
        assert whole == written


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        ("", "null"),
        ('{"a', '{"a":null}'),
        ('{"a"', '{"a":null}'),
        ('{"a": "Os', '{"a": "Os [cut]"}'),
        ('{"a": "Os\\', '{"a": "Os\\\\ [cut]"}'),
        ('{"a": "\\u00', '{"a": "\\u0020 [cut]"}'),
        ('{"a": "\\ud83d\\ud', '{"a": "\\ud83d\\udc00 [cut]"}'),
        ('{"a": 1, ', '{"a": 1, "":null}'),
        ('{"a": [1.', '{"a": [1.0]}'),
        ('{"a": [tr', '{"a": [true]}'),
        ('{"a": {}', '{"a": {}}'),
    ],
)
def test_no_more_is_added_than_needed(begun: str, whole: str) -> None:
    assert begun + json_ending(begun, mark=" [cut]") == whole
