"""Whole answers of `/v1/chat/completions`: those of the gateway, and what is said in a model's.

It knows messages; it does not know why an answer is withheld.

| the request | the message | `finish_reason` |
| --- | --- | --- |
| plain, or with tools that are offered | `content` is the text | `stop` |
| a schema, or a forced tool | `refusal` is the text, `content` null | `stop` |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.wire.carried import carried
from gateway.wire.chat_stream import ChatStream
from gateway.wire.dialect import (
    Body,
    answered_choices,
    asked_choices,
    envelope,
    usage_of_nothing,
)
from gateway.wire.event_texts import TOKEN_MEMBERS
from gateway.wire.forms import Form, form_of
from gateway.wire.strict_json import dump

_REASONING = ("reasoning", "reasoning_content")


def answer(request: Body, text: str) -> bytes:
    """Return a `chat.completion` whose every choice says `text`."""
    choices = [choice_of(request, index, text) for index in range(asked_choices(request))]
    opening = envelope(request, "chatcmpl", "chat.completion")
    return dump({**opening, "choices": choices, "usage": usage_of_nothing()})


def answer_stream(request: Body, text: str) -> Iterator[bytes]:
    """Return a whole stream that says `text`."""
    return ChatStream(request).whole(text)


def withheld(request: Body, answer: Body, text: str) -> bytes:
    """Return a model's answer with every choice replaced; its usage stays true."""
    choices = [choice_of(request, index, text) for index in range(answered_choices(answer))]
    opening = envelope(request, "chatcmpl", "chat.completion")
    return dump({**opening, **carried(answer, "created"), "choices": choices})


def said(answer: Body) -> str:
    """Return what the messages of a model's answer say, a line each."""
    contents = (message.get("content") for message in _messages(answer))
    return "\n".join(content for content in contents if isinstance(content, str) and content)


def with_said(answer: Body, text: str) -> Body:
    """Return a model's answer whose messages say `text`; tool calls and the rest are kept.

    What led to the former text, or shows it token by token, goes with it.
    """
    choices = answer.get("choices")
    changed = [_saying(each, text) for each in (choices if isinstance(choices, list) else [])]
    kept = {key: value for key, value in answer.items() if key not in TOKEN_MEMBERS}
    return {**kept, "choices": changed}


def message_of(request: Body, text: str) -> Body:
    """Return the message that says `text` in the form that the request asks for."""
    if form_of(request) is Form.STRUCTURED:
        return {"role": "assistant", "content": None, "refusal": text}
    return {"role": "assistant", "content": text, "refusal": None}


def choice_of(request: Body, index: int, text: str) -> Body:
    """Return a whole choice that says `text`."""
    message = message_of(request, text)
    return {"index": index, "message": message, "logprobs": None, "finish_reason": "stop"}


def _messages(answer: Body) -> Iterator[Body]:
    choices = answer.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        message = choice.get("message") if isinstance(choice, dict) else None
        if isinstance(message, dict):
            yield message


def _saying(choice: Any, text: str) -> Any:
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        return choice
    kept = {key: value for key, value in message.items() if key not in _REASONING}
    outer = {key: value for key, value in choice.items() if key not in TOKEN_MEMBERS}
    return {**outer, "logprobs": None, "message": {**kept, "content": text}}
