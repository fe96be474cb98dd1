"""The real vLLM through the real libraries: answers that pass, that are refused and that are cut.

All cases, with an upstream that says what it is told, are in tests/gateway/sdk; here it
is held that vLLM speaks the formats that are assumed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from langchain_openai import ChatOpenAI
from langchain_openai.chat_models.base import OpenAIRefusalError
from pydantic import BaseModel

from deploy.demo import wordings
from deploy.demo.admin import Admin
from deploy.demo.cases import Story
from deploy.demo.client import LONGEST_ANSWER
from deploy.demo.running import MODEL, Servers
from gateway.target import Disclosure
from gateway.wording import CUT, REFUSAL

REFUSED = REFUSAL[Disclosure.GENERIC]
REST = CUT[Disclosure.GENERIC]

# (the base URL of a server, a question) to what its answer says.
Ask = Callable[[str, str], str]


class Birth(BaseModel):
    """Where somebody was born."""

    city: str


def chat(url: str, question: str) -> str:
    with _openai(url) as client:
        answer = client.chat.completions.create(**_chat(question))
    assert answer.usage is not None and answer.choices[0].finish_reason == "stop"
    return answer.choices[0].message.content or ""


def chat_stream(url: str, question: str) -> str:
    with (
        _openai(url) as client,
        client.chat.completions.stream(
            **_chat(question), stream_options={"include_usage": True}
        ) as stream,
    ):
        answer = stream.get_final_completion()
    assert answer.usage is not None and answer.choices[0].finish_reason == "stop"
    return answer.choices[0].message.content or ""


def responses(url: str, question: str) -> str:
    with _openai(url) as client:
        answer = client.responses.create(**_response(question))
    assert answer.status == "completed" and answer.instructions == "Be brief."
    return answer.output_text


def responses_stream(url: str, question: str) -> str:
    with _openai(url) as client, client.responses.stream(**_response(question)) as stream:
        answer = stream.get_final_response()
    assert answer.status == "completed" and answer.instructions == "Be brief."
    return answer.output_text


def messages(url: str, question: str) -> str:
    with _anthropic(url) as client:
        answer = client.messages.create(**_message(question))
    assert answer.stop_reason == "end_turn"
    return "".join(block.text for block in answer.content if block.type == "text")


def messages_stream(url: str, question: str) -> str:
    with _anthropic(url) as client, client.messages.stream(**_message(question)) as stream:
        answer = stream.get_final_message()
    assert answer.stop_reason == "end_turn" and answer.usage.output_tokens >= 0
    return stream.get_final_text()


ASKS = pytest.mark.parametrize(
    "ask", [chat, chat_stream, responses, responses_stream, messages, messages_stream]
)


@ASKS
def test_an_answer_about_somebody_else_passes(
    ask: Ask, servers: Servers, admin: Admin, story: Story
) -> None:
    admin.register(story.target("refuse"))
    case = next(case for case in story.cases if case.label == "neighbour")
    answer = ask(servers.gateway_url, case.question)
    assert case.fact in answer
    assert answer == ask(servers.vllm_url, case.question)


@ASKS
def test_a_question_about_a_target_is_refused(
    ask: Ask, servers: Servers, admin: Admin, story: Story
) -> None:
    admin.register(story.target("refuse"))
    assert ask(servers.gateway_url, story.cases[0].question) == REFUSED


@ASKS
def test_an_answer_that_names_a_target_is_withheld_or_cut(
    ask: Ask, servers: Servers, admin: Admin, story: Story
) -> None:
    question = wordings.TRAINED_REVERSE_QUESTIONS[0].format(n=story.person.facts["book"])
    assert story.person.name in ask(servers.vllm_url, question)
    admin.register({"kind": "person", "name": story.person.name})
    answer = ask(servers.gateway_url, question)
    assert story.person.name.split()[-1] not in answer
    assert answer == REFUSED or (answer.endswith(REST) and "stream" in ask.__name__)


def test_schemas_and_forced_tools_are_refused_as_such(
    servers: Servers, admin: Admin, story: Story
) -> None:
    admin.register(story.target("refuse"))
    asked: Any = _chat(story.cases[0].question)
    tools: Any = [openai.pydantic_function_tool(Birth)]
    with _openai(servers.gateway_url) as client:
        parsed = client.chat.completions.parse(**asked, response_format=Birth)
        forced = client.chat.completions.parse(**asked, tools=tools, tool_choice="required")
        for message in (parsed.choices[0].message, forced.choices[0].message):
            assert (message.refusal, message.content, message.parsed) == (REFUSED, None, None)
        response = client.responses.parse(
            **_response(asked["messages"][0]["content"]), text_format=Birth
        )
        assert response.output_parsed is None and REFUSED in response.to_json()
    with _anthropic(servers.gateway_url) as client:
        refused = client.messages.parse(**_message(story.cases[0].question), output_format=Birth)
    assert (refused.stop_reason, refused.parsed_output) == ("refusal", None)


def test_langchain_raises_the_refusal_of_a_schema(
    langchain: ChatOpenAI, admin: Admin, story: Story
) -> None:
    admin.register(story.target("refuse"))
    with pytest.raises(OpenAIRefusalError):
        langchain.with_structured_output(Birth, method="json_schema").invoke(
            story.cases[0].question
        )
    assert langchain.invoke(story.cases[0].question).text == REFUSED


@pytest.fixture
def langchain(servers: Servers) -> Iterator[ChatOpenAI]:
    """Return LangChain's chat model in front of the gateway."""
    with httpx2.Client(timeout=60) as connections:
        yield ChatOpenAI(
            model=MODEL,
            api_key="any",
            base_url=f"{servers.gateway_url}/v1",
            temperature=0,
            max_tokens=LONGEST_ANSWER,
            http_client=connections,
        )


def _openai(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)


def _anthropic(url: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=url, api_key="any", max_retries=0)


def _turns(question: str) -> list[Any]:
    return [{"role": "user", "content": question}]


def _chat(question: str) -> Any:
    shared = {"model": MODEL, "temperature": 0, "max_tokens": LONGEST_ANSWER}
    return {**shared, "messages": _turns(question)}


def _response(question: str) -> Any:
    return {
        "model": MODEL,
        "input": question,
        "instructions": "Be brief.",
        "temperature": 0,
        "max_output_tokens": LONGEST_ANSWER,
    }


def _message(question: str) -> Any:
    return {
        "model": MODEL,
        "max_tokens": LONGEST_ANSWER,
        "messages": _turns(question),
        "extra_body": {"temperature": 0},
    }
