"""A whole answer of the upstream, held back until it was read.

It knows where an answer has its words; it does not know who reads them, or what for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from gateway.errors import UpstreamError
from gateway.filtered_stream import json_or_text
from gateway.guards.base import Draft
from gateway.upstream import Headers, UpstreamAnswer
from gateway.wire.dialect import Body, Dialect
from gateway.wire.event_texts import EventText, Kind
from gateway.wire.events import EventSplitter
from gateway.wire.text import Path

# An answer that is longer is not held in memory.
LARGEST_DRAFT_BYTES = 16 * 1024 * 1024
# Members whose prose is not what the answer says to the user.
_ASIDE = frozenset(("reasoning", "reasoning_content", "thinking", "summary", "name"))


async def draft_of(
    answer: UpstreamAnswer, dialect: Dialect, request: Body, *, before: Sequence[bytes] = ()
) -> Draft:
    """Return an answer that is being received as a whole.

    Args:
        answer: the answer.
        dialect: of its endpoint.
        request: what it answers.
        before: the pieces of its body that were received already.

    Raises:
        UpstreamError: it broke off, is too long, or cannot be read.
    """
    if answer.is_encoded:
        raise UpstreamError("The upstream compressed its answer, so it cannot be inspected.")
    pieces = list(before)
    size = sum(map(len, pieces))
    async for piece in answer.chunks():
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_DRAFT_BYTES:
            raise UpstreamError("The upstream's answer is too long to be audited.")
    body = b"".join(pieces)
    read = _streamed if answer.is_event_stream else _whole
    prose, other = await asyncio.to_thread(read, body, dialect, request)
    return Draft(answer.status, answer.headers, body, answer.is_event_stream, prose, other)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A draft in the form in which answers arrive."""

    status: int
    headers: Headers
    content: bytes
    is_event_stream: bool
    is_encoded: bool = False

    @classmethod
    def of(cls, draft: Draft) -> Replayed:
        """Return a draft to be sent on."""
        return cls(draft.status, draft.headers, draft.body, draft.is_event_stream)

    @classmethod
    def saying(cls, text: str, draft: Draft, dialect: Dialect, request: Body) -> Replayed:
        """Return a draft with `text` in the place of all that it said."""
        value = json_or_text(draft.body)
        if draft.is_event_stream or not isinstance(value, dict):
            body = b"".join(dialect.answer_stream(request, text))
        else:
            body = dialect.withheld(request, value, text)
        return cls(draft.status, draft.headers, body, draft.is_event_stream)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body."""
        yield self.content

    async def body(self) -> bytes:
        """Return the whole body."""
        return self.content


def _whole(body: bytes, dialect: Dialect, request: Body) -> tuple[str, str]:
    value = json_or_text(body)
    if not isinstance(value, dict):
        return "", str(value)
    prose = dialect.said(value)
    others = (each.text for each in dialect.stream(request).texts(value) if each.text not in prose)
    return prose, "\n".join(others)


def _streamed(body: bytes, dialect: Dialect, request: Body) -> tuple[str, str]:
    stream = dialect.stream(request)
    splitter = EventSplitter()
    pieces: dict[tuple[Path, bool], list[str]] = {}
    for event in (*splitter.feed(body), *splitter.finish()):
        if stream.is_end(event) and not event.data.startswith(b"{"):
            continue
        for each in stream.texts(json_or_text(event.data)):
            pieces.setdefault((each.channel, _is_prose(each)), []).append(each.text)
    # Some formats say all of it again at the end.
    said = dict.fromkeys(("".join(texts), prose) for (_, prose), texts in pieces.items())
    return (
        "\n".join(text for text, is_prose in said if is_prose),
        "\n".join(text for text, is_prose in said if not is_prose),
    )


def _is_prose(text: EventText) -> bool:
    return text.kind is Kind.PROSE and _ASIDE.isdisjoint(text.channel)
