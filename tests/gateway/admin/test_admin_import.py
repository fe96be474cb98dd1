"""Imports: what is done with each line, and when the client is told.

That nothing acknowledged is lost when the process is killed: test_admin_killed.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Send

from gateway.admin.ndjson import Line, lines_as_they_come
from gateway.errors import UnavailableError
from gateway.registry import Registry
from tests.gateway.admin.scripted import ScriptedInspector

HEADERS = {"Content-Type": "application/x-ndjson"}


def line_of(name: str, **fields: Any) -> bytes:
    return json.dumps({"kind": "person", "name": name, **fields}).encode()


async def imported(admin: httpx.AsyncClient, content: Any) -> list[dict[str, Any]]:
    response = await admin.post("/v1/targets/import", content=content, headers=HEADERS)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert response.headers["Cache-Control"] == "no-store"
    return [json.loads(line) for line in response.text.splitlines()]


async def call(admin: httpx.AsyncClient, receive: Receive, send: Send) -> None:
    """Run an import against the application itself."""
    headers = {"authorization": admin.headers["Authorization"], **HEADERS}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/targets/import",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    transport = admin._transport
    assert isinstance(transport, httpx.ASGITransport)
    await transport.app(scope, receive, send)


async def test_each_line_has_its_result(admin: httpx.AsyncClient, registry: Registry) -> None:
    lines = [
        line_of("A", id="a"),
        b"",
        b"{broken",
        line_of("a"),
        b"  \r",
        line_of("B", id="a"),
        line_of("C", secrets=[""]),
        line_of("D", audiences=["legal"]),
        b"[1]",
        line_of("E") + b"\r",
    ]
    results = await imported(admin, b"\n".join(lines))
    assert [(each["line"], each["status"]) for each in results] == [
        (1, "created"),
        (3, "error"),
        (4, "error"),
        (6, "error"),
        (7, "error"),
        (8, "error"),
        (9, "error"),
        (10, "created"),
    ]
    assert results[0] == {"line": 1, "status": "created", "id": "a", "version": 1}
    codes = [each["error"]["code"] for each in results if each["status"] == "error"]
    assert codes == [
        "invalid_json",
        "already_exists",
        "already_exists",
        "invalid_request",
        "clients_need_no_key",
        "invalid_request",
    ]
    assert [each.get("id") for each in results[2:4]] == ["a", "a"]
    assert results[4]["error"]["param"] == "secrets.0.value"
    assert (await registry.targets.get(results[-1]["id"])).content.name == "E"


async def test_importing_again_says_what_is_there(admin: httpx.AsyncClient) -> None:
    content = b"\n".join(line_of(f"P{number}") for number in range(450))
    first = await imported(admin, content)
    again = await imported(admin, content)
    assert [each["status"] for each in first] == ["created"] * 450
    assert {each["error"]["code"] for each in again} == {"already_exists"}
    assert [each["id"] for each in again] == [each["id"] for each in first]


async def test_an_import_is_one_event_a_target(
    admin: httpx.AsyncClient, registry: Registry, inspector: ScriptedInspector
) -> None:
    await imported(admin, b"\n".join(line_of(f"P{number}") for number in range(250)))
    events = (await registry.events.page(1, 1000))[-250:]
    assert {event.action for event in events} == {"target.imported"}
    assert registry.version.read() == events[-1].sequence
    assert inspector.settled == []


@pytest.mark.parametrize("content", [b"", b"\n", b"\n \n\r\n"])
async def test_nothing_to_import_is_an_empty_answer(
    admin: httpx.AsyncClient, content: bytes
) -> None:
    assert await imported(admin, content) == []


async def test_a_line_beyond_the_limit_stops_no_other(admin: httpx.AsyncClient) -> None:
    content = line_of("A") + b"\n" + line_of("x" * 5_000_000) + b"\n" + line_of("B")
    results = await imported(admin, content)
    assert [each["status"] for each in results] == ["created", "error", "created"]
    assert results[1]["error"]["code"] == "body_too_large"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content-Type": "application/json"}, {**HEADERS, "Content-Encoding": "gzip"}],
)
async def test_another_kind_of_body_is_refused(
    admin: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await admin.post("/v1/targets/import", content=line_of("A"), headers=headers)
    assert response.status_code == 415


async def test_a_database_that_fails_is_told_in_every_line(
    admin: httpx.AsyncClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **options: object) -> None:
        raise UnavailableError("The registry's database failed (OperationalError).")

    monkeypatch.setattr(registry.targets, "create_many", fail)
    results = await imported(admin, line_of("A") + b"\n{\n" + line_of("B"))
    codes = [each["error"]["code"] for each in results]
    assert codes == ["unavailable", "invalid_json", "unavailable"]


async def test_a_bug_ends_the_answer(
    admin: httpx.AsyncClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **options: object) -> None:
        raise KeyError("Mirela")

    monkeypatch.setattr(registry.targets, "create_many", fail)
    with pytest.raises(KeyError):
        await imported(admin, line_of("A"))


async def test_a_line_is_answered_before_the_next_is_sent(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    """httpx hands an application its body in one piece, so it is called without httpx here."""
    answered = asyncio.Event()
    sent: list[dict[str, Any]] = []
    bodies = iter([line_of("A") + b"\n", line_of("B")])

    async def receive() -> dict[str, Any]:
        body = next(bodies)
        if body == line_of("B"):
            await answered.wait()
        return {"type": "http.request", "body": body, "more_body": body != line_of("B")}

    async def send(message: Any) -> None:
        sent.append(message)
        if message.get("body"):
            answered.set()

    async with asyncio.timeout(20):
        await call(admin, receive, send)
    results = [message["body"] for message in sent[1:] if message["body"]]
    assert [json.loads(result)["line"] for result in results] == [1, 2]


async def test_what_a_client_left_unfinished_is_no_line(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    messages = iter(
        [
            {
                "type": "http.request",
                "body": line_of("A") + b"\n" + line_of("B"),
                "more_body": True,
            },
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        return None

    await call(admin, receive, send)
    stored, _ = await registry.targets.page()
    assert [target.content.name for target in stored] == ["A"]


async def split(content: bytes, cuts: list[int], limit: int) -> list[Line]:
    async def stream() -> AsyncIterator[bytes]:
        edges = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
        for start, end in zip(edges, edges[1:], strict=False):
            yield content[start:end]

    return [line async for lines in lines_as_they_come(stream(), limit=limit) for line in lines]


@given(
    st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=8),
    st.lists(st.integers(0, 200), max_size=6),
    st.integers(1, 12),
)
async def test_lines_do_not_depend_on_how_they_arrive(
    lines: list[bytes], cuts: list[int], limit: int
) -> None:
    expected = [
        Line(number, line if len(line) <= limit else None)
        for number, line in enumerate(lines, 1)
        if line.strip() or len(line) > limit
    ]
    assert await split(b"\n".join(lines), cuts, limit) == expected
