"""What a client sees of one answer, event by event, with the moments at which it sees it.

It knows HTTP and the API's events; it does not know which names are registered.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

LONGEST_ANSWER = 48


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and the names in it, in the words of its side."""

    group: str
    is_registered: bool
    request: dict[str, Any]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that arrived: seconds since the request was sent, and its payload."""

    at: float
    data: str


@dataclass(slots=True)
class Seen:
    """All that a client sees of one answer."""

    ask: Ask
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    head_at: float = 0.0
    end_at: float = 0.0
    reads: int = 0

    @property
    def values(self) -> list[dict[str, Any]]:
        """The JSON objects that came, in order."""
        return [json.loads(event.data) for event in self.events if event.data != "[DONE]"]

    @property
    def text(self) -> str:
        """What the model said."""
        said = []
        for value in self.values:
            for choice in value.get("choices", ()):
                part = choice.get("delta") or choice.get("message") or {}
                said.append(part.get("content") or "")
        return "".join(said)

    @property
    def usage(self) -> dict[str, Any]:
        """The usage, empty if none came."""
        return next((v["usage"] for v in reversed(self.values) if v.get("usage")), {})


class Client:
    """One connection that asks, one request after the other."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=60.0)

    def ask(self, ask: Ask) -> Seen:
        """Send one request, and note what comes back and when."""
        body = json.dumps(ask.request).encode()
        seen = Seen(ask)
        started = time.perf_counter()
        headers = {"content-type": "application/json"}
        with self._http.stream(
            "POST", "/v1/chat/completions", content=body, headers=headers
        ) as answer:
            seen.head_at = time.perf_counter() - started
            seen.status = answer.status_code
            seen.headers = [(name, value) for name, value in answer.headers.multi_items()]
            pending = b""
            for chunk in answer.iter_raw():
                at = time.perf_counter() - started
                seen.reads += 1
                pending += chunk
                if ask.request.get("stream"):
                    *whole, pending = pending.split(b"\n\n")
                    seen.events += [Event(at, each.decode()[6:]) for each in whole]
            seen.end_at = time.perf_counter() - started
            if not ask.request.get("stream"):
                seen.events.append(Event(seen.end_at, pending.decode()))
        return seen

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()


def name_places(text: str, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where words of names stand in a text."""
    words = {word for name in names for word in re.split(r"\W+", name)}
    kept = [re.escape(word) for word in words if len(word) > 2 and word != "the"]
    return [match.span() for match in re.finditer("|".join(kept), text, re.IGNORECASE)]


def without_names(text: str, names: tuple[str, ...]) -> str:
    """Return a text with each name, and each word of it, as a placeholder of one length."""
    for number, name in enumerate(names):
        words = [word for word in re.split(r"\W+", name) if len(word) > 2 and word != "the"]
        for place, word in enumerate(words):
            text = re.sub(
                rf"(?<![^\W_]){re.escape(word)}",
                lambda match, p=place, n=number: _shaped(match.group(), f"nm{n}{'abcdef'[p]}"),
                text,
                flags=re.IGNORECASE,
            )
    return text


def _shaped(found: str, placeholder: str) -> str:
    if found.islower():
        return placeholder.lower()
    return placeholder.upper() if found.isupper() else placeholder.title()
