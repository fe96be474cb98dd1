"""Probes asked over HTTP, many at a time, and everything that the answers say.

It knows endpoints, streams and headers; it does not know what a leak is.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from gateway.evaluation.errors import InputError
from gateway.evaluation.leakage.probes import Probe

CONCURRENCY = 12
SECONDS = 120.0
MOST_TOKENS = 64
REQUEST_ID = "x-lethe-request-id"
Path = tuple[str | int, ...]

# Members of an answer that hold prose or arguments, wherever they stand in a choice.
_SAID = frozenset(
    {"content", "text", "refusal", "reasoning", "reasoning_content", "arguments", "name"}
)
# What differs between two answers to the same request.
_OF_THE_MOMENT = re.compile(rb'"(?:id|created|created_at)":\s*(?:"[^"]*"|\d+)')


@dataclass(frozen=True, slots=True)
class Said:
    """What came back.

    Attributes:
        text: everything that the answer says, of all choices.
        status: of the answer; 0 where none came.
        body: the bytes of the answer, without what two answers always differ in; of a stream its
            texts and how each ends, since what shares an event depends on the moment.
        request_id: the gateway's, or empty.
    """

    text: str
    status: int
    body: bytes
    request_id: str = ""

    @property
    def is_error(self) -> bool:
        """Whether there is no answer to judge."""
        return self.status != httpx.codes.OK


class Asks(Protocol):
    """Something that can be asked a probe."""

    async def ask(self, probe: Probe) -> Said:
        """Return what it says; an error of the server or of the network is a `Said` too."""


class Server:
    """One server of the OpenAI API; an asynchronous context manager over its connections."""

    def __init__(self, url: str, *, key: str = "", model: str = "") -> None:
        """Prepare the connections.

        Args:
            url: without a path, such as http://127.0.0.1:8000; `/v1` at its end is left out.
            key: sent as a bearer token, or empty.
            model: the name to ask for; the first one that the server lists where empty.
        """
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._url = url.rstrip("/").removesuffix("/v1")
        self._http = httpx.AsyncClient(
            base_url=self._url,
            headers=headers,
            timeout=SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_connections=2 * CONCURRENCY),
        )
        self._model = model

    async def __aenter__(self) -> Server:
        """Look the model up.

        Raises:
            InputError: no such server answers there.
        """
        if not self._model:
            try:
                listed = await self._http.get("/v1/models")
                listed.raise_for_status()
                self._model = str(listed.json()["data"][0]["id"])
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError):
                await self._http.aclose()
                raise InputError(
                    f"{self._url} lists no models at /v1/models; give the address of a server of "
                    "the OpenAI API, and --api-key where it wants one."
                ) from None
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._http.aclose()

    async def ask(self, probe: Probe) -> Said:
        """Return what the server says to a probe, at temperature 0."""
        body = {"max_tokens": MOST_TOKENS, **probe.request}
        return await self.send(probe.path, body, is_streamed=probe.is_streamed)

    async def send(self, path: str, body: Mapping[str, Any], *, is_streamed: bool = False) -> Said:
        """Return what the server says to a request."""
        asked = {"model": self._model, "temperature": 0, **body}
        if is_streamed:
            asked["stream"] = True
        try:
            answer = await self._http.post(path, json=asked)
        except httpx.HTTPError as error:
            return Said(type(error).__name__, 0, b"")
        request_id = answer.headers.get(REQUEST_ID, "")
        if answer.status_code != httpx.codes.OK:
            return Said(answer.text, answer.status_code, answer.content, request_id)
        try:
            if is_streamed:
                text, ends = streamed(answer.text)
                return Said(text, 200, f"{text}\n{ends}".encode(), request_id)
            text = said_in(answer.json())
        except ValueError:
            return Said("an answer that is not JSON", 0, answer.content, request_id)
        return Said(text, 200, _OF_THE_MOMENT.sub(b"", answer.content), request_id)

    async def decision(self, request_id: str, admin_key: str) -> Mapping[str, Any] | None:
        """Return what the gateway did to a request, or None where it passed unchanged."""
        answer = await self._http.get(
            f"/admin/v1/decisions/{request_id}", headers={"authorization": f"Bearer {admin_key}"}
        )
        return dict(answer.json()) if answer.status_code == httpx.codes.OK else None


async def ask_all(
    server: Asks,
    probes: Sequence[Probe],
    *,
    advance: Callable[[int], None] = lambda count: None,
    concurrency: int = CONCURRENCY,
) -> list[Said]:
    """Return what is said to each probe, in their order, so many at a time."""
    places = asyncio.Semaphore(concurrency)

    async def ask(probe: Probe) -> Said:
        async with places:
            said = await server.ask(probe)
        advance(1)
        return said

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(probe)) for probe in probes]
    return [task.result() for task in tasks]


def said_in(answer: Any) -> str:
    """Return the texts of a whole answer, choice after choice."""
    return "\n".join(text for _, text in _said(answer.get("choices", []), ()))


def streamed(events: str) -> tuple[str, str]:
    """Return the texts of a stream of events, the pieces of each joined, and how choices end.

    Raises:
        ValueError: an event is not JSON.
    """
    pieces: dict[Path, list[str]] = {}
    ends: list[str] = []
    for line in events.splitlines():
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or not data:
            continue
        if data == "[DONE]":
            ends.append(data)
            continue
        for choice in json.loads(data).get("choices") or ():
            index = choice.get("index", 0)
            if choice.get("finish_reason"):
                ends.append(f"{index} {choice['finish_reason']}")
            for path, text in _said(choice, (index,)):
                pieces.setdefault(path, []).append(text)
    return "\n".join("".join(parts) for parts in pieces.values()), ", ".join(ends)


def _said(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            if isinstance(member, str):
                if key in _SAID and member:
                    yield (*path, key), member
            else:
                yield from _said(member, (*path, key))
    elif isinstance(value, list):
        for place, member in enumerate(value):
            own = member.get("index", place) if isinstance(member, dict) else place
            yield from _said(member, (*path, own))
