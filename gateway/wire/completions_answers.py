"""Whole answers of `/v1/completions`: those of the gateway, and what is said in a model's.

This format has no refusal, so every answer of the gateway is a text that stops. It does not know
why an answer is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.wire.carried import carried
from gateway.wire.completions_stream import CompletionsStream, choice_of, choices_of
from gateway.wire.dialect import (
    Body,
    answered_choices,
    envelope,
    usage_of_nothing,
)
from gateway.wire.strict_json import dump


def answer(request: Body, text: str) -> bytes:
    """Return a `text_completion` whose every choice says `text`."""
    choices = [choice_of(index, text, "stop") for index in range(choices_of(request))]
    opening = envelope(request, "cmpl", "text_completion")
    return dump({**opening, "choices": choices, "usage": usage_of_nothing()})


def answer_stream(request: Body, text: str) -> Iterator[bytes]:
    """Return a whole stream that says `text`."""
    return CompletionsStream(request).whole(text)


def withheld(request: Body, answer: Body, text: str) -> bytes:
    """Return a model's answer with every choice replaced; its usage stays true."""
    choices = [choice_of(index, text, "stop") for index in range(answered_choices(answer))]
    opening = envelope(request, "cmpl", "text_completion")
    return dump({**opening, **carried(answer, "created"), "choices": choices})


def said(answer: Body) -> str:
    """Return the texts of a model's answer, one after the other, a line between them."""
    texts = (choice.get("text") for choice in _choices(answer))
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def with_said(answer: Body, text: str) -> Body:
    """Return a model's answer whose every choice says `text`, without what showed its tokens."""
    changed = [{**choice, "text": text, "logprobs": None} for choice in _choices(answer)]
    return {**answer, "choices": changed}


def _choices(answer: Body) -> list[Body]:
    choices = answer.get("choices")
    return [each for each in choices if isinstance(each, dict)] if isinstance(choices, list) else []
