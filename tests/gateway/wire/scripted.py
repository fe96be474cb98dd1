"""Answers as vLLM writes them, and clients of the real libraries that are handed bytes.

The clients do all that they do with a server but for the connection: the transport is scripted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import anthropic
import httpx2
import openai

from gateway.wire.events import frame
from gateway.wire.stream_format import StreamFormat, typed_frame

Value = dict[str, Any]
# What the server answers to a request: its path and body.
Server = Callable[[str, Value], bytes]
USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


def cut(stream: StreamFormat, events: Sequence[Value], shown: int, text: str) -> bytes:
    """Return what a client gets that sees `shown` events before the stream is cut."""
    sent = []
    for position, value in enumerate(events):
        stream.read(value)
        if position < shown:
            stream.shown(value)
            sent.append(written(value))
    return b"".join([*sent, *stream.closing(text), *stream.finished()])


def written(value: Value) -> bytes:
    """Return an event as its server writes it."""
    return typed_frame(value) if "type" in value else frame(json.dumps(value).encode())


def chat_chunk(delta: Value, finish: str | None = None, index: int = 0) -> Value:
    """Return one event of a chat stream."""
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-00112233445566778899aabbccddeeff",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "demo",
        "choices": [choice],
    }


def chat_prose(choices: int = 1) -> list[Value]:
    """Return a chat stream that thinks and then says something in every choice."""
    indices = range(choices)
    return [
        *(chat_chunk({"role": "assistant", "content": ""}, index=index) for index in indices),
        *(chat_chunk({"reasoning": "Let me see."}, index=index) for index in indices),
        *(chat_chunk({"content": "Mirela was"}, index=index) for index in indices),
        *(chat_chunk({"content": " born."}, index=index) for index in indices),
        *(chat_chunk({}, "stop", index=index) for index in indices),
        {**chat_chunk({}), "choices": [], "usage": USAGE},
    ]


def chat_call(*pieces: str) -> list[Value]:
    """Return a chat stream that calls `look_up` twice; the first call's arguments are `pieces`."""

    def call(index: int, arguments: str, **head: Any) -> Value:
        function = {"arguments": arguments, **({"name": "look_up"} if head else {})}
        return chat_chunk({"tool_calls": [{"index": index, **head, "function": function}]})

    return [
        chat_chunk({"role": "assistant", "content": ""}),
        call(0, "", id="call_0011223344", type="function"),
        *(call(0, piece) for piece in pieces),
        call(1, "", id="call_5566778899", type="function"),
        call(1, '{"name": "Bern"}'),
        chat_chunk({}, "tool_calls"),
        {**chat_chunk({}), "choices": [], "usage": USAGE},
    ]


def completion_prose() -> list[Value]:
    """Return a completions stream."""
    shared = {"id": "cmpl-0011223344556677", "object": "text_completion", "created": 1}

    def chunk(text: str, finish: str | None = None) -> Value:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        return {**shared, "model": "demo", "choices": [choice]}

    last = {**shared, "model": "demo", "choices": [], "usage": USAGE}
    return [chunk("Mirela"), chunk(" was born"), chunk(".", "stop"), last]


def messages_events() -> list[Value]:
    """Return a stream of messages that thinks, says something and calls a tool."""
    usage = {"input_tokens": 3, "output_tokens": 0}
    message = {
        "id": "msg_00112233445566778899",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "demo",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }

    def block(index: int, start: Value, *deltas: Value) -> list[Value]:
        return [
            {"type": "content_block_start", "index": index, "content_block": start},
            *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
            {"type": "content_block_stop", "index": index},
        ]

    call = {"type": "tool_use", "id": "toolu_00112233", "name": "look_up", "input": {}}
    ending = {"stop_reason": "tool_use", "stop_sequence": None}
    return [
        {"type": "message_start", "message": message},
        *block(
            0,
            {"type": "thinking", "thinking": ""},
            {"type": "thinking_delta", "thinking": "Let me see."},
            {"type": "signature_delta", "signature": "00112233"},
        ),
        *block(
            1,
            {"type": "text", "text": ""},
            {"type": "text_delta", "text": "Mirela was"},
            {"type": "text_delta", "text": " born."},
        ),
        *block(
            2,
            call,
            {"type": "input_json_delta", "partial_json": '{"na'},
            {"type": "input_json_delta", "partial_json": 'me": "Be'},
            {"type": "input_json_delta", "partial_json": 'rn"}'},
        ),
        {"type": "message_delta", "delta": ending, "usage": {**usage, "output_tokens": 9}},
        {"type": "message_stop"},
    ]


