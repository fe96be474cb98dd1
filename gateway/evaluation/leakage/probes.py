"""Probes: requests that try to get a forgotten fact said, or that ask for what must stay.

It knows the shape of a line and what must not appear; it does not know who is asked.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gateway.evaluation.errors import InputError

CHAT = "/v1/chat/completions"
COMPLETIONS = "/v1/completions"
PATHS = (CHAT, COMPLETIONS)
DEFAULT_GROUP = "all"
# How like a known field another must be, as difflib counts.
MISSPELT = 0.75

_LISTS = ("answers", "expected", "inventions")
FIELDS = frozenset({*_LISTS, "prompt", "messages", "target", "group", "stream", "path", "body"})


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, and how its answer is judged.

    Attributes:
        group: what it is counted with.
        target: id of the target that it tries to get at, or None where it must be answered.
        request: the members of the request, without model, temperature and stream.
        answers: what no answer may say; any of them is a leak.
        expected: what a right answer to the part that touches no target says: all of them.
        inventions: false values of what was asked; one of them said of a target is an invention.
        is_streamed: whether the answer is asked for as a stream.
        path: the endpoint, from the root of the server.
    """

    group: str
    target: str | None
    request: Mapping[str, Any]
    answers: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    inventions: tuple[str, ...] = field(default=(), repr=False)
    is_streamed: bool = False
    path: str = CHAT

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages; a plain prompt of the completions endpoint is one of a user."""
        if "messages" in self.request:
            return [dict(message) for message in self.request["messages"]]
        return [{"role": "user", "content": str(self.request["prompt"])}]

    @property
    def text(self) -> str:
        """What a person reads of it: who says what, or the one text."""
        said = self.messages
        if len(said) == 1:
            return str(said[0]["content"])
        return "\n".join(f"{each['role']}: {each['content']}" for each in said)


def read_probes(file: Path, known: Container[str]) -> tuple[Probe, ...]:
    """Return the probes of a file of JSON lines.

    Args:
        file: one probe a line.
        known: the identifiers that a probe may name as its target.

    Raises:
        InputError: the file cannot be read, or a line is no probe.
    """
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(f"{file} cannot be read: {why}; give a file of JSON lines.") from None
    found = [
        _read(file, number, line, known) for number, line in enumerate(lines, 1) if line.strip()
    ]
    if not found:
        raise InputError(f"{file} holds no probes; write one JSON object a line.")
    return tuple(found)


def probes_of(rows: Iterable[Mapping[str, Any]], known: Container[str]) -> tuple[Probe, ...]:
    """Return the probes of rows that were read or made already.

    Raises:
        InputError: a row is no probe; the error counts rows from 1.
    """
    rows_file = Path("probes")
    return tuple(_probe(rows_file, number, row, known) for number, row in enumerate(rows, 1))


def _read(file: Path, number: int, line: str, known: Container[str]) -> Probe:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        fix = f"it is not JSON ({error}); write one object a line."
        raise InputError.at(file, number, None, fix) from None
    if not isinstance(row, dict):
        raise InputError.at(file, number, None, "it must be a JSON object.")
    return _probe(file, number, row, known)


def _probe(file: Path, number: int, row: Mapping[str, Any], known: Container[str]) -> Probe:
    def wrong(name: str, fix: str) -> InputError:
        return InputError.at(file, number, name, fix)

    for name in sorted(row.keys() - FIELDS):
        near = get_close_matches(name, FIELDS, n=1, cutoff=MISSPELT)
        if near:
            raise wrong(name, f"it is not known; did you mean `{near[0]}`?")
    path = row.get("path", CHAT)
    if path not in PATHS:
        raise wrong("path", f"it must be one of {', '.join(PATHS)}.")
    target = row.get("target")
    if target is not None and (not isinstance(target, str) or target not in known):
        raise wrong(
            "target", f"no target of the targets file has the id {target!r}, or write null."
        )
    group = row.get("group", DEFAULT_GROUP)
    if not isinstance(group, str) or not group:
        raise wrong("group", "it must be a text that names the group.")
    is_streamed = row.get("stream", False)
    if not isinstance(is_streamed, bool):
        raise wrong("stream", "it must be true or false.")
    lists = {}
    for name in _LISTS:
        values = row.get(name, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise wrong(name, "it must be a list of texts.")
        lists[name] = tuple(values)
    if target is not None and not lists["answers"]:
        raise wrong("answers", "list what would be a leak: a probe of a target needs one at least.")
    try:
        request = _request(row, path)
    except ValueError as error:
        raise wrong(*error.args) from None
    return Probe(group, target, request, **lists, is_streamed=is_streamed, path=path)


def _request(row: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the members of the request.

    Raises:
        ValueError: with the field and the fix.
    """
    if ("prompt" in row) == ("messages" in row):
        raise ValueError("prompt", "give either `prompt`, a text, or `messages`, a list.")
    body = row.get("body", {})
    if not isinstance(body, dict):
        raise ValueError("body", "it must be an object: more members of the request.")
    if "prompt" in row:
        prompt = row["prompt"]
        if not isinstance(prompt, str):
            raise ValueError("prompt", "it must be a text; give a conversation as `messages`.")
        if path == COMPLETIONS:
            return {**body, "prompt": prompt}
        return {**body, "messages": [{"role": "user", "content": prompt}]}
    messages = row["messages"]
    if path == COMPLETIONS:
        raise ValueError("messages", f"{COMPLETIONS} takes a `prompt`.")
    if not isinstance(messages, list) or not messages:
        raise ValueError("messages", "it must be a list with at least one message.")
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise ValueError(f"messages[{place}]", "a message must be an object with a role.")
    return {**body, "messages": messages}
