"""How the dialects of generating endpoints answer: each by the module of its own format.

It joins the request side of a format to its answer side; it knows neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Protocol

from gateway.wire.dialect import Body, TokenPrompt
from gateway.wire.sampling import chosen_tokens
from gateway.wire.stream_format import StreamFormat


class AnswerModule(Protocol):
    """The functions of a module that answers, as `gateway.wire.dialect.Dialect` means them."""

    def answer(self, request: Body, text: str) -> bytes:
        """Return the body of a whole answer that says `text`."""

    def answer_stream(self, request: Body, text: str) -> Iterator[bytes]:
        """Yield a whole event stream that says `text`."""

    def withheld(self, request: Body, answer: Body, text: str) -> bytes:
        """Return the body of `answer` with `text` in place of all that it said."""

    def said(self, answer: Body) -> str:
        """Return the prose of a whole answer."""

    def with_said(self, answer: Body, text: str) -> Body:
        """Return `answer` with its prose replaced."""


class Streams(Protocol):
    """A class of streams."""

    def __call__(self, request: Body) -> StreamFormat:
        """Return the state of a stream that answers `request`."""


class Answering:
    """What the dialects of generating endpoints share.

    Attributes:
        answers: the module that answers whole.
        streams: the class of its streams.
    """

    is_generating: ClassVar[bool] = True
    answers: AnswerModule
    streams: Streams

    def token_prompts(self, request: Body) -> tuple[TokenPrompt, ...]:
        """Return the tokens that the answer is steered to."""
        return tuple(chosen_tokens(request))

    def answer(self, request: Body, text: str) -> bytes:
        """Return the body of a whole answer that says `text`."""
        return self.answers.answer(request, text)

    def answer_stream(self, request: Body, text: str) -> Iterator[bytes]:
        """Yield a whole event stream that says `text`."""
        return self.answers.answer_stream(request, text)

    def withheld(self, request: Body, answer: Body, text: str) -> bytes:
        """Return the body of `answer` with `text` in place of all that it said."""
        return self.answers.withheld(request, answer, text)

    def said(self, answer: Body) -> str:
        """Return the prose of a whole answer, that of all its choices."""
        return self.answers.said(answer)

    def with_said(self, answer: Body, text: str) -> Body:
        """Return `answer` with its prose replaced in every choice, and all else kept."""
        return self.answers.with_said(answer, text)

    def stream(self, request: Body) -> StreamFormat:
        """Return what reads the answer to `request`, streamed or whole."""
        return self.streams(request)
