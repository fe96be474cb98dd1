"""The wire format of `/v1/chat/completions`.

It knows messages, choices and deltas; it does not know what any of them is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.errors import RequestError
from gateway.wire import chat_answers
from gateway.wire.answering import Answering
from gateway.wire.chat_stream import ChatStream
from gateway.wire.dialect import (
    Body,
    check_stream_flag,
    without_revealing_fields,
)
from gateway.wire.media import opaque_fields, opaque_parts
from gateway.wire.reading import (
    REQUEST,
    SYSTEM_ROLES,
    field,
    last_asked,
    messages,
    own_keys,
    prefilled,
    words,
)
from gateway.wire.text import Channel, dotted


class ChatDialect(Answering):
    """Chat completions: the policy is a system message, the answer an assistant message."""

    path = "/v1/chat/completions"
    answers = chat_answers
    streams = ChatStream

    def check(self, request: Body) -> None:
        """Refuse a request without a list of messages."""
        check_stream_flag(request)
        check_messages(request, "messages")

    def channels(self, request: Body) -> tuple[Channel, ...]:
        """Return every text of a request."""
        found: list[Channel] = []
        for name, value in request.items():
            if name == "messages":
                said = messages(value, (name,))
                found += _with_prefill(request, said)
            else:
                found += field(value, (name,), "tool" if name == "documents" else REQUEST)
        return (*found, *own_keys(request))

    def uninspectable(self, request: Body) -> tuple[str, ...]:
        """Return where pictures, sounds, files and programs stand."""
        parts = opaque_parts(request.get("messages"), ("messages",))
        return tuple(dotted(path) for path in (*opaque_fields(request), *parts))

    def question(self, request: Body) -> str:
        """Return what the user said last."""
        return last_asked(request.get("messages"))

    def with_policy(self, request: Body, policy: str) -> Body:
        """Put the policy into the first system message, or before the first message.

        Many chat templates accept a single system message, so an existing one is extended.
        """
        guarded = without_prefill(request["messages"])
        first = guarded[0]
        if first.get("role") in SYSTEM_ROLES:
            content = prepended(first.get("content"), policy)
            guarded = [{**first, "content": content}, *guarded[1:]]
        else:
            guarded = [{"role": "system", "content": policy}, *guarded]
        return {**without_revealing_fields(request), "messages": guarded}


def check_messages(value: Body, name: str) -> None:
    """Refuse a request whose messages are no list of objects.

    Raises:
        RequestError: with the path of what is wrong.
    """
    said = value.get(name)
    if not isinstance(said, list) or not said:
        raise RequestError(f"`{name}` must be a non-empty list of messages.", param=name)
    for index, message in enumerate(said):
        if not isinstance(message, dict):
            raise RequestError("A message must be an object.", param=f"{name}[{index}]")


def prepended(content: Any, policy: str) -> Any:
    """Return the content of a system message with the policy before it."""
    if isinstance(content, list):
        return [{"type": "text", "text": policy}, *content]
    return f"{policy}\n\n{content}" if content else policy


def without_prefill(said: list[Any]) -> list[Any]:
    """Return the messages without those at the end that begin the answer.

    Where nothing else was said they become the question, since a chat needs one.
    """
    kept = list(said)
    while kept and kept[-1].get("role") == "assistant":
        kept.pop()
    if any(message.get("role") not in SYSTEM_ROLES for message in kept):
        return kept
    begun = "\n".join(words(message.get("content")) for message in said[len(kept) :])
    return [*kept, {"role": "user", "content": begun}]


def _with_prefill(request: Body, said: Iterator[Channel]) -> Iterator[Channel]:
    last = len(request["messages"]) - 1
    goes_on = request.get("continue_final_message") or request.get("add_generation_prompt") is False
    if not goes_on or request["messages"][last].get("role") == "user":
        return said
    return prefilled(said, ("messages", last), last_asked(request["messages"]))
