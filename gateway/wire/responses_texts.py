"""The texts of answers and events of `/v1/responses`, and what in them repeats the request.

Each text is sent up to four times: in deltas, when it is done, with its item, and in the whole
response. It knows where these stand; it does not know what is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.wire.dialect import Body
from gateway.wire.event_texts import EventText, Kind, KindOf, texts_of
from gateway.wire.forms import wants_json
from gateway.wire.stream_format import IsOver
from gateway.wire.structure import is_made_id
from gateway.wire.text import Path, keys_text, strings

# Members of a response that repeat the request. The guard writes its policy into the first.
INSTRUCTIONS = "instructions"
ECHOED = (INSTRUCTIONS, "tools", "tool_choice", "metadata", "text", "prompt", "user")
_VALUE_MEMBERS = ("code", "input")
_PIECES = {
    "response.function_call_arguments.delta": Kind.JSON,
    "response.mcp_call_arguments.delta": Kind.JSON,
    "response.custom_tool_call_input.delta": Kind.VALUE,
    "response.code_interpreter_call_code.delta": Kind.VALUE,
}
_PIECE_TYPES = frozenset((*_PIECES, "response.output_text.delta", "response.reasoning_text.delta"))
# Of these only the piece can say anything; where the others are no numbers they are not used.
_PIECE_NAMES = frozenset(
    "type sequence_number item_id output_index content_index delta logprobs obfuscation".split()
)


def restored(request: Body, value: Any) -> Any:
    """Return `value`, an event or a response, with the client's own instructions in it."""
    response = response_in(value)
    own = request.get(INSTRUCTIONS)
    if response is None or response.get(INSTRUCTIONS) == own or INSTRUCTIONS not in response:
        return value
    changed = {**response, INSTRUCTIONS: own}
    return changed if response is value else {**value, "response": changed}


def response_in(value: Any) -> Body | None:
    """Return the response that `value` is or carries, if it does."""
    if not isinstance(value, dict):
        return None
    response = value.get("response", value)
    return response if isinstance(response, dict) and "output" in response else None


def texts_in(request: Body, value: Any) -> Iterator[EventText]:
    """Yield the texts of an event or a response that the client did not write itself."""
    if not isinstance(value, dict):
        yield from texts_of(value, lambda _: None)
        return
    kind_of = _kinds(request, value)
    channel = _channel(value, is_json=wants_json(request))
    if _is_usual_piece(value):
        kind = kind_of(("delta",)) or Kind.PROSE
        yield EventText((*channel, "delta"), ("delta",), value["delta"], kind)
        return
    response = response_in(value)
    if response is not None:
        yield from _echoes(request, response, () if response is value else ("response",))
        bare = {key: item for key, item in response.items() if key not in ECHOED}
        value = bare if response is value else {**value, "response": bare}
        if not wants_json(request):
            yield from _joined(response)
    yield from texts_of(value, kind_of, channel, model=request.get("model"))


def channels_over(value: Any) -> IsOver | None:
    """Return which pieces of text are over with this event."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        return None
    if kind in ("response.completed", "response.incomplete", "response.failed"):
        return lambda channel: channel[:1] == ("output",)
    if not kind.endswith(".done"):
        return None
    item = ("output", _number(value.get("output_index")))
    if kind == "response.output_item.done":
        return lambda channel: channel[:2] == item
    place = (*item, _place(value))
    return lambda channel: channel[:3] == place


def _channel(value: Body, *, is_json: bool) -> Path:
    """Return what all channels of an event start with; pieces of one text share it."""
    kind = value.get("type")
    if not isinstance(kind, str) or "response" in value:
        return (str(kind),) if isinstance(kind, str) else ()
    if kind == "response.output_text.delta" and not is_json:
        return ("output", kind)  # Clients join the texts of all messages.
    if kind.endswith(".delta"):
        return ("output", _number(value.get("output_index")), _place(value), kind)
    return (kind, _number(value.get("output_index")), _place(value))


def _is_usual_piece(value: Body) -> bool:
    """Return whether an event adds a piece to a text and holds nothing else that is one."""
    piece, item = value.get("delta"), value.get("item_id")
    return (
        value.keys() <= _PIECE_NAMES
        and isinstance(value.get("type"), str)
        and value["type"] in _PIECE_TYPES
        and type(piece) is str
        and piece != ""
        and type(item) is str
        and is_made_id(item)
    )


def _place(value: Body) -> int:
    return _number(value.get("content_index", value.get("summary_index")))


def _number(value: Any) -> int:
    return value if isinstance(value, int) else -1


def _kinds(request: Body, value: Body) -> KindOf:
    is_json = wants_json(request)

    def kind_of(path: Path) -> Kind | None:
        if path == ("delta",):
            kind = value.get("type")
            known = _PIECES.get(kind) if isinstance(kind, str) else None
            return known or (Kind.JSON if is_json and not _is_reasoning(value, path) else None)
        if path[-1:] == ("text",) and is_json and not _is_reasoning(value, path):
            return Kind.JSON
        return Kind.VALUE if path[-1:] and path[-1] in _VALUE_MEMBERS else None

    return kind_of


def _is_reasoning(value: Any, path: Path) -> bool:
    """Return whether the text at `path` is a thought or a refusal, and not the answer itself."""
    for part in (None, *path):
        if part is not None:
            value = value[part]
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and (
            "reasoning" in kind or "summary" in kind or "refusal" in kind
        ):
            return True
    return False


def _joined(response: Body) -> Iterator[EventText]:
    """Yield the texts of all messages as clients join them, where there are several."""
    output = response.get("output")
    items = [item for item in output if isinstance(item, dict)] if isinstance(output, list) else []
    parts = (part for item in items for part in _list(item.get("content")))
    texts = [part.get("text") for part in parts if _is_answer(part)]
    said = [text for text in texts if isinstance(text, str)]
    if len(said) > 1:
        yield EventText(("(joined)",), ("(joined)",), "".join(said), Kind.PROSE)


def _is_answer(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "output_text"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _echoes(request: Body, response: Body, path: Path) -> Iterator[EventText]:
    """Yield what a response has in the places of the request, and the request has not."""
    for member in ECHOED:
        echoed = response.get(member)
        if echoed is None or echoed == request.get(member):
            continue
        own = {text for _, text in strings(request.get(member))}
        for where, text in strings(echoed, *path, member):
            if text not in own:
                yield EventText(("(echo)", *where), where, text, Kind.PROSE)
        names = set(keys_text(echoed).split("\n")) - set(keys_text(request.get(member)).split("\n"))
        if names:
            yield EventText(("(echo)", member), (*path, member), "\n".join(names), Kind.PROSE)
