"""Where a text stands in the JSON of a request or an answer, and how another is put there.

A string is text unless it is structure, so that a field nobody thought of is read by default.
Nothing here knows which endpoint is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.wire.structure import FIELD_NAMES, foreign_keys, is_structure
from gateway.wire.structure import Path as Path

# The last part of a path to the keys of all objects below it, a key a line; no list has it.
KEYS = -1
# Where a part of a message has its text.
TEXT_MEMBERS = ("text", "thinking", "refusal")
# Keys of answers whose string values are identifiers or enumerations, never prose.
STRUCTURE = frozenset(
    "model role type object id finish_reason system_fingerprint service_tier tool_call_id "
    "encoding_format detail tool_choice reasoning_effort".split()
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One text of a request.

    Attributes:
        path: where it stands, as `("messages", 2, "content", 0, "text")`; one that leads to a
            list is the text of its parts, joined, and one that ends with `KEYS` the keys below.
        role: who it is from: user, assistant, system, developer, tool, or `request` for what
            belongs to no speaker.
        text: the text.
    """

    path: Path
    role: str
    text: str


def walk(value: Any, *path: str | int) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) for every string of an answer whose key does not name structure.

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


def strings(value: Any, *path: str | int) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) for every text of a request; paths are those that `replaced` takes."""
    if isinstance(value, str):
        if value and not is_structure(path, value):
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, *path, key)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from strings(item, *path, position)


def part_text(part: Any) -> str | None:
    """Return what a part of a message says, None for a part without words."""
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        for member in TEXT_MEMBERS:
            if isinstance(part.get(member), str):
                return str(part[member])
    return None


def keys_text(value: Any, *, is_deep: bool = True) -> str:
    """Return the keys below `value` that no API defines, each once and on a line of its own."""
    return "\n".join(_line(key) for key in dict.fromkeys(foreign_keys(value, is_deep=is_deep)))


def dotted(path: Path) -> str:
    """Return a path as people write it: `choices[0].delta.content`."""
    written = ""
    for part in path:
        if part == KEYS:
            written += "(keys)"
        else:
            written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written


def replaced(value: Any, texts: Mapping[Path, str]) -> Any:
    """Return a copy of a request in which each path of `texts` has its new text.

    Args:
        value: what the paths lead into; it is unchanged, and the copy shares what did not change.
        texts: texts by the paths of channels. The text of joined parts goes into the first of
            them and empties the others; it gives way to a text for one of the parts themselves.
            Token ids become the text.

    Raises:
        KeyError: a path leads to no text.
    """
    for path in sorted(texts, key=_turn):
        value = _with_text(value, path, texts[path], path)
    return value


def _turn(path: Path) -> tuple[bool, int]:
    """Return when a path is used: keys last and innermost first, since they are parts of paths."""
    is_keys = path[-1:] == (KEYS,)
    return is_keys, -len(path) if is_keys else len(path)


def is_token_list(value: Any) -> bool:
    """Return whether `value` is a text written as token ids."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, int) and not isinstance(item, bool) for item in value)
    )


def _with_text(value: Any, path: Path, text: str, whole: Path) -> Any:
    if path == (KEYS,) and isinstance(value, dict | list):
        return _renamed(value, text, is_deep=len(whole) > 1)
    if path:
        first, rest = path[0], path[1:]
        if isinstance(value, dict) and isinstance(first, str) and first in value:
            return {**value, first: _with_text(value[first], rest, text, whole)}
        if isinstance(value, list) and isinstance(first, int) and 0 <= first < len(value):
            changed = _with_text(value[first], rest, text, whole)
            return [*value[:first], changed, *value[first + 1 :]]
    elif isinstance(value, str):
        return text
    elif isinstance(value, list):
        return text if is_token_list(value) else _said_in_first(value, text)
    raise KeyError(f"{dotted(whole)} leads to no text")


def _said_in_first(parts: list[Any], text: str) -> list[Any]:
    said = []
    for part in parts:
        if part_text(part) is None:
            said.append(part)
        elif isinstance(part, str):
            said.append(text)
            text = ""
        else:
            member = next(name for name in TEXT_MEMBERS if isinstance(part.get(name), str))
            said.append({**part, member: text})
            text = ""
    return said


def _renamed(value: Any, text: str, *, is_deep: bool) -> Any:
    """Return `value` with the keys that no API defines renamed, those of objects below too."""
    old = list(dict.fromkeys(foreign_keys(value, is_deep=is_deep)))
    new = text.split("\n")
    if len(new) != len(old):
        new = [""] * len(old)
    names: dict[str, str] = {}
    for key, name in zip(old, new, strict=True):
        names[key] = key if name == _line(key) else _unused(name or "withheld", names)
    return _with_names(value, names, is_deep=is_deep)


def _unused(name: str, names: Mapping[str, str]) -> str:
    taken = {*names, *names.values(), *FIELD_NAMES}
    number = 2
    unused = name
    while unused in taken:
        unused, number = f"{name} {number}", number + 1
    return unused


def _with_names(value: Any, names: Mapping[str, str], *, is_deep: bool) -> Any:
    if isinstance(value, dict):
        return {
            names.get(key, key): _with_names(item, names, is_deep=True) if is_deep else item
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_with_names(item, names, is_deep=True) for item in value]
    return value


def _line(key: str) -> str:
    return key.replace("\n", " ")


def _own_index(item: Any, position: int) -> int:
    if isinstance(item, dict):
        index = item.get("index")
        if isinstance(index, int):
            return index
    return position
