"""The choices of an answer or of an event, and which of them are over.

It knows how chat and text completions number choices; it does not know what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gateway.wire.structure import Path

Body = dict[str, Any]


def indexed_choices(value: Any) -> Iterator[tuple[int, Body]]:
    """Yield (index, choice) for each choice; one without an index has that of its place."""
    choices = value.get("choices") if isinstance(value, dict) else None
    for position, choice in enumerate(choices if isinstance(choices, list) else []):
        if isinstance(choice, dict):
            index = choice.get("index")
            yield (index if isinstance(index, int) else position), choice


def choices_over(value: Any) -> Callable[[Path], bool] | None:
    """Return whether a channel belongs to a choice that finishes with this event."""
    over = {index for index, choice in indexed_choices(value) if choice.get("finish_reason")}
    if not over:
        return None
    return lambda channel: channel[:1] == ("choices",) and channel[1] in over
