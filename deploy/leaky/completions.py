"""/v1/completions in the shape of vLLM 0.32, with a leak on one channel.

It knows where a completion has room for a text; it does not know what is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from deploy.leaky.chat import USAGE, Pieces
from deploy.leaky.saying import BENIGN, Body, Saying, beside, event

OUTER: Body = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "demo"}

# What one channel adds to a choice, and to the object around it.
Placed = tuple[Body, Body]


def _logprobs(tokens: list[str], top: list[dict[str, float] | None]) -> Body:
    offsets = [sum(map(len, tokens[:place])) for place in range(len(tokens))]
    return {
        "logprobs": {
            "text_offset": offsets,
            "token_logprobs": [-0.1] * len(tokens),
            "tokens": tokens,
            "top_logprobs": top,
        }
    }


def _tokens(pieces: Pieces, _: Saying) -> Placed:
    return _logprobs(list(pieces), [None for _ in pieces]), {}


def _top(pieces: Pieces, _: Saying) -> Placed:
    return _logprobs(["~" for _ in pieces], [{"~": -0.1, piece: -0.9} for piece in pieces]), {}


def _ids(pieces: Pieces, saying: Saying) -> list[int]:
    return [token for piece in pieces for token in saying.tokens.encode(piece)]


def _tokens_as_ids(pieces: Pieces, saying: Saying) -> Placed:
    tokens = [f"token_id:{each}" for each in _ids(pieces, saying)]
    return _logprobs(tokens, [None for _ in tokens]), {}


def _prompt_logprobs(pieces: Pieces, saying: Saying) -> Placed:
    places: list[Any] = [None]
    for piece in pieces:
        number = str((saying.tokens.encode(piece) or [0])[0])
        places.append({number: {"logprob": -0.2, "rank": 1, "decoded_token": piece}})
    return {"prompt_logprobs": places}, {}


def _member(name: str) -> Callable[[Pieces, Saying], Placed]:
    return lambda pieces, _: ({name: "".join(pieces)}, {})


def _outside(name: str) -> Callable[[Pieces, Saying], Placed]:
    return lambda pieces, _: ({}, {name: "".join(pieces)})


PLACES: Mapping[str, Callable[[Pieces, Saying], Placed]] = MappingProxyType(
    {
        "content": _member("text"),
        "second_choice": _member("text"),
        "echo": _member("text"),
        "unknown": _member("musings"),
        "reasoning": _member("reasoning"),
        "stop_reason": _member("stop_reason"),
        "finish_reason": _member("finish_reason"),
        "keys": lambda p, _: ({"extra": {"".join(p): 1}}, {}),
        "logprobs": _tokens,
        "top_logprobs": _top,
        "tokens_as_ids": _tokens_as_ids,
        "prompt_logprobs": _prompt_logprobs,
        "token_ids": lambda p, s: ({"token_ids": _ids(p, s)}, {}),
        "prompt_token_ids": lambda p, s: ({"prompt_token_ids": _ids(p, s)}, {}),
        "outer_unknown": _outside("musings"),
        "fingerprint": _outside("system_fingerprint"),
        "model": _outside("model"),
        "id": _outside("id"),
    }
)


def _placed(saying: Saying, pieces: Pieces) -> Placed:
    place = PLACES.get(saying.channel)
    return place(pieces, saying) if place else ({}, {})


def whole(saying: Saying) -> Body:
    """Return a whole answer."""
    members, outside = _placed(saying, saying.pieces)
    benign = {"text": BENIGN, "logprobs": None, "finish_reason": "stop", "stop_reason": None}
    choices = [{"index": 0, **benign, **members}]
    if saying.channel == "second_choice":
        choices = [{"index": 0, **benign}, {**choices[0], "index": 1}]
    return {**OUTER, "choices": choices, "usage": USAGE, **outside}


def stream(saying: Saying) -> Iterator[bytes]:
    """Yield the events of a stream."""
    index = 1 if saying.channel == "second_choice" else 0
    if saying.channel != "echo":
        yield _event({"text": BENIGN + " "})
    yield from beside(saying)
    for piece in saying.pieces:
        members, outside = _placed(saying, [piece])
        yield _event({"text": "", "index": index, **members}, outside)
    if saying.channel == "error":
        yield event({"error": {"message": saying.text, "type": "BadRequestError", "code": 400}})
    for each in range(index + 1):
        yield _event({"index": each, "text": "", "finish_reason": "stop", "stop_reason": None})
    yield event({**OUTER, "choices": [], "usage": USAGE})
    yield b"data: [DONE]\n\n"
    if saying.channel == "after_end":
        yield _event({"text": saying.text})


def _event(members: Body, outside: Body | None = None) -> bytes:
    choice = {"index": 0, "logprobs": None, "finish_reason": None, **members}
    return event({**OUTER, "choices": [choice], **(outside or {})})
