"""What users of the `openai` library see when the gateway answers, cuts or masks.

The formats by themselves are tested in tests/gateway/wire; other libraries beside this file.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI
from pydantic import BaseModel

from tests.gateway.conftest import Rig
from tests.gateway.sdk.speaking import LEAK, NAME, REFUSED, REST, Said, Speaker

ABOUT: list[Any] = [{"role": "user", "content": f"Where was {NAME} born?"}]
OTHER: list[Any] = [{"role": "user", "content": "Who wrote The Quiet Harbor?"}]


class Person(BaseModel):
    """What a client wants to be told."""

    name: str
    city: str


TOOLS: list[Any] = [openai.pydantic_function_tool(Person, name="look_up")]


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[AsyncOpenAI]:
    """Return a client of the gateway."""
    async with AsyncOpenAI(base_url=rig.url + "/v1", api_key="x", max_retries=0) as client:
        yield client


async def test_a_question_about_a_target_is_answered_with_text(client: AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(model="demo", messages=ABOUT, n=2)
    assert [choice.message.content for choice in whole.choices] == [REFUSED] * 2
    assert [choice.finish_reason for choice in whole.choices] == ["stop"] * 2
    stream = await client.chat.completions.create(model="demo", messages=ABOUT, stream=True)
    text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert text == REFUSED


async def test_a_question_with_a_schema_is_refused_as_the_library_knows_it(
    client: AsyncOpenAI,
) -> None:
    parsed = await client.chat.completions.parse(
        model="demo", messages=ABOUT, response_format=Person
    )
    message = parsed.choices[0].message
    assert (message.refusal, message.content, message.parsed) == (REFUSED, None, None)
    async with client.chat.completions.stream(
        model="demo", messages=ABOUT, response_format=Person
    ) as stream:
        message = (await stream.get_final_completion()).choices[0].message
    assert (message.refusal, message.parsed) == (REFUSED, None)


@pytest.mark.parametrize("choice", ["auto", "required"])
async def test_a_question_with_tools(client: AsyncOpenAI, choice: Any) -> None:
    answer = await client.chat.completions.parse(
        model="demo", messages=ABOUT, tools=TOOLS, tool_choice=choice
    )
    message = answer.choices[0].message
    assert not message.tool_calls
    assert (message.content if choice == "auto" else message.refusal) == REFUSED


async def test_an_answer_that_leaks_is_replaced_whole_and_cut_when_streamed(
    client: AsyncOpenAI, speaker: Speaker
) -> None:
    speaker.says = lambda asked: Said(f"It was written by {NAME} in 1931.")
    whole = await client.chat.completions.create(model="demo", messages=OTHER, logprobs=True, n=2)
    assert {choice.message.content for choice in whole.choices} == {REFUSED}
    assert {choice.logprobs for choice in whole.choices} == {None}
    assert whole.usage is not None and whole.usage.total_tokens == 7
    async with client.chat.completions.stream(
        model="demo", messages=OTHER, n=2, stream_options={"include_usage": True}
    ) as stream:
        cut = await stream.get_final_completion()
    for choice in cut.choices:
        text = choice.message.content or ""
        assert text.startswith("It was written") and text.endswith(REST)
        assert "Oskarne" not in text
        assert choice.finish_reason == "stop"
    assert cut.usage is not None and cut.usage.total_tokens == 7


async def test_json_that_leaks_is_masked_and_still_parses(
    client: AsyncOpenAI, speaker: Speaker
) -> None:
    speaker.says = lambda asked: Said(LEAK)
    parsed = await client.chat.completions.parse(
        model="demo", messages=OTHER, response_format=Person
    )
    async with client.chat.completions.stream(
        model="demo", messages=OTHER, response_format=Person
    ) as stream:
        streamed = await stream.get_final_completion()
    for answer in (parsed, streamed):
        person = answer.choices[0].message.parsed
        assert person is not None and person.city == "Kessel"
        assert person.name and "Oskarne" not in person.name


async def test_arguments_that_leak_are_masked_and_still_parse(
    client: AsyncOpenAI, speaker: Speaker
) -> None:
    speaker.says = lambda asked: Said("One moment.", call=LEAK)
    parsed = await client.chat.completions.parse(model="demo", messages=OTHER, tools=TOOLS)
    async with client.chat.completions.stream(model="demo", messages=OTHER, tools=TOOLS) as stream:
        streamed = await stream.get_final_completion()
    for answer in (parsed, streamed):
        assert answer.choices[0].finish_reason == "tool_calls"
        assert answer.choices[0].message.content == "One moment."
        (call,) = answer.choices[0].message.tool_calls or []
        person = call.function.parsed_arguments
        assert isinstance(person, Person) and person.city == "Kessel"
        assert "Oskarne" not in call.function.arguments


async def test_reasoning_that_leaks_ends_the_answer_in_its_form(
    client: AsyncOpenAI, speaker: Speaker
) -> None:
    speaker.says = lambda asked: Said(LEAK, reasoning=f"This is about {NAME}, I think.")
    async with client.chat.completions.stream(
        model="demo", messages=OTHER, response_format=Person
    ) as stream:
        message = (await stream.get_final_completion()).choices[0].message
    assert (message.refusal, message.parsed) == (REST, None)


async def test_completions(client: AsyncOpenAI, speaker: Speaker) -> None:
    about = await client.completions.create(model="demo", prompt=[f"{NAME} was born in", "Hello"])
    assert [choice.text for choice in about.choices] == [REFUSED] * 2
    speaker.says = lambda asked: Said(f"It was {NAME} who wrote it.")
    whole = await client.completions.create(model="demo", prompt="Who wrote it?")
    assert whole.choices[0].text == REFUSED
    stream = await client.completions.create(model="demo", prompt="Who wrote it?", stream=True)
    chunks = [chunk.choices[0] async for chunk in stream]
    assert "".join(chunk.text for chunk in chunks).endswith(REST)
    assert [chunk.finish_reason for chunk in chunks if chunk.finish_reason] == ["stop"]


@pytest.mark.parametrize("is_structured", [False, True])
async def test_responses_about_a_target(client: AsyncOpenAI, is_structured: bool) -> None:
    asked: Any = {"model": "demo", "input": ABOUT[0]["content"], "instructions": "Be brief."}
    if is_structured:
        asked["text_format"] = Person
    whole = await client.responses.parse(**asked)
    async with client.responses.stream(**asked) as stream:
        streamed = await stream.get_final_response()
    for response in (whole, streamed):
        assert response.status == "completed" and response.instructions == "Be brief."
        (item,) = response.output
        assert item.type == "message"
        (part,) = item.content
        assert (part.refusal if part.type == "refusal" else part.text) == REFUSED
        assert (part.type == "refusal") == is_structured


async def test_responses_that_leak(client: AsyncOpenAI, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said(f"It was written by {NAME}.")
    whole = await client.responses.create(model="demo", input="Who wrote it?")
    assert (whole.output_text, whole.status) == (REFUSED, "completed")
    async with client.responses.stream(model="demo", input="Who wrote it?") as stream:
        cut = await stream.get_final_response()
    assert cut.output_text == f"It was written by{REST}" or cut.output_text.endswith(REST)
    assert "Oskarne" not in cut.to_json()
    assert cut.usage is not None and cut.usage.total_tokens == 7


async def test_responses_whose_arguments_leak(client: AsyncOpenAI, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said("One moment.", call=LEAK)
    tools: Any = [{"type": "function", "name": "look_up", "parameters": {"type": "object"}}]
    whole = await client.responses.create(model="demo", input="Who wrote it?", tools=tools)
    async with client.responses.stream(model="demo", input="Who wrote it?", tools=tools) as stream:
        streamed = await stream.get_final_response()
    for response in (whole, streamed):
        (call,) = (item for item in response.output if item.type == "function_call")
        assert json.loads(call.arguments)["city"] == "Kessel"
        assert "Oskarne" not in response.to_json()
        assert response.output_text == "One moment."


async def test_responses_whose_json_leaks(client: AsyncOpenAI, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said(LEAK)
    asked: Any = {"model": "demo", "input": "Who wrote it?", "text_format": Person}
    whole = await client.responses.parse(**asked)
    async with client.responses.stream(**asked) as stream:
        streamed = await stream.get_final_response()
    for response in (whole, streamed):
        assert response.output_parsed is not None
        assert response.output_parsed.city == "Kessel"
        assert "Oskarne" not in response.to_json()
