"""The real thing, once for all tests here: vLLM with the demo model, and the gateway as a process.

Without `make setup` every test fails and says so: a test that is skipped proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.demo.admin import Admin
from deploy.demo.cases import Story, choose_story
from deploy.demo.running import Servers, running
from deploy.demo.world import build_world


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Run vLLM and one gateway for the whole session."""
    state: Path = tmp_path_factory.mktemp("servers")
    with running(state, say=lambda line: None) as started:
        yield started


@pytest.fixture(scope="session")
def story() -> Story:
    """Return whom the tests forget, and who must not be."""
    return choose_story(build_world())


@pytest.fixture
def admin(servers: Servers) -> Iterator[Admin]:
    """Return the admin API, and erase afterwards whatever the test has registered."""
    with Admin(servers.gateway_url, servers.admin_key) as connected:
        yield connected
        for target in connected.get("/targets")["data"]:
            connected.erase(target["id"])
