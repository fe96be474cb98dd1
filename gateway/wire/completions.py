"""The wire format of `/v1/completions`.

It knows prompts and text choices; it does not know what any of them is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.errors import RequestError
from gateway.wire import completions_answers
from gateway.wire.answering import Answering
from gateway.wire.completions_stream import CompletionsStream
from gateway.wire.dialect import (
    Body,
    TokenPrompt,
    check_stream_flag,
    without_revealing_fields,
)
from gateway.wire.media import opaque_fields
from gateway.wire.reading import REQUEST, field, own_keys
from gateway.wire.sampling import chosen_tokens
from gateway.wire.text import Channel, dotted, is_token_list


class CompletionsDialect(Answering):
    """Text completions: the policy stands before the prompt, the answer is a text."""

    path = "/v1/completions"
    answers = completions_answers
    streams = CompletionsStream

    def check(self, request: Body) -> None:
        """Refuse a prompt that is neither text nor token ids."""
        check_stream_flag(request)
        if request.get("prompt") is None and request.get("prompt_embeds") is not None:
            return
        check_texts(request.get("prompt"), "prompt")

    def channels(self, request: Body) -> tuple[Channel, ...]:
        """Return every text of a request."""
        found: list[Channel] = []
        for name, value in request.items():
            # The suffix is as much the user's as the prompt: the model writes what is between.
            found += field(value, (name,), "user" if name in ("prompt", "suffix") else REQUEST)
        return (*found, *own_keys(request))

    def token_prompts(self, request: Body) -> tuple[TokenPrompt, ...]:
        """Return the prompts that are token ids, and the tokens that the answer is steered to."""
        return (*token_texts(request.get("prompt"), "prompt"), *chosen_tokens(request))

    def uninspectable(self, request: Body) -> tuple[str, ...]:
        """Return the fields whose content is no text."""
        return tuple(dotted(path) for path in opaque_fields(request))

    def question(self, request: Body) -> str:
        """Return the last prompt that is text."""
        return next((text for text in reversed(texts_of(request.get("prompt")))), "")

    def with_policy(self, request: Body, policy: str) -> Body:
        """Put the policy before every prompt.

        Raises:
            RequestError: a prompt is token ids, which a text cannot be put before.
        """
        prompt = request.get("prompt")
        texts = texts_of(prompt)
        if len(texts) != (len(prompt) if isinstance(prompt, list) else 1):
            raise RequestError(
                "This prompt must be sent as text: token ids cannot be guarded.", param="prompt"
            )
        instructed: Any = [f"{policy}\n\n{text}" for text in texts]
        if isinstance(prompt, str):
            instructed = instructed[0]
        return {**without_revealing_fields(request), "prompt": instructed}


def check_texts(value: Any, name: str) -> None:
    """Refuse what is neither a text, nor token ids, nor a list of either.

    Raises:
        RequestError: with the field's name.
    """
    items = value if isinstance(value, list) and not is_token_list(value) else [value]
    if not items or not all(isinstance(item, str) or is_token_list(item) for item in items):
        raise RequestError(
            f"`{name}` must be a string, a list of token ids, or a list of these.", param=name
        )


def texts_of(value: Any) -> list[str]:
    """Return the strings of a prompt or input, which may be one or a list."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def token_texts(value: Any, name: str) -> Iterator[TokenPrompt]:
    """Yield the texts of a prompt or input that are token ids."""
    if is_token_list(value):
        yield TokenPrompt((name,), tuple(value))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if is_token_list(item):
                yield TokenPrompt((name, index), tuple(item))
