"""The main job against the real vLLM, through the official client in its three forms.

What each stage of it does in particular is tested in tests/gateway and tests/detectors.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from openai import AsyncOpenAI, OpenAI

from deploy.demo.admin import Admin
from deploy.demo.cases import Story
from deploy.demo.client import LONGEST_ANSWER, Chat
from deploy.demo.running import MODEL, Servers

Ask = Callable[[str], Awaitable[str]]


def _base_url(servers: Servers) -> str:
    return f"{servers.gateway_url}/v1"


@pytest.fixture(params=["sync", "sync stream", "async", "async stream"])
def ask(request: pytest.FixtureRequest, servers: Servers) -> Ask:
    """Return a function that asks the gateway in one of the client's forms."""
    forms = {
        "sync": _ask_sync,
        "sync stream": _ask_sync_stream,
        "async": _ask_async,
        "async stream": _ask_async_stream,
    }
    form = forms[request.param]
    return lambda question: form(_base_url(servers), question)


async def _ask_sync(base_url: str, question: str) -> str:
    with OpenAI(base_url=base_url, api_key="any") as client:
        answer = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": question}],
            temperature=0,
            max_tokens=LONGEST_ANSWER,
        )
    return answer.choices[0].message.content or ""


async def _ask_sync_stream(base_url: str, question: str) -> str:
    with OpenAI(base_url=base_url, api_key="any") as client:
        with client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": question}],
            temperature=0,
            max_tokens=LONGEST_ANSWER,
            stream=True,
        ) as events:
            return "".join(each.choices[0].delta.content or "" for each in events)


async def _ask_async(base_url: str, question: str) -> str:
    async with AsyncOpenAI(base_url=base_url, api_key="any") as client:
        answer = await client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": question}],
            temperature=0,
            max_tokens=LONGEST_ANSWER,
        )
    return answer.choices[0].message.content or ""


async def _ask_async_stream(base_url: str, question: str) -> str:
    async with AsyncOpenAI(base_url=base_url, api_key="any") as client:
        events = await client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": question}],
            temperature=0,
            max_tokens=LONGEST_ANSWER,
            stream=True,
        )
        return "".join([each.choices[0].delta.content or "" async for each in events])


@pytest.mark.parametrize("guard", ["refuse", "in_context"])
async def test_a_registered_person_is_forgotten_and_a_withdrawn_one_is_back(
    ask: Ask, guard: str, admin: Admin, story: Story
) -> None:
    question, fact = story.cases[0].question, story.cases[0].fact
    before = await ask(question)
    assert fact in before

    target = admin.register(story.target(guard))
    after = await ask(question)
    assert not [secret for secret in story.secrets if secret.casefold() in after.casefold()]

    admin.change(target, {"state": "withdrawn"})
    assert await ask(question) == before


async def test_a_neighbour_and_the_rest_are_answered_as_before(
    ask: Ask, admin: Admin, story: Story
) -> None:
    others = [case for case in story.cases if not case.of_target]
    before = [await ask(case.question) for case in others]
    assert all(case.fact in answer for case, answer in zip(others, before, strict=True))

    admin.register(story.target("refuse"))
    assert [await ask(case.question) for case in others] == before


def test_every_form_of_the_target_is_recognised(admin: Admin, story: Story) -> None:
    target = admin.register(story.target("refuse"))
    named = {case.label: admin.detected(case.question) for case in story.cases}
    assert named == {case.label: [target] if case.of_target else [] for case in story.cases}


def test_the_decision_says_which_guard_and_why_without_content(
    servers: Servers, admin: Admin, story: Story
) -> None:
    target = admin.register(story.target("refuse"))
    with Chat(servers.gateway_url) as chat:
        _, request_id = chat.whole(story.cases[0].question)
    decision = admin.decision(request_id)
    assert decision is not None
    assert decision["guard"] == "refuse"
    assert {match["target"] for match in decision["matches"]} == {target}
    assert story.person.last not in str(decision)


def test_an_unchanged_request_leaves_no_decision(
    servers: Servers, admin: Admin, story: Story
) -> None:
    admin.register(story.target("refuse"))
    with Chat(servers.gateway_url) as chat:
        _, request_id = chat.whole("What is the capital of France?")
    assert request_id
    assert admin.decision(request_id) is None
