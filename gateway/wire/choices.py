"""The choices of an answer or of an event, and which of them are over.

It knows how chat and text completions number choices; it does not know what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gateway.wire.structure import Path

Body = dict[str, Any]

# What a choice of an event holds beside its text; only `stop_reason` could say anything.
_CHOICE = frozenset(("index", "logprobs", "finish_reason", "stop_reason", "token_ids"))
_FINISHES = frozenset((None, "stop", "length", "tool_calls", "content_filter"))


def indexed_choices(value: Any) -> Iterator[tuple[int, Body]]:
    """Yield (index, choice) for each choice; one without an index has that of its place."""
    choices = value.get("choices") if isinstance(value, dict) else None
    for position, choice in enumerate(choices if isinstance(choices, list) else []):
        if isinstance(choice, dict):
            index = choice.get("index")
            yield (index if isinstance(index, int) else position), choice


def choices_over(value: Any) -> Callable[[Path], bool] | None:
    """Return whether a channel belongs to a choice that finishes with this event."""
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list) or not any(
        isinstance(choice, dict) and choice.get("finish_reason") for choice in choices
    ):
        return None
    over = {index for index, choice in indexed_choices(value) if choice.get("finish_reason")}
    return lambda channel: channel[:1] == ("choices",) and channel[1] in over


class UsualEvents:
    """Tell events that differ from one that was read only in the texts of their choices.

    Almost all events of a stream do, so that the rest of them need not be read again.
    """

    def __init__(self, member: str) -> None:
        """Begin a stream.

        Args:
            member: where a choice holds its text or its texts.
        """
        self._member = member
        self._envelope: Body | None = None

    def learn(self, value: Any) -> None:
        """Take note of an event of which every text was read."""
        if isinstance(value, dict):
            self._envelope = {key: item for key, item in value.items() if key != "choices"}

    def choices(self, value: Any) -> list[tuple[int, Any]] | None:
        """Return (index, what is in the member) of each choice, or None for an unusual event."""
        envelope = self._envelope
        if envelope is None or type(value) is not dict or len(value) != len(envelope) + 1:
            return None
        for key, item in value.items():
            if key != "choices" and (key not in envelope or envelope[key] != item):
                return None
        choices = value.get("choices")
        return None if type(choices) is not list else self._members(choices)

    def _members(self, choices: list[Any]) -> list[tuple[int, Any]] | None:
        found = []
        for choice in choices:
            if type(choice) is not dict or type(choice.get("index")) is not int:
                return None
            for key, item in choice.items():
                if key == self._member:
                    found.append((choice["index"], item))
                elif key not in _CHOICE or (key == "stop_reason" and type(item) is str):
                    return None
            finish = choice.get("finish_reason")
            if not (finish is None or (type(finish) is str and finish in _FINISHES)):
                return None
        return found if len(found) == len(choices) else None
