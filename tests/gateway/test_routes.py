"""The census: every path that a client can reach is driven as its posture says, so that none ships
unguarded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.routes import ADMIN_PREFIX, ROUTES, Posture
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
}
GUARDED = [path for path, route in ROUTES.items() if route.posture is Posture.GUARDED]


def harmless(request: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(request).replace(NAME, "hi")))


def test_every_guarded_path_has_a_sample() -> None:
    assert set(GUARDED) == set(SAMPLES)


def test_every_path_to_the_model_is_guarded_or_lists_models() -> None:
    carried = {path for path, route in ROUTES.items() if route.posture is Posture.CARRIED}
    assert carried == {"/v1/models"}
    own = {path for path, route in ROUTES.items() if route.posture is Posture.OWN}
    assert not any(path.startswith(("/v1", ADMIN_PREFIX)) for path in own)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", GUARDED)
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
@pytest.mark.parametrize("path", GUARDED)
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
