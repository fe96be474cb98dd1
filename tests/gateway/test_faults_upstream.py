"""An upstream that refuses, dies or never ends: a clear error in each endpoint's form."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from deploy.leaky import chat, completions, messages, responses
from deploy.leaky.saying import Saying
from deploy.leaky.tokens import Tokens
from gateway.probing.answer import texts_of
from gateway.probing.instruction import Instruction
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.leftovers import nothing_left_behind
from tests.gateway.upstreams import EVENTS, Upstream

STREAMS = {
    "/v1/chat/completions": (chat, {"messages": [{"role": "user", "content": "Hello."}]}),
    "/v1/completions": (completions, {"prompt": "Hello."}),
    "/v1/responses": (responses, {"input": "Hello.", "store": False}),
    "/v1/messages": (
        messages,
        {"messages": [{"role": "user", "content": "Hello."}], "max_tokens": 9},
    ),
}


# What first stands in the event behind the pieces of text.
AFTER_TEXT = (b"response.output_text.done", b'"finish_reason": "stop"', b"message_delta")


def events(path: str, text: str, *, without: int = 0) -> list[bytes | Exception]:
    """Return the events of a stream that says `text`, up to its end or some events before that."""
    shape = STREAMS[path][0]
    saying = Saying.of(Instruction(pieces=12, seed=3), text, {}, Tokens(()))
    said: list[bytes] = []
    for event in shape.stream(saying):
        if any(mark in event for mark in AFTER_TEXT):
            break
        said.append(event)
    return [b"".join(said[: len(said) - without]), ConnectionError("gone")]


async def asked(rig: Rig, path: str, *, stream: bool) -> httpx.Response:
    body: dict[str, Any] = {"model": "demo", **STREAMS[path][1], "stream": stream}
    return await rig.client.post(path, json=body)


def error_in(answer: httpx.Response) -> dict[str, Any]:
    """Return the error of an answer, or the last one in its stream."""
    if not answer.headers["content-type"].startswith("text/event-stream"):
        return dict(answer.json()["error"])
    found = [
        json.loads(line.removeprefix("data: "))
        for line in answer.text.splitlines()
        if line.startswith("data: {")
    ]
    errors = [each for each in found if "error" in json.dumps(each)]
    assert errors, answer.text
    last = errors[-1]
    return dict(last.get("error") or last.get("response", {}).get("error") or last)


def said(answer: httpx.Response) -> str:
    return "".join(texts_of(answer.content, []).texts)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", list(STREAMS))
async def test_one_that_is_down(make_rig: MakeRig, path: str, stream: bool) -> None:
    rig = await make_rig(upstream_url="http://127.0.0.1:9/v1")
    await rig.forget()
    async with nothing_left_behind(rig.upstream):
        answer = await asked(rig, path, stream=stream)
    assert answer.status_code == 502
    assert "cannot be reached" in error_in(answer)["message"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", list(STREAMS))
async def test_one_that_says_nothing(make_rig: MakeRig, path: str, stream: bool) -> None:
    rig = await make_rig(Upstream(pause=30), upstream_timeout=0.2)
    await rig.forget()
    async with nothing_left_behind(rig.upstream):
        answer = await asked(rig, path, stream=stream)
    assert answer.status_code == 504
    assert "in time" in error_in(answer)["message"]


@pytest.mark.parametrize("registered", [False, True])
@pytest.mark.parametrize("path", list(STREAMS))
async def test_one_that_dies_in_mid_stream(make_rig: MakeRig, path: str, registered: bool) -> None:
    text = "A quite harmless tale of ships"
    rig = await make_rig(Upstream(headers=EVENTS, pieces=events(path, text)))
    if registered:
        await rig.forget()
    async with nothing_left_behind(rig.upstream):
        answer = await asked(rig, path, stream=True)
    assert answer.status_code == 200
    assert "harmless" in said(answer)
    assert "broke off" in error_in(answer)["message"]


@pytest.mark.parametrize("path", list(STREAMS))
async def test_one_that_falls_silent_in_mid_stream(make_rig: MakeRig, path: str) -> None:
    begun = events(path, "A quite harmless tale of ships")[0]
    rig = await make_rig(
        Upstream(headers=EVENTS, pieces=[begun, begun], silence=30.0), upstream_timeout=0.3
    )
    await rig.forget()
    async with nothing_left_behind(rig.upstream):
        answer = await asked(rig, path, stream=True)
    assert answer.status_code == 200
    assert "in time" in error_in(answer)["message"]


@pytest.mark.parametrize("path", list(STREAMS))
async def test_no_name_is_shown_wherever_the_stream_dies(make_rig: MakeRig, path: str) -> None:
    rig = await make_rig(Upstream(headers=EVENTS))
    await rig.forget()
    for without in range(9):
        rig.upstream.pieces = events(path, "Mirela Oskarne", without=without)
        async with nothing_left_behind(rig.upstream):
            answer = await asked(rig, path, stream=True)
        assert answer.status_code == 200
        assert "Mirela Oskarne" not in said(answer)
        assert [line for line in answer.text.splitlines() if line][-1].startswith("data: ")


@pytest.mark.parametrize("path", list(STREAMS))
@pytest.mark.parametrize(
    "data", [b"hello", b'"hello"', b"7", b"[1]", b"null", b"{}", b'{"delta": "x"}']
)
async def test_an_event_of_no_known_shape_passes_as_it_came(
    make_rig: MakeRig, path: str, data: bytes
) -> None:
    rig = await make_rig(Upstream(headers=EVENTS, pieces=[b"data: " + data + b"\n\n"]))
    await rig.forget()
    answer = await asked(rig, path, stream=True)
    assert answer.content == b"data: " + data + b"\n\n"
