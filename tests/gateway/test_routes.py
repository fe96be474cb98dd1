"""Every path to the model is driven both ways, so that none ships unguarded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.routes import ROUTES
from tests.gateway.conftest import Rig

NAME = "Mirela Oskarne"
# For each guarded path a request that names a target, an answer and an event that do.
SAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "/v1/chat/completions": (
        {"messages": [{"role": "user", "content": NAME}]},
        {"choices": [{"index": 0, "message": {"content": NAME}}]},
        {"choices": [{"index": 0, "delta": {"content": NAME}}]},
    ),
    "/v1/completions": (
        {"prompt": NAME},
        {"choices": [{"index": 0, "text": NAME}]},
        {"choices": [{"index": 0, "text": NAME}]},
    ),
    "/v1/responses": (
        {"input": NAME},
        {
            "id": "resp_1",
            "object": "response",
            "output": [
                {
                    "id": "msg_1",
                    "type": "message",
                    "role": "assistant",
                    "content": [{"type": "output_text", "text": NAME}],
                }
            ],
        },
        {
            "type": "response.output_text.delta",
            "output_index": 0,
            "content_index": 0,
            "delta": NAME,
        },
    ),
    "/v1/messages": (
        {"messages": [{"role": "user", "content": NAME}], "max_tokens": 9},
        {"id": "msg_1", "type": "message", "content": [{"type": "text", "text": NAME}]},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": NAME},
        },
    ),
}
GENERATING = [
    path for path, route in ROUTES.items() if route.dialect and route.dialect.is_generating
]


def harmless(request: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(request).replace(NAME, "hi")))


def test_every_path_to_the_model_has_a_sample() -> None:
    assert set(GENERATING) == set(SAMPLES)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", GENERATING)
async def test_a_request_that_names_a_target_does_not_reach_the_model(
    rig: Rig, path: str, stream: bool
) -> None:
    request, _, _ = SAMPLES[path]
    assert (
        await rig.client.post(path, json=request)
    ).content == b"{}"  # Nothing is registered yet.
    await rig.forget(NAME)
    answer = await rig.client.post(path, json={**request, "stream": stream})
    assert answer.status_code == 200
    assert len(rig.upstream.received) == 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", GENERATING)
async def test_an_answer_that_names_a_target_does_not_reach_the_client(
    rig: Rig, path: str, stream: bool
) -> None:
    request, whole, event = SAMPLES[path]
    rig.upstream.pieces = [json.dumps(whole).encode()]
    if stream:
        rig.upstream.headers = [(b"content-type", b"text/event-stream")]
        rig.upstream.pieces = [
            b"data: " + json.dumps(event).encode() + b"\n\n",
            b"data: [DONE]\n\n",
        ]
    body = {**harmless(request), "stream": stream}
    assert NAME in (await rig.client.post(path, json=body)).text
    await rig.forget(NAME)
    answer = await rig.client.post(path, json=body)
    assert answer.status_code == 200
    assert NAME not in answer.text


async def test_an_embedded_text_loses_what_may_not_be_processed(rig: Rig) -> None:
    await rig.forget(NAME)
    answer = await rig.client.post("/v1/embeddings", json={"input": ["hi", f"{NAME} was here."]})
    assert answer.status_code == 200, answer.text
    (received,) = rig.upstream.received
    assert NAME not in received.body.decode()
    assert json.loads(received.body)["input"][0] == "hi"
