"""How the dialects of generating endpoints answer: each by the functions of its own format.

It joins the request side of a format to its answer side; it knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from gateway.wire.dialect import Body
from gateway.wire.stream_format import StreamFormat


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """The answer side of a format; the meanings are those of `gateway.wire.dialect.Dialect`."""

    answer: Callable[[Body, str], bytes]
    answer_stream: Callable[[Body, str], Iterator[bytes]]
    withheld: Callable[[Body, Body, str], bytes]
    said: Callable[[Body], str]
    with_said: Callable[[Body, str], Body]
    stream: Callable[[Body], StreamFormat]


class Answering:
    """The part of a dialect that answers."""

    is_generating: ClassVar[bool] = True
    answers: ClassVar[AnswerFormat]

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
        """Return the state of a stream that answers `request`."""
        return self.answers.stream(request)
