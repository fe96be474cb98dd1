"""The wire format of `/v1/responses`.

It knows instructions, input items and output items; it does not know what any of them is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.errors import RequestError
from gateway.wire import responses_answers
from gateway.wire.answering import Answering
from gateway.wire.dialect import Body, check_stream_flag, without_revealing_fields
from gateway.wire.media import opaque_fields, opaque_parts
from gateway.wire.reading import (
    REQUEST,
    content,
    field,
    keys,
    last_asked,
    messages,
    own_keys,
    prefilled,
    words,
)
from gateway.wire.responses_stream import ResponsesStream
from gateway.wire.text import Channel, dotted

_UNFINISHED = ("in_progress", "incomplete")


class ResponsesDialect(Answering):
    """Responses: the policy stands in the instructions, the answer is a message item."""

    path = "/v1/responses"
    answers = responses_answers
    streams = ResponsesStream

    def check(self, request: Body) -> None:
        """Refuse an input that is neither a text nor a list of items."""
        check_stream_flag(request)
        given = request.get("input")
        if not isinstance(given, str) and not (
            isinstance(given, list) and given and all(isinstance(item, dict) for item in given)
        ):
            raise RequestError("`input` must be a string or a list of items.", param="input")

    def channels(self, request: Body) -> tuple[Channel, ...]:
        """Return every text of a request."""
        found: list[Channel] = []
        for name, value in request.items():
            if name == "input" and isinstance(value, list):
                found += _with_prefill(value)
            elif name == "instructions":
                found += (*content(value, (name,), "system"), *keys(value, (name,), "system"))
            else:
                found += field(value, (name,), "user" if name == "input" else REQUEST)
        return (*found, *own_keys(request))

    def uninspectable(self, request: Body) -> tuple[str, ...]:
        """Return where pictures, files, stored turns and stored prompts stand.

        An answer in the background would be fetched later, from a path that nothing filters.
        """
        stored = (("prompt",), ("conversation",), ("background",))
        fields = (*opaque_fields(request), *(path for path in stored if request.get(path[0])))
        parts = opaque_parts(request.get("input"), ("input",))
        return tuple(dotted(path) for path in (*fields, *parts))

    def question(self, request: Body) -> str:
        """Return what the user said last."""
        given = request.get("input")
        return given if isinstance(given, str) else last_asked(given)

    def with_policy(self, request: Body, policy: str) -> Body:
        """Put the policy before the instructions."""
        own = request.get("instructions")
        guarded = without_revealing_fields(request)
        guarded["instructions"] = f"{policy}\n\n{own}" if own else policy
        guarded["input"] = _without_prefill(request["input"])
        included = request.get("include")
        if isinstance(included, list):
            guarded["include"] = [one for one in included if "logprobs" not in str(one)]
        return guarded


def _goes_on(items: list[Any]) -> bool:
    """Return whether the model goes on from the last item, as vLLM decides it."""
    last = items[-1]
    return (
        last.get("type", "message") in ("message", "reasoning")
        and last.get("status") in _UNFINISHED
    )


def _with_prefill(items: list[Any]) -> Iterator[Channel]:
    said = messages(items, ("input",))
    if not _goes_on(items):
        return said
    return prefilled(said, ("input", len(items) - 1), last_asked(items))


def _without_prefill(given: Any) -> Any:
    """Return the input without an item at its end that begins the answer."""
    if isinstance(given, str) or not _goes_on(given):
        return given
    if len(given) > 1:
        return given[:-1]
    return words(given[0].get("content"))
