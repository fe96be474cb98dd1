"""Which requests promise their client a structure, in every format."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.wire.forms import Form, form_of, wants_json

SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}
NAMED = {"type": "function", "function": {"name": "f"}}


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"response_format": None},
        {"response_format": {"type": "text"}},
        {"response_format": "json_object"},
        {"text": {"format": {"type": "text"}}},
        {"tools": [{}]},
        {"tools": [{}], "tool_choice": "auto"},
        {"tools": [{}], "tool_choice": "none"},
        {"tools": [{}], "tool_choice": {"type": "auto"}},
        {"tools": [{}], "tool_choice": {"type": "none"}},
        {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": []}},
        {"function_call": "auto"},
        {"structured_outputs": None},
        {"structured_outputs": {}},
        {"output_config": {"effort": "low"}},
    ],
)
def test_prose(request_: dict[str, Any]) -> None:
    assert (form_of(request_), wants_json(request_)) == (Form.TEXT, False)


@pytest.mark.parametrize(
    "request_",
    [
        {"response_format": {"type": "json_object"}},
        {"response_format": SCHEMA},
        {"response_format": {"type": "structural_tag", "structures": []}},
        {"structured_outputs": {"json": {}}},
        {"structured_outputs": {"json_object": True}},
        {"guided_json": {}},
        {"text": {"format": {"type": "json_schema", "name": "x", "schema": {}}}},
        {"output_config": {"format": {"type": "json_schema", "schema": {}}}},
        {"output_format": {"type": "json_schema", "schema": {}}},
    ],
)
def test_json(request_: dict[str, Any]) -> None:
    assert (form_of(request_), wants_json(request_)) == (Form.STRUCTURED, True)


@pytest.mark.parametrize(
    "request_",
    [
        {"structured_outputs": {"regex": "a+"}},
        {"structured_outputs": {"choice": ["a", "b"]}},
        {"guided_grammar": "root ::= 'a'"},
        {"tool_choice": "required"},
        {"tool_choice": NAMED},
        {"tool_choice": {"type": "function", "name": "f"}},
        {"tool_choice": {"type": "custom", "name": "f"}},
        {"tool_choice": {"type": "any"}},
        {"tool_choice": {"type": "tool", "name": "f"}},
        {"tool_choice": {"type": "allowed_tools", "mode": "required", "tools": []}},
        {"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required"}}},
        {"function_call": {"name": "f"}},
    ],
)
def test_another_structure(request_: dict[str, Any]) -> None:
    assert (form_of(request_), wants_json(request_)) == (Form.STRUCTURED, False)
