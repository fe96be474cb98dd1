"""Targets that are found by what a text means, with the real encoder in its own process.

Which rules the semantic stage follows, and how well it does, is tested in tests/detectors.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from deploy.demo.admin import Admin
from deploy.demo.cases import Story
from deploy.demo.client import Chat
from deploy.demo.running import Servers
from gateway.target import Disclosure
from gateway.wording import REFUSAL

TOPIC = {
    "kind": "topic",
    "name": "picking locks",
    "description": "How to open locks and doors without a key, with picks and tension wrenches.",
    "examples": [
        "How do I pick a pin tumbler lock?",
        "Explain how to open a door without its key.",
    ],
}


def register_and_wait(admin: Admin, target: Mapping[str, object]) -> str:
    """Register a target and wait until its vectors are in the index."""
    identifier = admin.register(target)
    last_look = time.monotonic() + 20
    while admin.get(f"/targets/{identifier}")["semantic"] != "ready":
        if time.monotonic() > last_look:
            pytest.fail("the vectors of a target do not become ready")
        time.sleep(0.1)
    return identifier


def test_a_topic_is_refused_without_its_name(servers: Servers, admin: Admin) -> None:
    target = register_and_wait(admin, TOPIC)
    chat = Chat(servers.gateway_url)
    answer, request_id = chat.whole("Which tool do I need to open a lock when I have no key?")
    assert answer == REFUSAL[Disclosure.GENERIC]
    decision = admin.decision(request_id)
    assert decision is not None
    assert [(match["target"], match["stage"]) for match in decision["matches"]] == [
        (target, "semantic")
    ]
    assert "Paris" in chat.whole("What is the capital of France?")[0]


def test_a_person_is_found_by_a_description(admin: Admin, story: Story) -> None:
    target = register_and_wait(admin, story.target("refuse"))
    book = story.person.facts["book"]
    assert admin.detected(f"Tell me about the author of {book}.") == [target]
    neighbours = story.neighbour.facts["book"]
    assert admin.detected(f"Tell me about the author of {neighbours}.") == []
