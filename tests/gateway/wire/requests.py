"""Requests of every endpoint, made up by hypothesis: odd fields, odd parts, odd keys."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gateway.wire.dialect import Dialect
from gateway.wire.structure import ENUMERATED_VALUES, FIELD_NAMES

Json = st.SearchStrategy[Any]

ENUMERATED = st.sampled_from(sorted(ENUMERATED_VALUES))
TEXTS = st.text(max_size=12) | ENUMERATED | st.sampled_from(["call_a1b2c3d4e5", "demo"])
KEYS = st.text(max_size=6) | st.sampled_from(sorted(FIELD_NAMES)) | st.just("two\nlines")
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | TEXTS
ANYTHING: Json = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3),
    max_leaves=6,
)
ROLES = st.sampled_from(["user", "assistant", "system", "developer", "tool", "function", "oracle"])
TYPES = st.sampled_from(
    ["text", "input_text", "output_text", "refusal", "thinking", "tool_use", "tool_result"]
)


def part() -> Json:
    """Return parts of messages: known ones with odd members, and anything."""
    named = st.fixed_dictionaries(
        {"type": TYPES}, optional={"text": TEXTS, "content": ANYTHING, "input": ANYTHING}
    )
    return named | TEXTS | ANYTHING


def message() -> Json:
    """Return messages with odd members."""
    content = TEXTS | st.lists(part(), max_size=3) | st.none()
    return st.builds(
        lambda known, odd: {**odd, **known},
        st.fixed_dictionaries({"role": ROLES}, optional={"content": content, "name": TEXTS}),
        st.dictionaries(KEYS, ANYTHING, max_size=2),
    )


def request_for(dialect: Dialect) -> Json:
    """Return requests that `dialect.check` lets pass."""
    messages = st.lists(message(), min_size=1, max_size=3)
    items = st.lists(message(), min_size=1, max_size=3)
    inputs = TEXTS | st.lists(TEXTS, min_size=1, max_size=3)
    own: dict[str, dict[str, Json]] = {
        "/v1/chat/completions": {"messages": messages},
        "/v1/completions": {"prompt": inputs},
        "/v1/responses": {"input": TEXTS | items},
        "/v1/messages": {
            "messages": messages,
            "system": st.none() | TEXTS | st.lists(part(), max_size=2),
        },
        "/v1/embeddings": {"input": inputs},
    }
    known = own[dialect.path]
    reserved = {*known, "stream", "messages", "prompt_embeds"}
    odd = st.dictionaries(KEYS.filter(lambda key: key not in reserved), ANYTHING, max_size=3)
    return st.builds(lambda one, other: {**one, **other}, odd, st.fixed_dictionaries(known))
