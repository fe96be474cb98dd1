"""Streams of `/v1/completions`, which may be ended at any event.

It knows choices that are texts; it does not know why a stream ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.wire.choice_stream import ChoiceStream
from gateway.wire.dialect import Body, asked_choices
from gateway.wire.event_texts import EventText, Kind, KindOf
from gateway.wire.forms import wants_json
from gateway.wire.text import Path, is_token_list


class CompletionsStream(ChoiceStream):
    """The state of one stream."""

    prefix = "cmpl"
    object = "text_completion"
    member = "text"

    def __init__(self, request: Body) -> None:
        super().__init__(request, kind_in(request), choices_of(request))
        self._kind = Kind.JSON if wants_json(request) else Kind.PROSE

    def _usual_texts(self, choices: list[tuple[int, Any]]) -> list[EventText] | None:
        if not all(type(text) is str for _, text in choices):
            return None
        return [
            EventText(("choices", index, "text"), ("choices", place, "text"), text, self._kind)
            for place, (index, text) in enumerate(choices)
            if text
        ]

    def _note(self, index: int, choice: Body) -> None:
        """Take note of nothing: that a choice is begun and finished is enough."""

    def _ending(self, index: int, text: str, *, is_begun: bool) -> Iterator[Body]:
        yield choice_of(index, text, None)
        yield choice_of(index, "", "stop")


def kind_in(request: Body) -> KindOf:
    """Return what tells the kinds of texts in answers and events to `request`."""
    is_json = wants_json(request)

    def kind_of(path: Path) -> Kind | None:
        if is_json and path[-1:] == ("text",):
            return Kind.JSON
        return Kind.VALUE if path[-1:] == ("stop_reason",) else None

    return kind_of


def choices_of(request: Body) -> int:
    """Return how many choices an answer has: the client's `n` for each of its prompts."""
    prompt = request.get("prompt")
    if not isinstance(prompt, list) or is_token_list(prompt):
        return asked_choices(request)
    return asked_choices(request) * max(len(prompt), 1)


def choice_of(index: int, text: str, finish_reason: str | None) -> Body:
    """Return a choice, or a piece of one."""
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish_reason}
