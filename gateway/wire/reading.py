"""The channels of a request: whose text stands where.

It knows what the message formats have in common (parts, tool results, prefill); the fields of an
endpoint are its dialect's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from gateway.wire.media import is_opaque
from gateway.wire.structure import Path
from gateway.wire.text import KEYS, Channel, keys_text, part_text, strings

REQUEST = "request"
LONGEST_WORD = 1024
SPEAKERS = frozenset({"user", "assistant", "system", "developer", "tool"})
SYSTEM_ROLES = ("system", "developer")
_TOOL_TYPES = ("tool_result", "tool_reference", "document", "search_result")


def field(value: Any, path: Path, role: str) -> Iterator[Channel]:
    """Yield every text below `path`, then the keys that no API defines."""
    for where, text in strings(value, *path):
        yield Channel(where, role, text)
    yield from keys(value, path, role)


def keys(value: Any, path: Path, role: str) -> Iterator[Channel]:
    """Yield the keys below `path` that no API defines, as one text."""
    text = keys_text(value)
    if text:
        yield Channel((*path, KEYS), role, text)


def own_keys(request: dict[str, Any]) -> Iterator[Channel]:
    """Yield the names of the outermost fields that no API defines."""
    text = keys_text(request, is_deep=False)
    if text:
        yield Channel((KEYS,), REQUEST, text)


def messages(said: Any, path: Path) -> Iterator[Channel]:
    """Yield the texts of a list of messages, or of whatever stands in its place."""
    if not isinstance(said, list):
        yield from field(said, path, REQUEST)
        return
    for index, one in enumerate(said):
        yield from message(one, (*path, index), speaker(one))


def message(value: Any, path: Path, role: str) -> Iterator[Channel]:
    """Yield the texts of one message."""
    if not isinstance(value, dict):
        yield from field(value, path, role)
        return
    for member, item in value.items():
        if member in ("content", "output"):
            yield from content(item, (*path, member), role)
        else:
            for where, text in strings(item, *path, member):
                yield Channel(where, role, text)
    yield from keys(value, path, role)


def content(parts: Any, path: Path, role: str) -> Iterator[Channel]:
    """Yield the texts of a message's content, its neighbouring parts also joined."""
    if not isinstance(parts, list):
        for where, text in strings(parts, *path):
            yield Channel(where, role, text)
        return
    for index, part in enumerate(parts):
        if not isinstance(part, dict):
            yield from content(part, (*path, index), role)
            continue
        whose = "tool" if part.get("type") in _TOOL_TYPES else role
        told: Iterable[Channel] = chain.from_iterable(
            content(item, (*path, index, member), whose) for member, item in part.items()
        )
        if is_opaque(part):
            told = (channel for channel in told if not _is_data(channel.text))
        yield from told
    yield from joined(parts, path, role)


def _is_data(text: str) -> bool:
    """Return whether a text is the bytes of a picture or a sound, which are no words.

    Asked only within parts that are reported as such, so that nothing can hide behind it.
    """
    return len(text) > LONGEST_WORD and not any(one.isspace() for one in text)


def joined(parts: list[Any], path: Path, role: str) -> Iterator[Channel]:
    """Yield what the parts say together: as servers join them, with a line break and without.

    Both readings have the path of the list, since `replaced` can only change all parts at once.
    """
    texts = [text for part in parts if (text := part_text(part))]
    if len(texts) > 1:
        yield Channel(path, role, "".join(texts))
        yield Channel(path, role, "\n".join(texts))


def speaker(value: Any) -> str:
    """Return whose a message or item is; `request` for a role that no API has."""
    if not isinstance(value, dict):
        return REQUEST
    role, kind = value.get("role"), value.get("type")
    if isinstance(role, str):
        return "tool" if role == "function" else role if role in SPEAKERS else REQUEST
    if isinstance(kind, str):
        if kind.endswith("_output") or kind in _TOOL_TYPES:
            return "tool"
        if kind == "reasoning" or kind.endswith("_call"):
            return "assistant"
    return REQUEST


def prefilled(channels: Iterable[Channel], path: Path, asked: str) -> Iterator[Channel]:
    """Yield the channels with those of a prefill made the client's own words.

    What the model is to go on from is said by whoever asks, not by an earlier answer. It belongs
    to no turn, so its role is `request`; and it is also read right after the question.

    Args:
        path: of the message that the model goes on from.
        asked: what the user said last.
    """
    for channel in channels:
        if channel.path[: len(path)] == path:
            yield Channel(channel.path, REQUEST, channel.text)
            if channel.path[-1] != KEYS:
                yield Channel(channel.path, REQUEST, f"{asked}\n{channel.text}")
        else:
            yield channel


def words(value: Any) -> str:
    """Return the text of a message's content: a string, or its parts on lines of their own."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(text for part in value if (text := part_text(part)))
    return ""


def last_asked(said: Any) -> str:
    """Return what the last message of the user says."""
    for one in reversed(said if isinstance(said, list) else []):
        if isinstance(one, dict) and one.get("role") == "user":
            return words(one.get("content"))
    return ""
