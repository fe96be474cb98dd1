"""The wire format of `/v1/completions`.

It knows prompts and text choices; it does not know what any of them is about.
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


class CompletionsDialect:
    """Text completions: the policy stands before the prompt, the answer is a text."""

    path = "/completions"

    def check(self, request: Body) -> None:
        """Refuse prompts that cannot be read as text: token ids and embeddings."""
        check_stream_flag(request)
        if request.get("prompt_embeds") is not None:
            raise RequestError(
                "`prompt_embeds` cannot be inspected; send the prompt as text.",
                param="prompt_embeds",
            )
        prompt = request.get("prompt")
        texts = prompt if isinstance(prompt, list) else [prompt]
        if not texts or not all(isinstance(text, str) for text in texts):
            raise RequestError(
                "`prompt` must be a string or a list of strings; "
                "token ids cannot be inspected, so send text.",
                param="prompt",
            )

    def choices(self, request: Body) -> int:
        """Return the client's `n` for each of its prompts."""
        prompt = request.get("prompt")
        return asked_choices(request) * (len(prompt) if isinstance(prompt, list) else 1)

    def with_policy(self, request: Body, policy: str) -> Body:
        """Put the policy before every prompt."""
        prompt = request["prompt"]
        if isinstance(prompt, list):
            guarded: Any = [f"{policy}\n\n{text}" for text in prompt]
        else:
            guarded = f"{policy}\n\n{prompt}"
        return {**without_revealing_fields(request), "prompt": guarded}

    def answer(self, request: Body, text: str) -> bytes:
        """Return a `text_completion` whose every choice says `text`."""
        choices = [_choice(index, text, "stop") for index in range(self.choices(request))]
        opening = envelope(request, "cmpl", "text_completion")
        return dump({**opening, "choices": choices, "usage": usage_of_nothing()})

    def withheld(self, answer: Body, text: str) -> bytes:
        """Return the upstream's answer with every choice replaced; its usage stays true."""
        choices = [_choice(index, text, "stop") for index in range(answered_choices(answer))]
        return dump({**carried_members(answer), "choices": choices})

    def opening(self, request: Body) -> Body:
        """Return the shared members of streamed `text_completion` events."""
        return envelope(request, "cmpl", "text_completion")

    def text_events(self, opening: Body, choices: int, text: str) -> Iterator[bytes]:
        """Yield one event that says `text` for each choice, and one that finishes it."""
        for index in range(choices):
            yield frame(dump({**opening, "choices": [_choice(index, text, None)]}))
            yield frame(dump({**opening, "choices": [_choice(index, "", "stop")]}))


def _choice(index: int, text: str, finish_reason: str | None) -> Body:
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish_reason}
