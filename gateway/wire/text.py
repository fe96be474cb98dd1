"""Every text of a request or an answer, found by walking its JSON.

A string is text unless its key names structure, so that a field nobody thought of is read by
default. The walk does not know which endpoint it serves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

# Keys whose string values are identifiers or enumerations of the API, never prose.
STRUCTURE = frozenset(
    "model role type object id finish_reason system_fingerprint service_tier tool_call_id "
    "encoding_format detail tool_choice reasoning_effort".split()
)
# Keys that the API itself defines: reading them as text would cost time and find nothing.
SCHEMA_KEYS = frozenset(
    "messages role content type text name model stream temperature top_p max_tokens n stop prompt "
    "max_completion_tokens seed tools function description parameters properties required "
    "stream_options include_usage image_url url tool_calls tool_call_id id arguments logprobs "
    "top_logprobs frequency_penalty presence_penalty user response_format json_schema schema "
    "strict items enum additionalProperties tool_choice parallel_tool_calls logit_bias".split()
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One text of a request.

    Attributes:
        path: where it stands, as `messages[2].content[0].text`.
        role: who it is from: a role of the API, or `request` outside of messages.
        text: the text.
    """

    path: str
    role: str
    text: str


def request_channels(request: dict[str, Any]) -> tuple[Channel, ...]:
    """Return every text of a request, content parts of one message also joined."""
    channels = []
    for key, value in request.items():
        if key == "messages" and isinstance(value, list):
            for index, message in enumerate(value):
                channels += _message_channels(message, index)
        elif key not in STRUCTURE or not isinstance(value, str):
            channels += [Channel(dotted(path), "request", text) for path, text in walk(value, key)]
    keys = " ".join(sorted(_foreign_keys(request)))
    if keys:
        channels.append(Channel("(keys)", "request", keys))
    return tuple(channels)


def walk(value: Any, *path: str | int) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) for every string of `value` whose key does not name structure.

    A list element that carries an integer `index` of its own, as choices and tool calls of a
    stream do, is addressed by it, so that the same text has the same path in every event.
    """
    if isinstance(value, str):
        if value:
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in STRUCTURE or not isinstance(item, str):
                yield from walk(item, *path, key)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from walk(item, *path, _own_index(item, position))


def dotted(path: Path) -> str:
    """Return a path as people write it: `choices[0].delta.content`."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written


def _own_index(item: Any, position: int) -> int:
    if isinstance(item, dict):
        index = item.get("index")
        if isinstance(index, int):
            return index
    return position


def _message_channels(message: Any, index: int) -> list[Channel]:
    where: tuple[str, int] = ("messages", index)
    role = message.get("role") if isinstance(message, dict) else None
    name = role if isinstance(role, str) else "request"
    channels = [Channel(dotted(path), name, text) for path, text in walk(message, *where)]
    parts = message.get("content") if isinstance(message, dict) else None
    if isinstance(parts, list) and len(parts) > 1:
        texts = [part["text"] for part in parts if _is_text_part(part)]
        channels.append(Channel(dotted((*where, "content")), name, "".join(texts)))
    return channels


def _is_text_part(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("text"), str)


def _foreign_keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        keys = {key for key in value if key not in SCHEMA_KEYS and key not in STRUCTURE}
        return keys.union(*(_foreign_keys(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_foreign_keys(item) for item in value))
    return set()
