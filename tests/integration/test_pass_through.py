"""What nothing matches: the same bytes from the gateway as from the real vLLM.

That the request reaches the upstream as the same bytes is tested in tests/gateway, where the
upstream records.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from openai import NotFoundError, OpenAI

from deploy.demo.admin import Admin
from deploy.demo.cases import Story
from deploy.demo.running import MODEL, Servers

QUESTION = {"role": "user", "content": "What is the capital of France?"}
CHAT = {"model": MODEL, "messages": [QUESTION], "temperature": 0, "seed": 7}
# vLLM joins tokens into one event when its reader lags, so only the events of a single token are
# the same twice. Longer streams are compared in tests/gateway, where the upstream is scripted.
STREAM = {"stream": True, "max_tokens": 1}
BODIES = [
    ("/v1/chat/completions", CHAT),
    ("/v1/chat/completions", CHAT | STREAM),
    ("/v1/chat/completions", CHAT | STREAM | {"stream_options": {"include_usage": True}}),
    ("/v1/chat/completions", CHAT | {"logprobs": True, "top_logprobs": 3}),
    ("/v1/chat/completions", CHAT | {"n": 2, "stop": ["is"], "x_not_known": {"kept": [1.50]}}),
    ("/v1/completions", {"model": MODEL, "prompt": "Paris is", "temperature": 0, "max_tokens": 9}),
    ("/v1/completions", {"model": MODEL, "prompt": "Paris is", "temperature": 0} | STREAM),
    ("/v1/chat/completions", CHAT | {"model": "no-such-model"}),
    ("/v1/chat/completions", CHAT | {"temperature": -1}),
]


def _timeless(body: bytes) -> bytes:
    """Return an answer without the second in which vLLM began it; its id we choose ourselves."""
    return re.sub(rb'"created":\d+', b'"created":0', body)


def _answers(servers: Servers, path: str, body: dict[str, Any]) -> list[httpx.Response]:
    """Ask vLLM itself and then the gateway."""
    headers = {"X-Request-Id": "the-same-for-both"}
    with httpx.Client(trust_env=False, timeout=60) as client:
        return [
            client.post(f"{url}{path}", json=body, headers=headers)
            for url in (servers.vllm_url, servers.gateway_url)
        ]


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_an_unmatched_answer_has_the_bytes_of_vllm(
    path: str, body: dict[str, Any], servers: Servers, admin: Admin, story: Story
) -> None:
    admin.register(story.target("refuse"))
    direct, through = _answers(servers, path, body)
    assert through.status_code == direct.status_code
    assert through.headers["content-type"] == direct.headers["content-type"]
    assert _timeless(through.content) == _timeless(direct.content)


def test_the_models_are_those_of_vllm(servers: Servers) -> None:
    with OpenAI(base_url=f"{servers.gateway_url}/v1", api_key="any") as client:
        assert [model.id for model in client.models.list()] == [MODEL]


def test_the_client_sees_an_unknown_model_as_vllm_reports_it(servers: Servers) -> None:
    with OpenAI(base_url=f"{servers.gateway_url}/v1", api_key="any") as client:
        with pytest.raises(NotFoundError, match="no-such-model"):
            client.chat.completions.create(
                model="no-such-model", messages=[{"role": "user", "content": "Hello"}]
            )


@pytest.mark.parametrize("path", ["/metrics", "/invocations", "/score", "/v1/load_lora_adapter"])
def test_what_is_not_guarded_is_refused(path: str, servers: Servers) -> None:
    answer = httpx.post(f"{servers.gateway_url}{path}", json=CHAT, trust_env=False)
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"
