"""The wire format of `/v1/chat/completions`.

It knows messages, choices and deltas; it does not know what any of them is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.errors import RequestError
from gateway.wire.dialect import (
    Body,
    answered_choices,
    asked_choices,
    carried_members,
    check_stream_flag,
    envelope,
    usage_of_nothing,
    without_revealing_fields,
)
from gateway.wire.events import frame
from gateway.wire.strict_json import dump

SYSTEM_ROLES = ("system", "developer")


class ChatDialect:
    """Chat completions: the policy is a system message, the answer an assistant message."""

    path = "/chat/completions"

    def check(self, request: Body) -> None:
        """Refuse a request without a list of messages."""
        check_stream_flag(request)
        messages = request.get("messages")
        if not isinstance(messages, list) or not messages:
            raise RequestError("`messages` must be a non-empty list of messages.", param="messages")
        for index, message in enumerate(messages):
            if not isinstance(message, dict):
                raise RequestError("A message must be an object.", param=f"messages[{index}]")

    def choices(self, request: Body) -> int:
        """Return the client's `n`."""
        return asked_choices(request)

    def with_policy(self, request: Body, policy: str) -> Body:
        """Put the policy into the first system message, or before the first message.

        Many chat templates accept a single system message, so an existing one is extended.
        """
        messages = request["messages"]
        first = messages[0]
        if first.get("role") in SYSTEM_ROLES:
            content = _prepended(first.get("content"), policy)
            guarded = [{**first, "content": content}, *messages[1:]]
        else:
            guarded = [{"role": "system", "content": policy}, *messages]
        return {**without_revealing_fields(request), "messages": guarded}

    def answer(self, request: Body, text: str) -> bytes:
        """Return a `chat.completion` whose every choice says `text`."""
        choices = [_choice(index, text) for index in range(self.choices(request))]
        opening = envelope(request, "chatcmpl", "chat.completion")
        return dump({**opening, "choices": choices, "usage": usage_of_nothing()})

    def withheld(self, answer: Body, text: str) -> bytes:
        """Return the upstream's answer with every choice replaced; its usage stays true."""
        choices = [_choice(index, text) for index in range(answered_choices(answer))]
        return dump({**carried_members(answer), "choices": choices})

    def opening(self, request: Body) -> Body:
        """Return the shared members of `chat.completion.chunk` events."""
        return envelope(request, "chatcmpl", "chat.completion.chunk")

    def text_events(self, opening: Body, choices: int, text: str) -> Iterator[bytes]:
        """Yield one event that says `text` for each choice, and one that finishes it."""
        for index in range(choices):
            yield _delta(opening, index, {"role": "assistant", "content": text}, None)
            yield _delta(opening, index, {}, "stop")


def _choice(index: int, text: str) -> Body:
    message = {"role": "assistant", "content": text, "refusal": None}
    return {"index": index, "message": message, "logprobs": None, "finish_reason": "stop"}


def _delta(opening: Body, index: int, delta: Body, finish_reason: str | None) -> bytes:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return frame(dump({**opening, "choices": [choice]}))


def _prepended(content: Any, policy: str) -> Any:
    if isinstance(content, list):
        return [{"type": "text", "text": policy}, *content]
    return f"{policy}\n\n{content}" if content else policy