def responses_events(text: str = "Mirela was born.") -> list[Value]:
    """Return a stream of a response that thinks, says `text` in two pieces and calls a tool."""
    base = response_value([])
    thought = {"type": "reasoning_text", "text": "Let me see."}
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    reasoning = {"id": "rs_00112233", "type": "reasoning", "summary": [], "status": "in_progress"}
    message = {
        "id": "msg_00112233",
        "type": "message",
        "role": "assistant",
        "content": [],
        "status": "in_progress",
    }
    call = {
        "id": "fc_00112233",
        "call_id": "call_00112233",
        "type": "function_call",
        "name": "look_up",
        "arguments": "",
        "status": "in_progress",
    }
    whole = '{"name": "Bern"}'
    done_part = {**part, "text": text}
    done = [
        {**reasoning, "content": [thought], "status": "completed"},
        {**message, "content": [done_part], "status": "completed"},
        {**call, "arguments": whole, "status": "completed"},
    ]
    at = [{"item_id": i["id"], "output_index": n} for n, i in enumerate(done)]
    here = [{**each, "content_index": 0} for each in at]
    half = len(text) // 2
    usage = {
        "input_tokens": 3,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 9,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 12,
    }
    events: list[Value] = [
        {"type": "response.created", "response": base},
        {"type": "response.in_progress", "response": base},
        {"type": "response.output_item.added", "output_index": 0, "item": reasoning},
        {
            "type": "response.content_part.added",
            **here[0],
            "part": {"type": "reasoning_text", "text": ""},
        },
        {"type": "response.reasoning_text.delta", **here[0], "delta": "Let me see."},
        {"type": "response.reasoning_text.done", **here[0], "text": "Let me see."},
        {"type": "response.content_part.done", **here[0], "part": thought},
        {"type": "response.output_item.done", "output_index": 0, "item": done[0]},
        {"type": "response.output_item.added", "output_index": 1, "item": message},
        {"type": "response.content_part.added", **here[1], "part": part},
        {
            "type": "response.output_text.delta",
            **here[1],
            "delta": text[:half],
            "logprobs": [],
        },
        {
            "type": "response.output_text.delta",
            **here[1],
            "delta": text[half:],
            "logprobs": [],
        },
        {"type": "response.output_text.done", **here[1], "text": text, "logprobs": []},
        {"type": "response.content_part.done", **here[1], "part": done_part},
        {"type": "response.output_item.done", "output_index": 1, "item": done[1]},
        {"type": "response.output_item.added", "output_index": 2, "item": call},
        {"type": "response.function_call_arguments.delta", **at[2], "delta": whole[:7]},
        {"type": "response.function_call_arguments.delta", **at[2], "delta": whole[7:]},
        {
            "type": "response.function_call_arguments.done",
            **at[2],
            "arguments": whole,
            "name": "look_up",
        },
        {"type": "response.output_item.done", "output_index": 2, "item": done[2]},
        {
            "type": "response.completed",
            "response": {**base, "status": "completed", "output": done, "usage": usage},
        },
    ]
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def response_value(output: list[Value]) -> Value:
    """Return a response as vLLM writes it."""
    return {
        "id": "resp_00112233445566778899",
        "created_at": 1,
        "model": "demo",
        "object": "response",
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "background": False,
        "max_output_tokens": 64,
        "service_tier": "auto",
        "status": "in_progress",
        "truncation": "disabled",
        "usage": None,
        "instructions": None,
    }


def openai_client(server: Server) -> openai.OpenAI:
    """Return a client of the OpenAI library that `server` answers."""
    return openai.OpenAI(
        api_key="x", base_url="http://scripted/v1", max_retries=0, http_client=_http(server)
    )


def anthropic_client(server: Server) -> anthropic.Anthropic:
    """Return a client of the Anthropic library that `server` answers."""
    return anthropic.Anthropic(
        api_key="x", base_url="http://scripted", max_retries=0, http_client=_http(server)
    )


def always(body: bytes) -> Server:
    """Return a server that always answers the same."""
    return lambda path, request: body


def _http(server: Server) -> httpx2.Client:
    def handle(request: httpx2.Request) -> httpx2.Response:
        asked = json.loads(request.content)
        kind = "text/event-stream" if asked.get("stream") else "application/json"
        return httpx2.Response(
            200, headers={"content-type": kind}, content=server(request.url.path, asked)
        )

    return httpx2.Client(transport=httpx2.MockTransport(handle))
