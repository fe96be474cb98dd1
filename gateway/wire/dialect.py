"""What the pipeline asks of an endpoint's wire format, and what all formats share.

A dialect knows where texts go in requests and answers; it does not know why they are put there.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.errors import RequestError
from gateway.wire.stream_format import StreamFormat
from gateway.wire.structure import Path
from gateway.wire.text import Channel

Body = dict[str, Any]

MOST_CHOICES = 128
# Fields that would show the guard's own prompt, take it away, or steer the answer past it by
# tokens. Guarded requests lose them.
REVEALING_FIELDS = frozenset(
    "echo logprobs top_logprobs prompt_logprobs return_token_ids return_tokens_as_token_ids "
    "return_prompt_text logprob_token_ids chat_template chat_template_kwargs logit_bias "
    "allowed_token_ids continue_final_message add_generation_prompt enable_response_messages "
    "return_token_offsets return_token_strs".split()
)


@dataclass(frozen=True, slots=True)
class TokenPrompt:
    """A text of a request that is written as token ids.

    Attributes:
        path: where the ids stand.
        ids: the ids, in order.
        role: whose text it is, as a channel has it.
    """

    path: Path
    ids: tuple[int, ...]
    role: str = "user"


class Dialect(Protocol):
    """The wire format of one endpoint."""

    @property
    def path(self) -> str:
        """The path from the server's root, as `/v1/chat/completions`."""

    @property
    def is_generating(self) -> bool:
        """Whether answers are written by the model; False for those that hold vectors."""

    def check(self, request: Body) -> None:
        """Raise a `RequestError` for what the gateway could not read or answer."""

    def channels(self, request: Body) -> tuple[Channel, ...]:
        """Return every text of a request."""

    def token_prompts(self, request: Body) -> tuple[TokenPrompt, ...]:
        """Return every text of a request that is written as token ids."""

    def uninspectable(self, request: Body) -> tuple[str, ...]:
        """Return the dotted paths of what reaches the model and cannot be read here."""

    def question(self, request: Body) -> str:
        """Return what the user said last."""

    def with_policy(self, request: Body, policy: str) -> Body:
        """Return a request in which `policy` stands before all else; `request` is unchanged.

        What would show the policy, remove it, or put words into the answer's mouth is dropped.
        """

    def answer(self, request: Body, text: str) -> bytes:
        """Return the body of a whole answer that says `text`."""

    def answer_stream(self, request: Body, text: str) -> Iterator[bytes]:
        """Yield a whole event stream that says `text`."""

    def withheld(self, request: Body, answer: Body, text: str) -> bytes:
        """Return the body of `answer` with `text` in place of all that it said."""

    def said(self, answer: Body) -> str:
        """Return the prose of a whole answer, that of all its choices."""

    def with_said(self, answer: Body, text: str) -> Body:
        """Return `answer` with its prose replaced in every choice, and all else kept."""

    def stream(self, request: Body) -> StreamFormat:
        """Return what reads the answer to `request`, streamed or whole."""


def check_stream_flag(request: Body) -> None:
    """Refuse a `stream` that is not a boolean, since two servers could read it differently."""
    if not isinstance(request.get("stream"), bool | None):
        raise RequestError("`stream` must be true or false.", param="stream")


def wants_stream(request: Body) -> bool:
    """Return whether the client asked for a stream."""
    return request.get("stream") is True


def wants_usage(request: Body) -> bool:
    """Return whether the client asked for a usage event at the end of a stream."""
    options = request.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


def asked_choices(request: Body) -> int:
    """Return the client's `n`, bounded."""
    count = request.get("n")
    is_count = isinstance(count, int) and not isinstance(count, bool)
    return min(max(count, 1), MOST_CHOICES) if is_count and count else 1


def answered_choices(answer: Body) -> int:
    """Return how many choices the upstream's answer has, one if that cannot be read."""
    choices = answer.get("choices")
    return len(choices) if isinstance(choices, list) and choices else 1


def usage_of_nothing() -> Body:
    """Return the usage of an answer that no model computed."""
    return {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def envelope(request: Body, prefix: str, kind: str) -> Body:
    """Return the members every answer starts with: a new id, its object, time and model."""
    model = request.get("model")
    return {
        "id": f"{prefix}-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": model if isinstance(model, str) else "",
    }


def without_revealing_fields(request: Body) -> Body:
    """Return the request without the fields that would show or remove the guard's prompt."""
    return {key: value for key, value in request.items() if key not in REVEALING_FIELDS}
