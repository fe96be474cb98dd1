"""Items of a response as they are streamed: added, filled piece by piece, done.

It knows the order and the members of the typed events; it does not know what is said or when.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.wire.dialect import Body
from gateway.wire.json_ending import json_ending
from gateway.wire.stream_format import CUT_MARK

_ARGUMENTS = ("function_call", "mcp_call")


@dataclass(slots=True)
class Part:
    """A part of an item's content, as far as it was shown.

    Attributes:
        kind: `output_text`, `refusal` or `reasoning_text`.
        pieces: its text.
        is_dropped: whether the item is without it in the end.
    """

    kind: str
    pieces: list[str] = field(default_factory=list)
    is_done: bool = False
    is_dropped: bool = False

    @property
    def text(self) -> str:
        """What was shown of it."""
        return "".join(self.pieces)

    def value(self) -> Body:
        """Return the part as it stands in its item."""
        if self.kind == "refusal":
            return {"type": "refusal", "refusal": self.text}
        if self.kind == "output_text":
            return {"type": "output_text", "text": self.text, "annotations": [], "logprobs": []}
        return {"type": self.kind, "text": self.text}


@dataclass(slots=True)
class Item:
    """An item of the output, as far as it was shown.

    Attributes:
        index: its place in the output.
        value: the item as it was added, or as it was done.
        parts: its content by index.
        pieces: the pieces of what is no content: arguments, input, code.
    """

    index: int
    value: Body
    parts: dict[int, Part] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    is_done: bool = False

    @property
    def kind(self) -> str:
        """The item's type."""
        return str(self.value.get("type"))

    @property
    def place(self) -> Body:
        """The members of an event that name this item."""
        return {"item_id": self.value.get("id", ""), "output_index": self.index}


def new_message(index: int) -> Item:
    """Return a message that was not added yet."""
    value = {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "content": [],
        "status": "in_progress",
    }
    return Item(index, value)


def say(item: Item, text: str, *, is_refusal: bool, is_json: bool) -> Iterator[Body]:
    """Yield the events that add `text` to a message: to its open text, or as a part of its own."""
    kind = "refusal" if is_refusal else "output_text"
    for index, part in item.parts.items():
        if not part.is_done and part.kind == kind and not is_json:
            part.pieces.append(text)
            yield _piece(item, index, part, text)
            return
    yield from close_parts(item, is_json=is_json)
    index = max(item.parts, default=-1) + 1
    part = item.parts[index] = Part(kind)
    yield _part_event("response.content_part.added", item, index, part)
    part.pieces.append(text)
    yield _piece(item, index, part, text)


def close_parts(item: Item, *, is_json: bool) -> Iterator[Body]:
    """Yield the events that end every part of an item.

    JSON that broke off is not called done, and is no part of the item in the end: clients parse
    every text that is.
    """
    for index, part in item.parts.items():
        if part.is_done:
            continue
        part.is_done = True
        part.is_dropped = is_json and part.kind == "output_text"
        if not part.is_dropped:
            yield _part_done(item, index, part)
        yield _part_event("response.content_part.done", item, index, part)


def close_item(item: Item, *, is_json: bool) -> Iterator[Body]:
    """Yield the events that end an item."""
    yield from close_parts(item, is_json=is_json)
    value = {**item.value, "status": "completed"}
    if item.kind in _ARGUMENTS:
        ending = json_ending("".join(item.pieces), mark=CUT_MARK) if any(item.pieces) else "{}"
        name = f"response.{item.kind}_arguments"
        if ending:
            item.pieces.append(ending)
            yield {"type": f"{name}.delta", **item.place, "delta": ending}
        value["arguments"] = "".join(item.pieces)
        done = {"arguments": value["arguments"], "name": item.value.get("name", "")}
        yield {"type": f"{name}.done", **item.place, **done}
    elif item.pieces:
        value["code" if item.kind == "code_interpreter_call" else "input"] = "".join(item.pieces)
    if item.parts:
        parts = (part for _, part in sorted(item.parts.items()))
        value["content"] = [part.value() for part in parts if not part.is_dropped]
    item.value = value
    item.is_done = True
    yield {"type": "response.output_item.done", "output_index": item.index, "item": value}


def _piece(item: Item, index: int, part: Part, text: str) -> Body:
    event = {"type": f"response.{part.kind}.delta", **_at(item, index), "delta": text}
    return {**event, "logprobs": []} if part.kind == "output_text" else event


def _part_done(item: Item, index: int, part: Part) -> Body:
    member = "refusal" if part.kind == "refusal" else "text"
    event = {"type": f"response.{part.kind}.done", **_at(item, index), member: part.text}
    return {**event, "logprobs": []} if part.kind == "output_text" else event


def _part_event(kind: str, item: Item, index: int, part: Part) -> Body:
    return {"type": kind, **_at(item, index), "part": part.value()}


def _at(item: Item, index: int) -> Body:
    return {**item.place, "content_index": index}
