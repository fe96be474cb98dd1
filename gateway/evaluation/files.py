"""Targets and prompts out of files of JSON lines, with errors that name the line and the fix.

It knows the shapes of the lines; it does not know what becomes of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from detectors.values import Utterance
from gateway.errors import RequestError
from gateway.evaluation.errors import InputError
from gateway.evaluation.registration import registered
from gateway.evaluation.values import Prompt, TargetBody
from gateway.wire import strict_json

PROMPT_FIELDS = frozenset({"prompt", "messages", "target", "group", "answers"})
DEFAULT_GROUP = "all"
# How like a known field another must be, as difflib counts; `text` is not like `target`.
MISSPELT = 0.75

Value = TypeVar("Value")


class _Wrong(Exception):
    """Raised for what is wrong with one field; the reader of the line adds the place."""

    def __init__(self, field: str | None, fix: str) -> None:
        super().__init__(fix)
        self.field = field
        self.fix = fix


def read_targets(file: Path) -> tuple[TargetBody, ...]:
    """Return the registrations of a file, each checked as the admin API would.

    Raises:
        InputError: the file cannot be read, or a line is not what the admin API accepts.
    """
    known: dict[str, int] = {}
    bodies: list[TargetBody] = []
    for number, line in _lines(file):
        body = _at(file, number, _target, line)
        id = registered(body, number).id
        if id in known:
            fix = f"{id!r} stands on line {known[id]} too; give each target an id of its own."
            raise InputError.at(file, number, "id" if "id" in body else "name", fix)
        known[id] = number
        bodies.append(body)
    return _something(file, bodies, "targets")


def read_prompts(file: Path, known: Container[str]) -> tuple[Prompt, ...]:
    """Return the prompts of a file.

    Args:
        file: one prompt a line.
        known: the identifiers that a prompt may name as its target.

    Raises:
        InputError: the file cannot be read, or a line is no prompt.
    """
    found = [
        _at(file, number, lambda line: _prompt(line, known), line) for number, line in _lines(file)
    ]
    return _something(file, found, "prompts")


def _something(file: Path, found: list[Value], what: str) -> tuple[Value, ...]:
    if not found:
        raise InputError(f"{file} holds no {what}; write one JSON object a line.")
    return tuple(found)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InputError(f"{file} cannot be read: {why}; give a file of JSON lines.") from None
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _at(file: Path, number: int, read: Callable[[bytes], Value], line: bytes) -> Value:
    try:
        return read(line)
    except _Wrong as error:
        raise InputError.at(file, number, error.field, error.fix) from None
    except RequestError as error:
        message = error.message.replace("The body", "The line").replace("as the body", "a line")
        field = None if error.param is None or f"`{error.param}`" in message else error.param
        raise InputError.at(file, number, field, message) from None


def _target(line: bytes) -> TargetBody:
    body = strict_json.parse_object(line)
    registered(body, 1)
    return body


def _prompt(line: bytes, known: Container[str]) -> Prompt:
    row = _row(line)
    _refuse_misspelt(row)
    if ("prompt" in row) == ("messages" in row):
        raise _Wrong("prompt", "give either `prompt`, a text, or `messages`, a list.")
    group = row.get("group", DEFAULT_GROUP)
    if not isinstance(group, str) or not group:
        raise _Wrong("group", "it must be a text that names the group.")
    target = row.get("target")
    if target is not None and (not isinstance(target, str) or target not in known):
        raise _Wrong(
            "target",
            f"no active target has the id {target!r}; write an id of the "
            "targets file, or null where none is touched.",
        )
    return Prompt(_utterances(row), target, group)


def _refuse_misspelt(row: dict[str, Any]) -> None:
    """Refuse a field that looks like a misspelt one; others are the file's own affair."""
    for field in sorted(row.keys() - PROMPT_FIELDS):
        near = get_close_matches(field, PROMPT_FIELDS, n=1, cutoff=MISSPELT)
        if near:
            raise _Wrong(field, f"it is not known; did you mean `{near[0]}`?")


def _row(line: bytes) -> dict[str, Any]:
    # Not as strict as requests are read: a lone surrogate may be what is being tried.
    try:
        row = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise _Wrong(None, f"byte {error.start} is not UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise _Wrong(None, f"it is not JSON ({error}); write one object a line.") from None
    if not isinstance(row, dict):
        raise _Wrong(None, "it must be a JSON object.")
    return row


def _utterances(row: dict[str, Any]) -> tuple[Utterance, ...]:
    if "prompt" in row:
        if not isinstance(row["prompt"], str):
            raise _Wrong("prompt", "it must be a text; a conversation is given as `messages`.")
        return (Utterance("user", row["prompt"]),)
    messages = row["messages"]
    if not isinstance(messages, list) or not messages:
        raise _Wrong("messages", "it must be a list with at least one message.")
    return tuple(
        utterance
        for place, message in enumerate(messages)
        for utterance in _said(message, f"messages[{place}]")
    )


def _said(message: Any, place: str) -> Iterator[Utterance]:
    if not isinstance(message, dict):
        raise _Wrong(place, "a message must be an object.")
    role = message.get("role")
    if not isinstance(role, str) or not role:
        raise _Wrong(f"{place}.role", "it must say who speaks: user, assistant, system or tool.")
    for text in _texts(message.get("content"), f"{place}.content"):
        yield Utterance(role, text)
    for call in message.get("tool_calls") or ():
        arguments = call.get("function", {}).get("arguments") if isinstance(call, dict) else None
        if isinstance(arguments, str):
            yield Utterance(role, arguments)


def _texts(content: Any, place: str) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                yield part["text"]
    elif content is not None:
        raise _Wrong(place, "it must be a text or a list of parts.")
