"""/v1/chat/completions and its batch, in the shapes of vLLM 0.32, with a leak on one channel.

It knows where a chat answer has room for a text; it does not know what is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from deploy.leaky.saying import BENIGN, Body, Saying, beside, event, logprob

WHOLE: Body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "demo"}
EVENT: Body = {**WHOLE, "object": "chat.completion.chunk"}
USAGE: Body = {"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 17}

Pieces = Sequence[str]
# What one channel adds to a message or delta, to its choice, and to the object around it.
Placed = tuple[Body, Body, Body]


def _tool(pieces: Pieces, *, name: str | None = None) -> Body:
    function: Body = {"arguments": "".join(pieces)}
    if name is not None:
        function = {"name": name, "arguments": ""}
    return {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}


def _logprobs(pieces: Pieces, saying: Saying) -> Body:
    tokens: list[Body] = [
        {**logprob(piece, saying), "bytes": None, "top_logprobs": []} for piece in pieces
    ]
    return {"logprobs": {"content": tokens}}


def _top_logprobs(pieces: Pieces, saying: Saying) -> Body:
    tokens: list[Body] = [
        {**logprob("a", saying), "top_logprobs": [logprob("a", saying), logprob(piece, saying)]}
        for piece in pieces
    ]
    return {"logprobs": {"content": tokens}}


def _bytes(pieces: Pieces, saying: Saying) -> Body:
    tokens: list[Body] = [
        {**logprob(piece, saying), "token": "", "top_logprobs": []} for piece in pieces
    ]
    return {"logprobs": {"content": tokens}}


def _prompt_logprobs(pieces: Pieces, saying: Saying) -> Body:
    places: list[Any] = [None]
    for piece in pieces:
        ids = saying.tokens.encode(piece) or [0]
        places.append({str(ids[0]): {"logprob": -0.2, "rank": 1, "decoded_token": piece}})
    return {"prompt_logprobs": places}


def _ids(pieces: Pieces, saying: Saying) -> list[int]:
    return [token for piece in pieces for token in saying.tokens.encode(piece)]


def _as_token_ids(pieces: Pieces, saying: Saying) -> Body:
    tokens: list[Body] = [
        {"token": f"token_id:{each}", "logprob": -0.1, "bytes": None, "top_logprobs": []}
        for each in _ids(pieces, saying)
    ]
    return {"logprobs": {"content": tokens}}


def _annotation(pieces: Pieces) -> Body:
    citation = {"start_index": 0, "end_index": 4, "title": "".join(pieces), "url": "https://a.b"}
    return {"annotations": [{"type": "url_citation", "url_citation": citation}]}


def _audio(pieces: Pieces) -> Body:
    return {"audio": {"id": "audio_1", "data": "", "expires_at": 9, "transcript": "".join(pieces)}}


def _parts(pieces: Pieces) -> Body:
    return {"content": [{"type": "text", "text": piece} for piece in pieces]}


def _joined(member: str) -> Callable[[Pieces, Saying], Placed]:
    return lambda pieces, _: ({member: "".join(pieces)}, {}, {})


def _outside(member: str) -> Callable[[Pieces, Saying], Placed]:
    return lambda pieces, _: ({}, {}, {member: "".join(pieces)})


PLACES: Mapping[str, Callable[[Pieces, Saying], Placed]] = MappingProxyType(
    {
        "content": _joined("content"),
        "reasoning": _joined("reasoning"),
        "reasoning_content": _joined("reasoning_content"),
        "refusal": _joined("refusal"),
        "unknown": _joined("musings"),
        "content_parts": lambda p, _: (_parts(p), {}, {}),
        "tool_name": lambda p, _: (_tool((), name="".join(p)), {}, {}),
        "tool_arguments": lambda p, _: (_tool(p), {}, {}),
        "tool_key": lambda p, _: (_tool(p), {}, {}),
        "function_call": lambda p, _: (
            {"function_call": {"name": "look", "arguments": "".join(p)}},
            {},
            {},
        ),
        "annotations": lambda p, _: (_annotation(p), {}, {}),
        "audio": lambda p, _: (_audio(p), {}, {}),
        "keys": lambda p, _: ({"extra": {"".join(p): 1}}, {}, {}),
        "logprobs": lambda p, s: ({}, _logprobs(p, s), {}),
        "top_logprobs": lambda p, s: ({}, _top_logprobs(p, s), {}),
        "bytes": lambda p, s: ({}, _bytes(p, s), {}),
        "tokens_as_ids": lambda p, s: ({}, _as_token_ids(p, s), {}),
        "token_ids": lambda p, s: ({}, {"token_ids": _ids(p, s)}, {}),
        "stop_reason": lambda p, _: ({}, {"stop_reason": "".join(p)}, {}),
        "finish_reason": lambda p, _: ({}, {"finish_reason": "".join(p)}, {}),
        "prompt_logprobs": lambda p, s: ({}, {}, _prompt_logprobs(p, s)),
        "prompt_text": _outside("prompt_text"),
        "prompt_token_ids": lambda p, s: ({}, {}, {"prompt_token_ids": _ids(p, s)}),
        "outer_unknown": _outside("musings"),
        "fingerprint": _outside("system_fingerprint"),
        "model": _outside("model"),
        "id": _outside("id"),
    }
)
_IN_ARGUMENTS = {"tool_arguments": False, "function_call": False, "tool_key": True}


def _pieces(saying: Saying) -> list[str]:
    if saying.channel not in _IN_ARGUMENTS:
        return list(saying.pieces)
    return saying.cut(saying.arguments(in_key=_IN_ARGUMENTS[saying.channel]))


def _placed(saying: Saying, pieces: Pieces) -> Placed:
    if saying.channel in ("second_choice", "echo"):
        return {"content": "".join(pieces)}, {}, {}
    place = PLACES.get(saying.channel)
    return place(pieces, saying) if place else ({}, {}, {})


def whole(saying: Saying) -> Body:
    """Return a whole answer."""
    message, choice, outside = _placed(saying, _pieces(saying))
    benign = {"role": "assistant", "content": BENIGN}
    ends = {"finish_reason": "stop", "stop_reason": None}
    last = {"index": 0, "message": {**benign, **message}, "logprobs": None, **ends, **choice}
    choices = [last]
    if saying.channel == "second_choice":
        first = {"index": 0, "message": benign, "logprobs": None, **ends}
        choices = [first, {**last, "index": 1}]
    return {**WHOLE, "choices": choices, "usage": USAGE, **outside}


def stream(saying: Saying) -> Iterator[bytes]:
    """Yield the events of a stream."""
    index = 1 if saying.channel == "second_choice" else 0
    yield _event({"role": "assistant", "content": ""})
    if saying.channel != "echo":
        yield _event({"content": BENIGN + " "})
    yield from beside(saying)
    for piece in _pieces(saying):
        delta, choice, outside = _placed(saying, [piece])
        yield _event(delta, choice, outside, index)
    if saying.channel == "error":
        yield event({"error": {"message": saying.text, "type": "BadRequestError", "code": 400}})
    for each in range(index + 1):
        yield _event({}, {"finish_reason": "stop", "stop_reason": None}, {}, each)
    yield event({**EVENT, "choices": [], "usage": USAGE})
    yield b"data: [DONE]\n\n"
    if saying.channel == "after_end":
        yield _event({"content": saying.text})


def _event(
    delta: Body, choice: Body | None = None, outside: Body | None = None, index: int = 0
) -> bytes:
    said = {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}
    return event({**EVENT, "choices": [{**said, **(choice or {})}], **(outside or {})})


def batch(saying: Saying) -> Body:
    """Return the whole answer to several conversations: a choice for each, the last one leaks."""
    answer = whole(saying)
    last = answer["choices"][-1]
    count = max(len(saying.request.get("messages", ())), 1)
    benign = {**last, "message": {"role": "assistant", "content": BENIGN}, "logprobs": None}
    choices = [{**benign, "index": place} for place in range(count - 1)]
    return {**answer, "choices": [*choices, {**last, "index": count - 1}]}
