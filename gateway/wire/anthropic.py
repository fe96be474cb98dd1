"""The wire format of `/v1/messages`, the Anthropic API.

It knows the system prompt, messages and their blocks; it does not know what any of them is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.errors import RequestError
from gateway.wire import messages_answers
from gateway.wire.answering import Answering
from gateway.wire.chat import check_messages, without_prefill
from gateway.wire.dialect import Body, check_stream_flag, without_revealing_fields
from gateway.wire.media import opaque_fields, opaque_parts
from gateway.wire.messages_stream import MessagesStream
from gateway.wire.reading import (
    REQUEST,
    content,
    field,
    keys,
    last_asked,
    messages,
    own_keys,
    prefilled,
)
from gateway.wire.text import Channel, dotted


class AnthropicDialect(Answering):
    """Messages: the policy stands in the system prompt, the answer is a text block."""

    path = "/v1/messages"
    answers = messages_answers
    streams = MessagesStream

    def check(self, request: Body) -> None:
        """Refuse a request without messages, or with a system prompt of another shape."""
        check_stream_flag(request)
        check_messages(request, "messages")
        if not isinstance(request.get("system"), str | list | None):
            raise RequestError("`system` must be a string or a list of blocks.", param="system")

    def channels(self, request: Body) -> tuple[Channel, ...]:
        """Return every text of a request."""
        found: list[Channel] = []
        for name, value in request.items():
            if name == "messages":
                found += _with_prefill(request)
            elif name == "system":
                found += (*content(value, (name,), "system"), *keys(value, (name,), "system"))
            else:
                found += field(value, (name,), REQUEST)
        return (*found, *own_keys(request))

    def uninspectable(self, request: Body) -> tuple[str, ...]:
        """Return where pictures and documents stand."""
        said = opaque_parts(request.get("messages"), ("messages",))
        blocks = opaque_parts(request.get("system"), ("system",))
        return tuple(dotted(path) for path in (*opaque_fields(request), *blocks, *said))

    def question(self, request: Body) -> str:
        """Return what the user said last."""
        return last_asked(request.get("messages"))

    def with_policy(self, request: Body, policy: str) -> Body:
        """Put the policy before the system prompt."""
        own = request.get("system")
        guarded = without_revealing_fields(request)
        guarded["messages"] = without_prefill(request["messages"])
        if isinstance(own, list):
            # The blocks are joined as they are.
            guarded["system"] = [{"type": "text", "text": f"{policy}\n\n"}, *own]
        else:
            guarded["system"] = f"{policy}\n\n{own}" if own else policy
        return guarded


def _with_prefill(request: Body) -> Iterator[Channel]:
    """Yield the texts of the messages; one of the assistant at the end begins the answer."""
    said = messages(request["messages"], ("messages",))
    last = len(request["messages"]) - 1
    if request["messages"][last].get("role") != "assistant":
        return said
    return prefilled(said, ("messages", last), last_asked(request["messages"]))
