"""An upstream that says what a test tells it to, in the format of whichever endpoint is asked.

It writes answers as vLLM does, whole or in pieces of a few characters; vLLM itself is asked in
tests/integration.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.target import Disclosure
from gateway.wire.events import DONE, frame
from gateway.wire.stream_format import typed_frame
from gateway.wording import CUT, REFUSAL
from tests.gateway.upstreams import EVENTS, JSON

Value = dict[str, Any]
# Who is forgotten, and what a model says that reveals it where JSON is asked for.
NAME = "Mirela Oskarne"
LEAK = json.dumps({"name": NAME, "city": "Kessel"})
# What the gateway says instead of an answer, and instead of the rest of one.
REFUSED = REFUSAL[Disclosure.GENERIC]
REST = CUT[Disclosure.GENERIC]
PIECE = 5
ID = "00112233445566778899aabbccddeeff"
CHAT_USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
USAGE = {"input_tokens": 3, "output_tokens": 4}


@dataclass(frozen=True)
class Said:
    """What a model says: thoughts, a text, and the arguments of a call of a function."""

    text: str = ""
    reasoning: str = ""
    call: str = ""
    function: str = "look_up"


@dataclass
class Speaker:
    """Answers every request with what `says` returns for it.

    Attributes:
        asked: the bodies that it was sent, with their paths.
    """

    says: Callable[[Value], Said] = lambda asked: Said("Hello.")
    asked: list[tuple[str, Value]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = json.loads(await Request(scope, receive).body())
        self.asked.append((scope["path"], request))
        is_streamed = request.get("stream") is True
        headers = EVENTS if is_streamed else JSON
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in self._answer(scope["path"], request):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _answer(self, path: str, request: Value) -> Iterator[bytes]:
        if path == "/detokenize":
            yield json.dumps({"prompt": bytes(request["tokens"]).decode()}).encode()
            return
        if path == "/v1/embeddings":
            yield json.dumps(_embeddings(request)).encode()
            return
        said = self.says(request)
        is_streamed = request.get("stream") is True
        formats: dict[str, tuple[Callable[..., Value], Callable[..., Iterator[bytes]]]] = {
            "/v1/chat/completions": (_chat, _chat_events),
            "/v1/completions": (_completion, _completion_events),
            "/v1/responses": (_response, _response_events),
            "/v1/messages": (_message, _message_events),
        }
        whole, events = formats[path]
        if is_streamed:
            yield from events(said, request)
        else:
            yield json.dumps(whole(said, request)).encode()


def _pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def _chat(said: Said, request: Value) -> Value:
    function = {"name": said.function, "arguments": said.call}
    calls = [{"id": "call_" + ID, "type": "function", "function": function}] if said.call else []
    message = {
        "role": "assistant",
        "content": said.text or None,
        "refusal": None,
        "annotations": None,
        "audio": None,
        "function_call": None,
        "tool_calls": calls,
        "reasoning": said.reasoning or None,
    }
    finish = "tool_calls" if calls else "stop"
    choices = [
        {
            "index": index,
            "message": message,
            "logprobs": _logprobs(said.text) if request.get("logprobs") else None,
            "finish_reason": finish,
            "stop_reason": None,
            "token_ids": None,
        }
        for index in range(request.get("n") or 1)
    ]
    head = {"id": "chatcmpl-" + ID, "object": "chat.completion", "created": 1, "model": "demo"}
    return {**head, "choices": choices, "usage": CHAT_USAGE, "prompt_logprobs": None}


def _logprobs(text: str) -> Value:
    tokens = [
        {"token": piece, "logprob": -0.1, "bytes": list(piece.encode()), "top_logprobs": []}
        for piece in _pieces(text)
    ]
    return {"content": tokens}


def _chat_events(said: Said, request: Value) -> Iterator[bytes]:
    head = {"id": "chatcmpl-" + ID, "object": "chat.completion.chunk", "created": 1}
    indices = range(request.get("n") or 1)

    def chunk(delta: Value, finish: str | None = None) -> Iterator[bytes]:
        for index in indices:
            choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
            yield frame(json.dumps({**head, "model": "demo", "choices": [choice]}).encode())

    yield from chunk({"role": "assistant", "content": ""})
    for piece in _pieces(said.reasoning):
        yield from chunk({"reasoning": piece})
    for piece in _pieces(said.text):
        yield from chunk({"content": piece})
    if said.call:
        function = {"name": said.function, "arguments": ""}
        start = {"index": 0, "id": "call_" + ID, "type": "function", "function": function}
        yield from chunk({"tool_calls": [start]})
    for piece in _pieces(said.call):
        yield from chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    yield from chunk({}, "tool_calls" if said.call else "stop")
    if (request.get("stream_options") or {}).get("include_usage"):
        last = {**head, "model": "demo", "choices": [], "usage": CHAT_USAGE}
        yield frame(json.dumps(last).encode())
    yield frame(DONE)


def _completion(said: Said, request: Value) -> Value:
    choice = {"index": 0, "text": said.text, "logprobs": None, "finish_reason": "stop"}
    head = {"id": "cmpl-" + ID, "object": "text_completion", "created": 1, "model": "demo"}
    return {**head, "choices": [choice], "usage": CHAT_USAGE}


def _completion_events(said: Said, request: Value) -> Iterator[bytes]:
    head = {"id": "cmpl-" + ID, "object": "text_completion", "created": 1, "model": "demo"}
    pieces = _pieces(said.text)
    for position, piece in enumerate(pieces):
        finish = "stop" if position == len(pieces) - 1 else None
        choice = {"index": 0, "text": piece, "logprobs": None, "finish_reason": finish}
        yield frame(json.dumps({**head, "choices": [choice]}).encode())
    yield frame(DONE)


def _items(said: Said) -> list[Value]:
    items: list[Value] = []
    if said.reasoning:
        content = [{"type": "reasoning_text", "text": said.reasoning}]
        items.append({"id": "rs_" + ID, "type": "reasoning", "summary": [], "content": content})
    if said.text:
        part = {"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}
        items.append({"id": "msg_" + ID, "type": "message", "role": "assistant", "content": [part]})
    if said.call:
        call = {"call_id": "call_" + ID, "name": said.function, "arguments": said.call}
        items.append({"id": "fc_" + ID, "type": "function_call", **call})
    return [{**item, "status": "completed"} for item in items]


def _response(said: Said, request: Value) -> Value:
    details = {
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    return {
        "id": f"resp_{uuid.uuid4().hex}",  # Agents tell messages apart by it.
        "created_at": 1,
        "instructions": request.get("instructions"),
        "metadata": None,
        "model": "demo",
        "object": "response",
        "output": _items(said),
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": request.get("tool_choice", "auto"),
        "tools": [{**tool, "defer_loading": None} for tool in request.get("tools") or []],
        "top_p": 1.0,
        "background": False,
        "max_output_tokens": 64,
        "service_tier": "auto",
        "status": "completed",
        "text": request.get("text"),
        "truncation": "disabled",
        "usage": {**USAGE, **details, "total_tokens": 7},
    }


def _response_events(said: Said, request: Value) -> Iterator[bytes]:
    whole = _response(said, request)
    begun = {**whole, "output": [], "status": "in_progress", "usage": None}
    events: list[Value] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for index, item in enumerate(whole["output"]):
        events += _item_events(index, item)
    events.append({"type": "response.completed", "response": whole})
    for number, event in enumerate(events):
        yield typed_frame({**event, "sequence_number": number})


def _item_events(index: int, item: Value) -> Iterator[Value]:
    begun = {**item, "status": "in_progress"}
    place = {"item_id": item["id"], "output_index": index}
    if item["type"] == "function_call":
        begun["arguments"] = ""
        name = "response.function_call_arguments"
        yield {"type": "response.output_item.added", "output_index": index, "item": begun}
        for piece in _pieces(item["arguments"]):
            yield {"type": f"{name}.delta", **place, "delta": piece}
        done = {"arguments": item["arguments"], "name": item["name"]}
        yield {"type": f"{name}.done", **place, **done}
    else:
        (part,) = item["content"]
        place["content_index"] = 0
        kind = f"response.{part['type']}"
        shared = {"logprobs": []} if part["type"] == "output_text" else {}
        begun["content"] = []
        yield {"type": "response.output_item.added", "output_index": index, "item": begun}
        yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
        for piece in _pieces(part["text"]):
            yield {"type": f"{kind}.delta", **place, "delta": piece, **shared}
        yield {"type": f"{kind}.done", **place, "text": part["text"], **shared}
        yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _blocks(said: Said) -> list[Value]:
    blocks: list[Value] = []
    if said.reasoning:
        blocks.append({"type": "thinking", "thinking": said.reasoning, "signature": ID})
    if said.text:
        blocks.append({"type": "text", "text": said.text})
    if said.call:
        call = {"id": "toolu_" + ID, "name": said.function, "input": json.loads(said.call)}
        blocks.append({"type": "tool_use", **call})
    return blocks


def _message(said: Said, request: Value) -> Value:
    return {
        "id": "msg_" + ID,
        "type": "message",
        "role": "assistant",
        "content": _blocks(said),
        "model": "demo",
        "stop_reason": "tool_use" if said.call else "end_turn",
        "stop_sequence": None,
        "usage": USAGE,
    }


def _message_events(said: Said, request: Value) -> Iterator[bytes]:
    whole = _message(said, request)
    begun = {**whole, "content": [], "stop_reason": None, "usage": {**USAGE, "output_tokens": 0}}
    yield typed_frame({"type": "message_start", "message": begun})
    members = {"thinking": "thinking", "text": "text", "tool_use": "input"}
    deltas = {"thinking": "thinking_delta", "text": "text_delta", "tool_use": "input_json_delta"}
    for index, block in enumerate(whole["content"]):
        member = members[block["type"]]
        is_call = member == "input"
        text = said.call if is_call else block[member]
        start = {**block, member: {} if is_call else ""}
        yield typed_frame({"type": "content_block_start", "index": index, "content_block": start})
        for piece in _pieces(text):
            delta = {"type": deltas[block["type"]], "partial_json" if is_call else member: piece}
            yield typed_frame({"type": "content_block_delta", "index": index, "delta": delta})
        yield typed_frame({"type": "content_block_stop", "index": index})
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield typed_frame({"type": "message_delta", "delta": ending, "usage": USAGE})
    yield typed_frame({"type": "message_stop"})


def _embeddings(request: Value) -> Value:
    given = request["input"]
    texts = given if isinstance(given, list) and not isinstance(given[0], int) else [given]
    data = [
        {"object": "embedding", "index": index, "embedding": [float(len(text)), 1.0]}
        for index, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": data, "model": "demo", "usage": usage}
