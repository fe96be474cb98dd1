"""A gateway killed without warning: what it acknowledged is there when it starts again."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.demo.admin import Admin
from deploy.demo.cases import Story
from deploy.demo.client import Chat
from deploy.demo.running import Servers
from deploy.gateway_process import gateway
from deploy.server_process import ServerProcess, free_port

KEY = "admin-key-of-this-test"


@pytest.fixture
def port() -> int:
    """Return the port of this test's own gateway."""
    return free_port()


@pytest.fixture
def own_gateway(servers: Servers, tmp_path: Path, port: int) -> ServerProcess:
    """Return a gateway of this test's own before the session's vLLM, not yet started."""
    return gateway(
        f"{servers.vllm_url}/v1", port, state=tmp_path, admin_key=KEY, say=lambda line: None
    )


def test_a_target_outlives_sigkill(own_gateway: ServerProcess, port: int, story: Story) -> None:
    url, case = f"http://127.0.0.1:{port}", story.cases[0]
    with own_gateway, Admin(url, KEY) as admin:
        target = admin.register(story.target("refuse"))
        own_gateway.kill()
    with own_gateway, Admin(url, KEY) as admin, Chat(url) as chat:
        assert admin.detected(case.question) == [target]
        answer, _ = chat.whole(case.question)
        assert case.fact not in answer
