"""The census of the installed vLLM: no route of it can be mounted that the gateway says nothing of.

The routes are asked of vLLM itself, with everything switched on, developer mode included, so that
an upgrade which brings a new one fails here and not in front of a client.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gateway.routes import ROUTES, Posture, undeclared

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv/vllm/bin/python"

Routes = list[tuple[str, str]]


@pytest.fixture(scope="module")
def routes() -> Routes:
    """Return what vLLM can mount."""
    done = subprocess.run(
        [str(PYTHON), str(Path(__file__).with_name("vllm_routes.py"))],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    return [(method, path) for method, path in json.loads(done.stdout)]


def test_every_route_of_vllm_is_carried_guarded_answered_or_refused(routes: Routes) -> None:
    assert undeclared(routes) == []


def test_the_census_sees_the_routes_that_matter(routes: Routes) -> None:
    seen = {path for _, path in routes}
    assert {"/v1/chat/completions", "/collective_rpc", "/invocations", "/v1/realtime"} <= seen
    assert {"/adapters", "/v1/load_lora_adapter", "/tokenizer_info", "/metrics"} <= seen


@pytest.mark.parametrize(
    "route",
    [
        ("POST", "/v1/thoughts"),
        ("GET", "/v1/chat/completions"),
        ("WEBSOCKET", "/v1/completions"),
        ("MOUNT", "/tokenize"),
        ("DELETE", "/v1/models"),
    ],
)
def test_a_route_that_nobody_declared_is_found(routes: Routes, route: tuple[str, str]) -> None:
    method, path = route
    assert undeclared([*routes, route]) == [f"{method} {path}"]


def test_what_administers_vllm_is_refused(routes: Routes) -> None:
    open_to_clients = {
        path for path, route in ROUTES.items() if route.posture is not Posture.REFUSED
    }
    assert {path for _, path in routes} & open_to_clients == {
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/responses",
        "/v1/messages",
        "/v1/messages/count_tokens",
        "/v1/embeddings",
        "/v1/models",
        "/tokenize",
        "/detokenize",
        "/health",
        "/readyz",
    }
