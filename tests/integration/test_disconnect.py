"""A client that leaves: the real vLLM stops writing for it."""

from __future__ import annotations

import re
import time

import httpx

from deploy.demo.running import MODEL, Servers

CHOICES = 8
PATIENCE = 30.0


def _generated(client: httpx.Client, servers: Servers) -> int:
    """Return how many tokens vLLM has written since it started."""
    metrics = client.get(f"{servers.vllm_url}/metrics").text
    found = re.search(r"^vllm:generation_tokens_total\{.*\} (\S+)$", metrics, re.MULTILINE)
    assert found, "vLLM no longer has this metric"
    return int(float(found[1]))


def _generated_when_still(client: httpx.Client, servers: Servers) -> int:
    """Return the same once it no longer grows."""
    last_look = time.monotonic() + PATIENCE
    count = _generated(client, servers)
    while time.monotonic() < last_look:
        time.sleep(0.3)
        before, count = count, _generated(client, servers)
        if count == before:
            return count
    raise AssertionError("vLLM is still writing")


def test_leaving_in_mid_stream_ends_the_upstream_call(servers: Servers) -> None:
    with httpx.Client(trust_env=False, timeout=60) as client:
        model = client.get(f"{servers.vllm_url}/v1/models").json()["data"][0]
        asked = int(model["max_model_len"]) - 16
        before = _generated_when_still(client, servers)
        body = {"model": MODEL, "prompt": "Where", "n": CHOICES, "max_tokens": asked}
        with client.stream(
            "POST",
            f"{servers.gateway_url}/v1/completions",
            json=body | {"stream": True, "ignore_eos": True},
        ) as answer:
            assert answer.status_code == 200
            next(answer.iter_lines())
        written = _generated_when_still(client, servers) - before
    assert 0 < written < CHOICES * asked


def test_leaving_before_the_answer_ends_the_upstream_call(servers: Servers) -> None:
    with httpx.Client(trust_env=False, timeout=60) as client:
        model = client.get(f"{servers.vllm_url}/v1/models").json()["data"][0]
        asked = int(model["max_model_len"]) - 16
        before = _generated_when_still(client, servers)
        body = {"model": MODEL, "prompt": "Where", "n": CHOICES, "max_tokens": asked}
        try:
            client.post(
                f"{servers.gateway_url}/v1/completions",
                json=body | {"ignore_eos": True},
                timeout=httpx.Timeout(60, read=0.3),
            )
        except httpx.ReadTimeout:
            pass
        written = _generated_when_still(client, servers) - before
    assert written < CHOICES * asked
