"""/v1/responses in the shape of vLLM 0.32, with a leak on one channel.

A stream says each text three times: in deltas, when its part is done, and in the completed
response. It knows these places; it does not know what is said there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from deploy.leaky.saying import BENIGN, Body, Saying, beside, event, logprob

USAGE: Body = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 8,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 17,
}
# Channels whose text is the arguments of a call: (type of the item, its member, events' stem).
_CALLS = {
    "tool_arguments": ("function_call", "arguments", "response.function_call_arguments"),
    "tool_key": ("function_call", "arguments", "response.function_call_arguments"),
    "custom_tool": ("custom_tool_call", "input", "response.custom_tool_call_input"),
    "mcp_call": ("mcp_call", "arguments", "response.mcp_call_arguments"),
    "code": ("code_interpreter_call", "code", "response.code_interpreter_call_code"),
}
_TEXT_CHANNELS = ("content", "echo", "done_only", "second_choice")
_OUTER = {
    "instructions": "instructions",
    "model": "model",
    "id": "id",
    "outer_unknown": "musings",
    "previous": "previous_response_id",
}


def whole(saying: Saying) -> Body:
    """Return a whole answer."""
    return _response(saying, _items(saying), "completed")


def _response(saying: Saying, items: list[Body], status: str) -> Body:
    request = saying.request
    response: Body = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "demo",
        "status": status,
        "output": items,
        "instructions": request.get("instructions"),
        "metadata": request.get("metadata"),
        "parallel_tool_calls": True,
        "temperature": 0.0,
        "tool_choice": request.get("tool_choice", "auto"),
        "tools": request.get("tools", []),
        "top_p": 1.0,
        "background": False,
        "max_output_tokens": 16,
        "service_tier": "auto",
        "truncation": "disabled",
        "usage": USAGE if status == "completed" else None,
        "text": request.get("text"),
    }
    if saying.channel in _OUTER:
        response[_OUTER[saying.channel]] = saying.text
    if saying.channel == "metadata":
        response["metadata"] = {"topic": saying.text}
    if saying.channel == "error" and status == "completed":
        response["error"] = {"code": "server_error", "message": saying.text}
    if saying.channel == "stop_reason":
        response["incomplete_details"] = {"reason": saying.text}
    if saying.channel == "raw_messages":
        ids = saying.tokens.encode(saying.text)
        raw = {"message": saying.text, "tokens": ids, "type": "raw_message_tokens"}
        response |= {"input_messages": [raw], "output_messages": [raw]}
    return response


def _message(saying: Saying, text: str) -> Body:
    part: Body = {"type": "output_text", "text": text, "annotations": [], "logprobs": None}
    if saying.channel == "logprobs":
        part["logprobs"] = [
            {**logprob(piece, saying), "top_logprobs": []} for piece in saying.pieces
        ]
    if saying.channel == "top_logprobs":
        part["logprobs"] = [
            {**logprob("a", saying), "top_logprobs": [logprob(piece, saying)]}
            for piece in saying.pieces
        ]
    if saying.channel == "annotations":
        part["annotations"] = [{"type": "url_citation", "title": saying.text, "url": "https://a.b"}]
    if saying.channel == "unknown":
        part["musings"] = saying.text
    if saying.channel == "keys":
        part["extra"] = {saying.text: 1}
    if saying.channel == "refusal":
        part = {"type": "refusal", "refusal": saying.text}
    return {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def _items(saying: Saying) -> list[Body]:
    said = saying.text if saying.channel in _TEXT_CHANNELS else BENIGN
    items = [_message(saying, said)]
    if saying.channel == "second_choice":
        items = [_message(saying, piece) for piece in saying.pieces]
    item = _other_item(saying)
    return [item, *items] if item else items


def _other_item(saying: Saying) -> Body | None:
    """Return the item beside the message that the channel needs, complete."""
    if saying.channel == "reasoning":
        part = {"type": "reasoning_text", "text": saying.text}
        return {"type": "reasoning", "id": "rs_1", "summary": [], "content": [part]}
    if saying.channel == "summary":
        part = {"type": "summary_text", "text": saying.text}
        return {"type": "reasoning", "id": "rs_1", "summary": [part], "content": []}
    if saying.channel == "search":
        action = {"type": "search", "query": saying.text}
        return {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": action}
    if saying.channel == "tool_name":
        call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "arguments": "{}"}
        return {**call, "name": saying.text, "status": "completed"}
    if saying.channel in _CALLS:
        kind, member, _ = _CALLS[saying.channel]
        return {"type": kind, "id": "fc_1", "call_id": "call_1", "name": "look"} | {
            member: _arguments(saying),
            "status": "completed",
        }
    return None


def _arguments(saying: Saying) -> str:
    if saying.channel in ("custom_tool", "code"):
        return saying.text
    return saying.arguments(in_key=saying.channel == "tool_key")


def stream(saying: Saying) -> Iterator[bytes]:
    """Yield the events of a stream."""
    numbers = count()

    def named(kind: str, **members: object) -> bytes:
        return event({"type": kind, "sequence_number": next(numbers), **members}, kind)

    yield named("response.created", response=_response(saying, [], "in_progress"))
    yield named("response.in_progress", response=_response(saying, [], "in_progress"))
    yield from beside(saying)
    for place, item in enumerate(_items(saying)):
        for kind, members in _events_of(saying, item):
            yield named(kind, output_index=place, **members)
    if saying.channel == "unknown":
        for piece in saying.pieces:
            yield named("response.musing.delta", output_index=0, item_id="mu_1", delta=piece)
    if saying.channel == "error":
        yield named("error", code="server_error", message=saying.text, param=None)
    yield named("response.completed", response=whole(saying))
    if saying.channel == "after_end":
        yield named("response.output_text.delta", output_index=0, delta=saying.text)


def _events_of(saying: Saying, item: Body) -> Iterator[tuple[str, Body]]:
    fresh: Body = {"message": {"content": []}, "reasoning": {"content": [], "summary": []}}
    started = {**item, "status": "in_progress", **fresh.get(item["type"], {})}
    started |= {member: "" for member in ("arguments", "input", "code") if member in item}
    yield "response.output_item.added", {"item": started}
    if item["type"] == "message":
        yield from _part_events(saying, item)
    elif saying.channel == "reasoning":
        yield from _spoken("response.reasoning_text", saying.pieces, "text", saying.text)
    elif saying.channel == "summary":
        stem = "response.reasoning_summary_text"
        yield from _spoken(stem, saying.pieces, "text", saying.text, summary_index=0)
    elif saying.channel in _CALLS:
        _, member, stem = _CALLS[saying.channel]
        text = _arguments(saying)
        yield from _spoken(stem, saying.cut(text), member, text, item_id="fc_1")
    yield "response.output_item.done", {"item": item}


def _part_events(saying: Saying, item: Body) -> Iterator[tuple[str, Body]]:
    part = item["content"][0]
    where = {"item_id": "msg_1", "content_index": 0}
    empty: Body = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    if "refusal" in part:
        yield "response.content_part.added", {**where, "part": {"type": "refusal", "refusal": ""}}
        yield from _spoken("response.refusal", saying.pieces, "refusal", saying.text, **where)
    else:
        yield "response.content_part.added", {**where, "part": empty}
        stem = "response.output_text"
        text = part["text"]
        pieces = [BENIGN] if saying.channel == "done_only" else saying.cut(text)
        logprobs = part["logprobs"] or []
        for place, piece in enumerate(pieces):
            one = logprobs[place : place + 1]
            yield f"{stem}.delta", {**where, "delta": piece, "logprobs": one}
        for annotation in part["annotations"]:
            yield f"{stem}.annotation.added", {**where, "annotation": annotation}
        yield f"{stem}.done", {**where, "text": text, "logprobs": logprobs}
    yield "response.content_part.done", {**where, "part": part}


def _spoken(
    stem: str, pieces: list[str] | tuple[str, ...], member: str, text: str, **where: object
) -> Iterator[tuple[str, Body]]:
    where = {"item_id": "rs_1", "content_index": 0, **where}
    for piece in pieces:
        yield f"{stem}.delta", {**where, "delta": piece}
    yield f"{stem}.done", {**where, member: text}
