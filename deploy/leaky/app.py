"""The upstream as an ASGI application: it leaks as each request asks, and keeps what it received.

It knows paths and headers; the shapes of answers stand in the modules beside it. Paths that it
does not know it answers like chat, as a server would that runs the model under another name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from starlette.types import Receive, Scope, Send

from deploy.leaky import asked, chat, completions, messages, responses
from deploy.leaky.saying import BENIGN, Body, Saying, in_chunks
from deploy.leaky.tokens import Tokens
from gateway.probing.instruction import (
    ECHO,
    LEAK_HEADER,
    SAID_HEADER,
    SAW_HEADER,
    Instruction,
)
from gateway.probing.judge import Judge
from gateway.probing.target import ProbedTarget

Headers = list[tuple[bytes, bytes]]

JSON_TYPE = (b"content-type", b"application/json")
STREAM_TYPE = (b"content-type", b"text/event-stream; charset=utf-8")
_SILENT = Instruction(channel="nowhere")
_STREAMS: Mapping[str, Callable[[Saying], Iterator[bytes]]] = MappingProxyType(
    {
        "/v1/completions": completions.stream,
        "/v1/messages": messages.stream,
        "/v1/responses": responses.stream,
    }
)
_WHOLES: Mapping[str, Callable[[Saying], Body]] = MappingProxyType(
    {
        "/v1/chat/completions/batch": chat.batch,
        "/v1/completions": completions.whole,
        "/v1/messages": messages.whole,
        "/v1/responses": responses.whole,
    }
)


@dataclass
class Received:
    """One request as it arrived, and whether it held a string of the target."""

    method: str
    path: str
    headers: Headers
    body: bytes
    saw: bool


@dataclass
class LeakyUpstream:
    """Answers every request in its endpoint's shape.

    Attributes:
        target: whose strings it says when asked to.
        received: what it was sent, in order.
    """

    target: ProbedTarget
    received: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = (*self.target.names, *self.target.secrets, *self.target.common_secrets)
        self._tokens = Tokens(names)
        self._judge = Judge(self.target)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        body = asked.unpacked(body, headers.get("content-encoding", b"").decode("latin-1"))
        request = asked.read(body)
        told = asked.echo(request, self._tokens)
        if "previous_response_id" in request:
            # What the server keeps of earlier requests, it would read again now.
            told += f" {next(iter(self.target.strings.values()), '')}"
        saw = self._judge.leaks([told, body.decode("utf-8", "replace")], is_about_target=True)
        self.received.append(
            Received(scope["method"], scope["path"], list(scope["headers"]), body, saw)
        )
        instruction = _instruction(headers, request)
        await self._answer(scope, send, request, told, instruction, saw)

    async def _answer(
        self,
        scope: Scope,
        send: Send,
        request: Body,
        told: str,
        instruction: Instruction,
        saw: bool,
    ) -> None:
        string = told if instruction.channel == ECHO else self._string(instruction)
        saying = Saying.of(instruction, string, request, self._tokens)
        headers = [(SAW_HEADER.encode(), b"01"[saw : saw + 1])]
        if saying.text:
            headers.append((SAID_HEADER.encode(), b"1"))
        if saying.channel == "header":
            headers.append((b"x-remark", saying.text.encode().replace(b"\n", b" ")))
        streamed = request.get("stream") is True
        if saying.channel == "error" and not streamed:
            await _send(send, 400, [JSON_TYPE, *headers], [_json(_error(saying.text))])
        elif streamed and scope["path"] not in _PLAIN:
            events = _STREAMS.get(scope["path"], chat.stream)(saying)
            await _send(send, 200, [STREAM_TYPE, *headers], in_chunks(events, saying.chance))
        else:
            whole = _PLAIN.get(scope["path"]) or _WHOLES.get(scope["path"], chat.whole)
            await _send(send, 200, [JSON_TYPE, *headers], [_json(whole(saying))])

    def _string(self, instruction: Instruction) -> str:
        if instruction.channel == _SILENT.channel:
            return ""
        return self.target.strings.get(instruction.sort, "")


def _instruction(headers: Mapping[str, bytes], request: Body) -> Instruction:
    """Return what to leak, from the header or from what a client's library lets through."""
    metadata = request.get("metadata")
    inside = metadata.get(LEAK_HEADER) if isinstance(metadata, dict) else None
    written = headers.get(LEAK_HEADER, b"").decode("latin-1") or inside or request.get("user")
    if not isinstance(written, str) or "channel=" not in written:
        return _SILENT
    try:
        return Instruction.read(written)
    except ValueError:
        return _SILENT


def _tokenized(saying: Saying) -> Body:
    prompt = saying.request.get("prompt")
    messages = saying.request.get("messages")
    text = prompt if isinstance(prompt, str) else asked.echo({"": messages}, saying.tokens)
    ids = saying.tokens.encode(text)
    wants_words = saying.request.get("return_token_strs")
    words = saying.tokens.strings(ids) if wants_words else None
    return {
        **{"count": len(ids), "max_model_len": 4096, "tokens": ids, "token_strs": words},
        **({"musings": saying.text} if saying.channel == "unknown" else {}),
    }


def _detokenized(saying: Saying) -> Body:
    ids = saying.request.get("tokens", [])
    return {"prompt": saying.tokens.decode([each for each in ids if isinstance(each, int)])}


def _embedded(saying: Saying) -> Body:
    outer = {"object": "list", "id": "embd-1", "created": 1, "model": "demo"}
    data = [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5]}]
    usage = {"prompt_tokens": 4, "total_tokens": 4}
    named = {"unknown": "musings", "model": "model"}.get(saying.channel)
    said = {named: saying.text} if named else {}
    if saying.channel == ECHO:
        said = {"musings": saying.text}
    return {**outer, "data": data, "usage": usage, **said}


def _counted(saying: Saying) -> Body:
    return {"input_tokens": len(saying.tokens.encode(asked.echo(saying.request, saying.tokens)))}


def _models(saying: Saying) -> Body:
    return {"object": "list", "data": [{"id": "demo", "object": "model", "max_model_len": 4096}]}


_PLAIN: Mapping[str, Callable[[Saying], Body]] = MappingProxyType(
    {
        "/tokenize": _tokenized,
        "/detokenize": _detokenized,
        "/v1/embeddings": _embedded,
        "/v1/messages/count_tokens": _counted,
        "/v1/models": _models,
    }
)


def _error(text: str) -> Body:
    return {"error": {"message": text or BENIGN, "type": "BadRequestError", "code": 400}}


def _json(value: Body) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


async def _send(send: Send, status: int, headers: Headers, pieces: Iterable[bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
