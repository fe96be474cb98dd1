"""What of a model's answer stays when all that it says is replaced: counts, and made identifiers.

A text can hide in any string that a server fills in, so none is kept. It does not know formats.
"""

from __future__ import annotations

from typing import Any

from gateway.wire.event_texts import NAMES_OF_APIS
from gateway.wire.structure import is_made_id

Body = dict[str, Any]


def carried(answer: Body, *numbers: str) -> Body:
    """Return the members of an answer that its replacement keeps, those that it has.

    Args:
        answer: what the upstream answered.
        numbers: the names of members that are numbers.
    """
    kept: Body = {}
    made = answer.get("id")
    if isinstance(made, str) and is_made_id(made):
        kept["id"] = made
    for name in numbers:
        if isinstance(answer.get(name), int | float):
            kept[name] = answer[name]
    if isinstance(answer.get("usage"), dict):
        kept["usage"] = counted(answer["usage"])
    return kept


def counted(usage: Any) -> Any:
    """Return what was computed: of all members those that are numbers, under known names."""
    if not isinstance(usage, dict):
        return usage if isinstance(usage, int | float) else None
    return {
        name: counted(item)
        for name, item in usage.items()
        if name in NAMES_OF_APIS and (item is None or isinstance(item, int | float | dict))
    }
