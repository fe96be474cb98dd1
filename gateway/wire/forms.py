"""Whether an answer must be prose or may be any text: what a request asks its answer to look like.

It knows the fields of all formats that promise structure; it does not know what is said.

| the request | an answer of the gateway |
| --- | --- |
| plain, or with tools that are offered and not forced | the text, and `stop` |
| a schema, a grammar or a choice for the answer; a forced tool | `refusal`, no content, `stop` |
"""

from __future__ import annotations

from enum import Enum
from typing import Any

Body = dict[str, Any]

# Fields that constrain the answer to JSON, and those that constrain it to other shapes. The
# `guided_` fields are of vLLM before 0.12.
_JSON_FIELDS = ("guided_json",)
_OTHER_FIELDS = ("guided_regex", "guided_choice", "guided_grammar")
_JSON_TYPES = ("json_object", "json_schema", "structural_tag")
_JSON_CONSTRAINTS = ("json", "json_object", "structural_tag")
_FORCING = ("required", "any")
_FORCED_TYPES = ("function", "tool", "custom", "any", "required")


class Form(Enum):
    """What a client can read: prose, or only what it asked for (and a refusal)."""

    TEXT = "text"
    STRUCTURED = "structured"


def form_of(request: Body) -> Form:
    """Return the form that an answer to `request` must have."""
    is_structured = (
        wants_json(request)
        or any(request.get(field) is not None for field in _OTHER_FIELDS)
        or bool(_object(request, "structured_outputs"))
        or _forces_tool(request)
    )
    return Form.STRUCTURED if is_structured else Form.TEXT


def wants_json(request: Body) -> bool:
    """Return whether the text of an answer must be JSON."""
    formats = (
        _object(request, "response_format"),
        _object(_object(request, "text"), "format"),
        _object(_object(request, "output_config"), "format"),
        _object(request, "output_format"),
    )
    constraints = _object(request, "structured_outputs")
    return (
        any(each.get("type") in _JSON_TYPES for each in formats)
        or any(constraints.get(name) not in (None, False) for name in _JSON_CONSTRAINTS)
        or any(request.get(field) is not None for field in _JSON_FIELDS)
    )


def _forces_tool(request: Body) -> bool:
    choice = request.get("tool_choice")
    if isinstance(choice, dict):
        kind = choice.get("type")
        allowed = choice.get("allowed_tools", choice)
        mode = allowed.get("mode") if isinstance(allowed, dict) else None
        return kind in _FORCED_TYPES or (kind == "allowed_tools" and mode in _FORCING)
    return choice in _FORCING or isinstance(request.get("function_call"), dict)


def _object(value: Body, key: str) -> Body:
    member = value.get(key)
    return member if isinstance(member, dict) else {}
