"""What users of the `anthropic` library see when the gateway answers, cuts or masks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import anthropic
import pytest
from anthropic import AsyncAnthropic
from pydantic import BaseModel

from gateway.wire.stream_format import typed_frame
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.sdk.speaking import LEAK, NAME, REFUSED, REST, Said, Speaker
from tests.gateway.upstreams import EVENTS, Upstream
from tests.gateway.wire.scripted import messages_events

ABOUT: list[Any] = [{"role": "user", "content": f"Where was {NAME} born?"}]
OTHER: list[Any] = [{"role": "user", "content": "Who wrote The Quiet Harbor?"}]
SHARED: Any = {"model": "demo", "max_tokens": 64}
TOOLS: list[Any] = [{"name": "look_up", "input_schema": {"type": "object"}}]


class Person(BaseModel):
    """What a client wants to be told."""

    name: str
    city: str


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[AsyncAnthropic]:
    """Return a client of the gateway."""
    async with AsyncAnthropic(base_url=rig.url, api_key="x", max_retries=0) as client:
        yield client


async def both(client: AsyncAnthropic, **asked: Any) -> list[Any]:
    """Return the message whole and as it is put together from a stream."""
    whole = await client.messages.create(**SHARED, **asked)
    async with client.messages.stream(**SHARED, **asked) as stream:
        return [whole, await stream.get_final_message()]


async def test_a_question_about_a_target(client: AsyncAnthropic) -> None:
    for message in await both(client, messages=ABOUT, tools=TOOLS):
        (block,) = message.content
        assert (block.type, block.text) == ("text", REFUSED)
        assert message.stop_reason == "end_turn"


async def test_a_question_that_forces_a_tool(client: AsyncAnthropic) -> None:
    for message in await both(client, messages=ABOUT, tools=TOOLS, tool_choice={"type": "any"}):
        (block,) = message.content
        assert (block.type, block.text) == ("text", REFUSED)
        assert message.stop_reason == "refusal"


async def test_a_question_with_a_schema(client: AsyncAnthropic) -> None:
    message = await client.messages.parse(**SHARED, messages=ABOUT, output_format=Person)
    assert (message.content, message.parsed_output) == ([], None)
    assert message.stop_details is not None and message.stop_details.explanation == REFUSED
    async with client.messages.stream(**SHARED, messages=ABOUT, output_format=Person) as stream:
        assert (await stream.get_final_message()).stop_reason == "refusal"


async def test_an_answer_that_leaks(client: AsyncAnthropic, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said(f"It was written by {NAME}, they say.")
    whole, streamed = await both(client, messages=OTHER)
    assert whole.content[0].text == REFUSED
    assert streamed.content[0].text.endswith(REST)
    for message in (whole, streamed):
        assert "Oskarne" not in message.to_json()
        assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 4)


async def test_a_tool_use_that_leaks(client: AsyncAnthropic, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said("One moment.", "Let me see.", call=LEAK)
    for message in await both(client, messages=OTHER, tools=TOOLS):
        thought, text, call = message.content
        assert (thought.thinking, text.text) == ("Let me see.", "One moment.")
        assert call.input["city"] == "Kessel" and "Oskarne" not in call.input["name"]
        assert message.stop_reason == "tool_use"


async def test_thinking_that_leaks(client: AsyncAnthropic, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said("Somebody.", f"This is about {NAME}.", call=LEAK)
    whole, streamed = await both(client, messages=OTHER, tools=TOOLS)
    for message in (whole, streamed):
        assert "Oskarne" not in message.to_json()
        assert message.content[-1].type == "text" and message.stop_reason == "end_turn"


async def test_json_that_leaks(client: AsyncAnthropic, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said(LEAK)
    message = await client.messages.parse(**SHARED, messages=OTHER, output_format=Person)
    async with client.messages.stream(**SHARED, messages=OTHER, output_format=Person) as stream:
        streamed = await stream.get_final_message()
    for parsed in (message.parsed_output, streamed.parsed_output):
        assert parsed is not None and parsed.city == "Kessel" and "Oskarne" not in parsed.name


async def test_a_loop_of_tools_goes_on_after_a_mask(
    client: AsyncAnthropic, speaker: Speaker
) -> None:
    speaker.says = lambda asked: (
        Said("It is a fine book.") if len(asked["messages"]) > 1 else Said(call=LEAK)
    )
    messages = list(OTHER)
    answer = await client.messages.create(**SHARED, messages=messages, tools=TOOLS)
    (call,) = answer.content
    assert call.type == "tool_use"
    result = {"type": "tool_result", "tool_use_id": call.id, "content": f"{NAME}: a book."}
    messages += [answer.to_param(), {"role": "user", "content": [result]}]
    answer = await client.messages.create(**SHARED, messages=messages, tools=TOOLS)
    assert answer.content[0].type == "text"
    assert answer.content[0].text == "It is a fine book."
    assert "Oskarne" not in json.dumps(speaker.asked[-1][1])


async def test_an_error_is_one_that_the_library_knows(client: AsyncAnthropic) -> None:
    with pytest.raises(anthropic.BadRequestError) as raised:
        await client.messages.create(model="demo", max_tokens=9, messages=[])
    body: Any = raised.value.body
    assert body["type"] == "error" and body["error"]["type"] == "invalid_request_error"


async def test_a_stream_that_breaks_off_raises(make_rig: MakeRig) -> None:
    begun: list[Any] = messages_events()[:3]
    pieces = [typed_frame(event) for event in begun]
    broken = Upstream(headers=EVENTS, pieces=[*pieces, RuntimeError("The upstream breaks off.")])
    rig = await make_rig(broken)
    for name in ("", NAME):  # Passed on as bytes, and read event by event.
        if name:
            await rig.forget(name)
        async with AsyncAnthropic(base_url=rig.url, api_key="x", max_retries=0) as client:
            with pytest.raises(anthropic.APIStatusError):
                async with client.messages.stream(**SHARED, messages=OTHER) as stream:
                    await stream.get_final_message()
