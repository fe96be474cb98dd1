"""The wire format of `/v1/embeddings`.

It knows inputs; vectors say nothing, so there is no answer in words here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NoReturn

from gateway.errors import GatewayError, RequestError
from gateway.wire.completions import check_texts, token_texts
from gateway.wire.dialect import Body, TokenPrompt
from gateway.wire.event_texts import EventText, texts_of
from gateway.wire.events import Event
from gateway.wire.media import opaque_fields, opaque_parts
from gateway.wire.reading import REQUEST, field, messages, own_keys
from gateway.wire.stream_format import IsOver, StreamFormat
from gateway.wire.text import Channel, dotted

_INPUTS = ("input", "messages")


class EmbeddingsDialect:
    """Embeddings: each input is material, as a retrieved document is, and asks for nothing."""

    path = "/v1/embeddings"
    is_generating = False

    def check(self, request: Body) -> None:
        """Refuse an input that is not text, token ids or messages, and a stream."""
        if request.get("stream"):
            raise RequestError("Embeddings are not streamed.", param="stream")
        given = request.get("input")
        if request.get("messages") is None and not _is_chat(given):
            check_texts(given, "input")

    def channels(self, request: Body) -> tuple[Channel, ...]:
        """Return every text of a request; those of inputs have the role `tool`."""
        found: list[Channel] = []
        for name, value in request.items():
            if name in _INPUTS:
                read = messages(value, (name,)) if _is_chat(value) else field(value, (name,), "")
                found += (dataclasses.replace(channel, role="tool") for channel in read)
            else:
                found += field(value, (name,), REQUEST)
        return (*found, *own_keys(request))

    def token_prompts(self, request: Body) -> tuple[TokenPrompt, ...]:
        """Return the inputs that are token ids."""
        ids = token_texts(request.get("input"), "input")
        return tuple(dataclasses.replace(prompt, role="tool") for prompt in ids)

    def uninspectable(self, request: Body) -> tuple[str, ...]:
        """Return where pictures and embeddings stand."""
        parts = (path for name in _INPUTS for path in opaque_parts(request.get(name), (name,)))
        return tuple(dotted(path) for path in (*opaque_fields(request), *parts))

    def question(self, request: Body) -> str:
        """Return nothing: no question is asked."""
        return ""

    def with_policy(self, request: Body, policy: str) -> Body:
        """Refuse: an embedding follows no policy."""
        _refuse()

    def answer(self, request: Body, text: str) -> bytes:
        """Refuse: a text is no embedding."""
        _refuse()

    def answer_stream(self, request: Body, text: str) -> Iterator[bytes]:
        """Refuse: a text is no embedding."""
        _refuse()

    def withheld(self, request: Body, answer: Body, text: str) -> bytes:
        """Refuse: a text is no embedding."""
        _refuse()

    def said(self, answer: Body) -> str:
        """Return nothing: vectors have no words."""
        return ""

    def with_said(self, answer: Body, text: str) -> Body:
        """Return the answer as it is."""
        return answer

    def stream(self, request: Body) -> StreamFormat:
        """Return what reads an answer: all but its vectors."""
        return Vectors()


class Vectors:
    """The one answer of a request for embeddings; it is never streamed."""

    reads_on = False

    def restored(self, value: Any) -> Any:
        """Return the answer: it repeats nothing of the request."""
        return value

    def texts(self, value: Any) -> Iterator[EventText]:
        """Yield every text of an answer but its vectors, which may be written as base64."""
        data = value.get("data") if isinstance(value, dict) else None
        if isinstance(data, list):
            items = [
                {key: member for key, member in item.items() if key != "embedding"}
                if isinstance(item, dict)
                else item
                for item in data
            ]
            value = {**value, "data": items}
        return texts_of(value, lambda path: None)

    def ends(self, value: Any) -> IsOver | None:
        """Return None: nothing is over before the answer is."""
        return None

    def read(self, value: Any) -> None:
        """Take no note of it."""

    def shown(self, value: Any) -> None:
        """Take no note of it."""

    def is_end(self, event: Event) -> bool:
        """Return False: there are no events."""
        return False

    def closing(self, text: str) -> Iterator[bytes]:
        """Refuse: a text is no embedding."""
        _refuse()

    def finished(self) -> Iterator[bytes]:
        """Yield nothing."""
        return iter(())

    def broken(self, error: GatewayError) -> Iterator[bytes]:
        """Yield the error."""
        yield error.body()


def _is_chat(value: object) -> bool:
    """Return whether an input is a conversation, as vLLM takes it beside texts."""
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict | list)
        and (not isinstance(value[0], list) or any(isinstance(item, dict) for item in value[0]))
    )


def _refuse() -> NoReturn:
    raise RequestError(
        "This input is not embedded: it holds what this server does not process.",
        param="input",
        code="input_withheld",
    )
