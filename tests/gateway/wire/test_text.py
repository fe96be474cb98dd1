"""Paths of texts, the walk over answers, and texts put in the place of others."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.wire.text import KEYS, Path, dotted, keys_text, replaced, walk


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("choices", 3, "delta", "content"), "choices[3].delta.content"),
        (("tools", KEYS), "tools(keys)"),
        ((KEYS,), "(keys)"),
        ((), ""),
    ],
)
def test_a_path_is_written_as_people_write_it(path: Path, expected: str) -> None:
    assert dotted(path) == expected


def test_a_choice_is_addressed_by_its_own_index() -> None:
    event = {"choices": [{"index": 3, "delta": {"content": "x"}}]}
    ((path, text),) = walk(event)
    assert dotted(path) == "choices[3].delta.content"
    assert text == "x"


def test_token_ids_become_the_text_that_they_stand_for() -> None:
    assert replaced({"input": [1, 2]}, {("input",): "hi"}) == {"input": "hi"}
    assert replaced({"input": [[1], [2]]}, {("input", 0): "a", ("input", 1): "b"}) == {
        "input": ["a", "b"]
    }


def test_the_text_of_a_part_goes_before_that_of_the_joined_parts() -> None:
    parts = [{"text": "a"}, {"picture": 1}, "b", {"text": "c"}]
    both: dict[Path, str] = {("content",): "joined", ("content", 2): "own"}
    assert replaced({"content": parts}, both) == {
        "content": [{"text": "joined"}, {"picture": 1}, "own", {"text": ""}]
    }


def test_keys_are_renamed_line_by_line_and_never_collide() -> None:
    value = {"tools": [{"her name": {"his name": 1}, "type": "x"}, {"her name": 2}]}
    assert keys_text(value["tools"]) == "her name\nhis name"
    changed = replaced(value, {("tools", KEYS): "***\n***"})
    assert changed == {"tools": [{"***": {"*** 2": 1}, "type": "x"}, {"***": 2}]}


def test_a_key_never_takes_the_name_of_a_field_or_of_another_key() -> None:
    value = {"tools": {"first": 1, "second": 2, "type": 3}}
    changed = replaced(value, {("tools", KEYS): "type\nfirst"})
    assert changed == {"tools": {"type 2": 1, "first 2": 2, "type": 3}}


def test_keys_whose_lines_do_not_fit_are_all_withheld() -> None:
    changed = replaced({"tools": {"a": 1, "b": 2}}, {("tools", KEYS): "a"})
    assert changed == {"tools": {"withheld": 1, "withheld 2": 2}}


def test_outermost_keys_are_renamed_alone() -> None:
    value = {"a": {"a": 1}}
    assert replaced(value, {(KEYS,): "***"}) == {"***": {"a": 1}}


@pytest.mark.parametrize("path", [("a",), ("a", "b"), ("c", 0), ("c", 1), ("d",), ("c", "x")])
def test_a_path_that_leads_to_no_text_is_an_error(path: Path) -> None:
    value: dict[str, Any] = {"a": {"x": 1}, "c": [1.5], "e": None}
    with pytest.raises(KeyError, match="no text"):
        replaced(value, {path: "x"})
