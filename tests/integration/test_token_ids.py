"""Token ids in front of real vLLM: its own tokenizer reads them before its model may."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from deploy.demo.admin import Admin
from deploy.demo.cases import FACT, Story
from deploy.demo.running import MODEL, Servers


def post(servers: Servers, path: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{servers.gateway_url}{path}", json={"model": MODEL, **body}, timeout=60)


def ids_of(servers: Servers, text: str) -> list[int]:
    return list(post(servers, "/tokenize", prompt=text).json()["tokens"])


def completions(servers: Servers, prompt: Any) -> list[str]:
    answer = post(servers, "/v1/completions", prompt=prompt, max_tokens=12, temperature=0)
    assert answer.status_code == 200, answer.text
    return [choice["text"] for choice in answer.json()["choices"]]


def test_a_name_in_token_ids_is_found_as_one_in_words_is(
    servers: Servers, story: Story, admin: Admin
) -> None:
    prompts = [f"{each.name} was born in" for each in (story.person, story.neighbour)]
    ids = [ids_of(servers, prompt) for prompt in prompts]
    before = completions(servers, ids)
    assert before == completions(servers, prompts)
    admin.register(story.target("refuse"))
    forgotten, alone, kept = (completions(servers, each) for each in (ids, ids[0], ids[1]))
    assert all(story.person.facts[FACT] not in text for text in (*forgotten, *alone))
    assert alone != before[:1]
    assert kept == before[1:]


@pytest.mark.parametrize("ids", [[10**9], [-1], [[1], [10**9]]])
def test_ids_that_stand_for_nothing_are_refused(servers: Servers, ids: list[Any]) -> None:
    answer = post(servers, "/v1/completions", prompt=ids, max_tokens=1)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"]


def test_tokens_are_counted_and_written_out_as_by_vllm(servers: Servers, story: Story) -> None:
    ids = ids_of(servers, story.person.name)
    assert post(servers, "/detokenize", tokens=ids).json()["prompt"].endswith(story.person.name)
    counted = post(
        servers,
        "/v1/messages/count_tokens",
        messages=[{"role": "user", "content": "hi"}],
        max_tokens=1,
    )
    assert counted.json()["input_tokens"] > 0
