"""An upstream that knows nobody, and says so in many ways: with the name here and there, in parts,
in small letters, in lists and in code, after random delays. It cannot tell who is registered.

    python -m tests.benchmarks.disclosure_upstream --port PORT
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

MODEL = "knows-nobody"
MEAN_GAP = 0.003
_NAME = re.compile(r"\bcalled ([^?.,;:!\n]+)", re.IGNORECASE)
_PIECE = re.compile(r" ?[^\W\d_]+| ?\d+|\n+| ?[^\w\s]|\s|_")
ANSWERS = (
    "I have no record of {n}.",
    "There is nobody called {n} that I know of. Perhaps {n} is a private person?",
    "{n} is not somebody I can tell you about.",
    "{n}'s life is unknown to me.",
    "I searched my memory for {f}, for {l} and for {n}, and found nothing about {l}'s work.",
    "Sorry, i do not know {lower}; is {lower} a character of a book?",
    "Here is what I could check:\n- {n}: nothing\n- {l}, {f}: nothing\n- other spellings: nothing",
    '```python\nperson = {{"first": "{f}", "last": "{l}"}}  # {lower}\n```\nNo data was found.',
    "| name | known |\n|---|---|\n| {n} | no |",
    "No {f} {l} is known to me. Do you mean another {f}, or another {l}?",
    "That name says nothing to me.",
    "I don't have any information about that person.",
    "Dr. {l} ({f} {l}) may exist, but I could not say more about **{n}**.",
    "{upper}? I am not sure who that is.",
)
FILLERS = (
    " Could you give me more context?",
    " My knowledge has an end, and many people are not in it.",
    " If you tell me more, I can try again.",
    " Public sources may help.",
    "",
    "",
)


def pieces(text: str) -> Iterator[str]:
    """Cut a text into tokens: a word is cut by a rule that depends on the word alone."""
    for match in _PIECE.finditer(text):
        word = match.group()
        size = 3 + hashlib.sha256(word.encode()).digest()[0] % 6
        yield from (word[start : start + size] for start in range(0, len(word), size))


def id_of(piece: str) -> int:
    return int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4], "big") % 100_000


def answer_to(question: str, chance: random.Random) -> str:
    found = _NAME.search(question)
    name = found.group(1).strip() if found else "them"
    first, _, last = name.partition(" ")
    last = last or first
    said = chance.choice(ANSWERS).format(
        n=name, f=first, l=last, lower=name.lower(), upper=name.upper()
    )
    return said + "".join(chance.choice(FILLERS) for _ in range(chance.randrange(3)))


class KnowsNobody:
    """The application."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await Request(scope, receive).body()
        request = json.loads(body) if body else {}
        if scope["path"] == "/v1/chat/completions":
            await self._chat(request, send)
        elif scope["path"] == "/tokenize":
            await _json(send, _tokenised(request))
        else:
            await _json(send, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    async def _chat(self, request: dict[str, Any], send: Send) -> None:
        prompt = "\n".join(str(message["content"]) for message in request["messages"])
        tokens = list(pieces(answer_to(prompt, self._chance)))
        counted = {
            "prompt_tokens": len(list(pieces(prompt))),
            "total_tokens": len(list(pieces(prompt))) + len(tokens),
            "completion_tokens": len(tokens),
        }
        head = {"id": f"chatcmpl-{uuid.uuid4().hex[:16]}", "created": int(time.time())}
        await asyncio.sleep(self._chance.expovariate(1 / (4 * MEAN_GAP)))
        if not request.get("stream"):
            for _ in tokens:
                await asyncio.sleep(self._chance.expovariate(1 / MEAN_GAP))
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": "".join(tokens)},
                "logprobs": self._logprobs(request, tokens),
                "finish_reason": "stop",
            }
            value = {**head, "object": "chat.completion", "model": MODEL}
            await _json(send, {**value, "choices": [choice], "usage": counted})
            return
        await _start(send, b"text/event-stream; charset=utf-8")
        head |= {"object": "chat.completion.chunk", "model": MODEL}
        opening = {"index": 0, "delta": {"role": "assistant", "content": ""}, "logprobs": None}
        await _event(send, {**head, "choices": [{**opening, "finish_reason": None}]})
        for place, token in enumerate(tokens):
            await asyncio.sleep(self._chance.expovariate(1 / MEAN_GAP))
            reason = "stop" if place == len(tokens) - 1 else None
            choice = {
                "index": 0,
                "delta": {"content": token},
                "logprobs": self._logprobs(request, [token]),
                "finish_reason": reason,
            }
            await _event(send, {**head, "choices": [choice]})
        if (request.get("stream_options") or {}).get("include_usage"):
            await _event(send, {**head, "choices": [], "usage": counted})
        await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})

    def _logprobs(self, request: dict[str, Any], tokens: list[str]) -> dict[str, Any] | None:
        if not request.get("logprobs"):
            return None
        return {
            "content": [
                {
                    "token": token,
                    "logprob": -self._chance.random(),
                    "bytes": list(token.encode()),
                    "top_logprobs": [],
                }
                for token in tokens
            ]
        }


def _tokenised(request: dict[str, Any]) -> dict[str, Any]:
    text = request.get("prompt")
    if text is None:
        text = "\n".join(str(message["content"]) for message in request["messages"])
    cut = list(pieces(text))
    strings = [piece.replace(" ", "\u2581") for piece in cut]
    return {
        "count": len(cut),
        "max_model_len": 8192,
        "tokens": [id_of(piece) for piece in cut],
        "token_strs": strings,
    }


async def _json(send: Send, value: Any) -> None:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    await _start(send, b"application/json", (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, kind: bytes, *headers: tuple[bytes, bytes]) -> None:
    head = [(b"content-type", kind), *headers]
    await send({"type": "http.response.start", "status": 200, "headers": head})


async def _event(send: Send, value: Any) -> None:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    body = b"data: " + data + b"\n\n"
    await send({"type": "http.response.body", "body": body, "more_body": True})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    app = KnowsNobody(asked.seed)
    uvicorn.run(app, host="127.0.0.1", port=asked.port, log_level="critical")


if __name__ == "__main__":
    main()
