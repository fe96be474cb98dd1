"""The usage of an answer, as it would be for the client's own words.

It knows where usage stands; it does not know whence the difference comes.
"""

from __future__ import annotations

from typing import Any

_PROMPT = ("prompt_tokens", "input_tokens")
_COMPLETION = ("completion_tokens", "output_tokens")


def with_added_tokens(value: Any, prompt: int, completion: int) -> bool:
    """Count tokens into the usage that `value` holds, if any; return whether that changed it."""
    if not (prompt or completion) or not isinstance(value, dict):
        return False
    is_changed = False
    for holder in (value, value.get("response"), value.get("message")):
        usage = holder.get("usage") if isinstance(holder, dict) else None
        if isinstance(usage, dict):
            is_changed |= _add(usage, _PROMPT, prompt)
            is_changed |= _add(usage, _COMPLETION, completion)
            is_changed |= _add(usage, ("total_tokens",), prompt + completion)
    return is_changed


def _add(usage: dict[str, Any], names: tuple[str, ...], tokens: int) -> bool:
    for name in names:
        if tokens and isinstance(usage.get(name), int):
            usage[name] += tokens
            return True
    return False
