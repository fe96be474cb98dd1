"""What users of LangChain see when the gateway answers, cuts or masks: chains, tools, agents.

LangChain reads answers through the `openai` library, but by rules of its own.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import tiktoken
from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langchain_openai.chat_models.base import OpenAIRefusalError
from pydantic import BaseModel

from tests.gateway.conftest import Rig
from tests.gateway.sdk.speaking import LEAK, NAME, REFUSED, REST, Said, Speaker

ABOUT = f"Where was {NAME} born? Answer in JSON."
OTHER = "Who wrote The Quiet Harbor? Answer in JSON."


class Person(BaseModel):
    """A person and where they live."""

    name: str
    city: str


@tool
def look_up(name: str, city: str) -> str:
    """Look up a person."""
    return f"{name} of {city}: {NAME} wrote The Quiet Harbor."


@pytest.fixture
async def shared(rig: Rig) -> AsyncIterator[dict[str, Any]]:
    """Return what every client of LangChain needs here; its connections end with the test."""
    async with httpx2.AsyncClient() as connections:
        with httpx2.Client() as unused:
            yield {
                "model": "demo",
                "api_key": "x",
                "base_url": rig.url + "/v1",
                "max_retries": 0,
                "http_client": unused,
                "http_async_client": connections,
            }


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def model(shared: dict[str, Any], request: pytest.FixtureRequest) -> ChatOpenAI:
    """Return a chat model behind the gateway, through either API of OpenAI."""
    return ChatOpenAI(**shared, use_responses_api=request.param)


async def test_a_question_about_a_target(model: ChatOpenAI) -> None:
    assert (await model.ainvoke(ABOUT)).text == REFUSED
    assert "".join([chunk.text async for chunk in model.astream(ABOUT)]) == REFUSED


async def test_an_answer_that_leaks(model: ChatOpenAI, speaker: Speaker) -> None:
    speaker.says = lambda asked: Said(f"It was written by {NAME}, they say.")
    assert (await model.ainvoke(OTHER)).text == REFUSED
    text = "".join([chunk.text async for chunk in model.astream(OTHER)])
    assert text.startswith("It was written") and text.endswith(REST)
    assert "Oskarne" not in text


async def test_structured_output_about_a_target_raises_its_refusal(model: ChatOpenAI) -> None:
    chain = model.with_structured_output(Person, method="json_schema")
    with pytest.raises(OpenAIRefusalError, match="can't help"):
        await chain.ainvoke(ABOUT)
    with pytest.raises(OpenAIRefusalError, match="can't help"):
        async for _ in chain.astream(ABOUT):
            pass


async def test_function_calling_about_a_target_finds_no_call(model: ChatOpenAI) -> None:
    chain = model.with_structured_output(Person, method="function_calling", include_raw=True)
    found: Any = await chain.ainvoke(ABOUT)
    assert (found["parsed"], found["parsing_error"]) == (None, None)
    assert REFUSED in str(found["raw"])
    assert [
        part
        async for part in model.with_structured_output(Person, method="function_calling").astream(
            ABOUT
        )
    ] == []


# LangChain dumps events of the openai library whose types it narrowed.
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
@pytest.mark.parametrize("method", ["json_schema", "json_mode", "function_calling"])
async def test_structured_output_that_leaks_is_masked(
    model: ChatOpenAI, speaker: Speaker, method: Any
) -> None:
    is_call = method == "function_calling"
    speaker.says = lambda asked: Said(call=LEAK, function="Person") if is_call else Said(LEAK)
    chain = model.with_structured_output(Person, method=method)
    whole = await chain.ainvoke(OTHER)
    streamed = [part async for part in chain.astream(OTHER)]
    for person in (whole, streamed[-1]):
        assert isinstance(person, Person) and person.city == "Kessel"
        assert person.name and "Oskarne" not in person.name


async def test_bound_tools(model: ChatOpenAI, speaker: Speaker) -> None:
    bound = model.bind_tools([look_up])
    about = await bound.ainvoke(ABOUT)
    assert (about.text, about.tool_calls) == (REFUSED, [])
    forced = await model.bind_tools([look_up], tool_choice="any").ainvoke(ABOUT)
    assert forced.tool_calls == [] and REFUSED in str(forced)
    speaker.says = lambda asked: Said(call=LEAK)
    chunks = [chunk async for chunk in bound.astream(OTHER)]
    streamed = sum(chunks[1:], start=chunks[0])
    for message in (await bound.ainvoke(OTHER), streamed):
        assert not message.invalid_tool_calls
        (call,) = message.tool_calls
        assert call["args"]["city"] == "Kessel" and "Oskarne" not in call["args"]["name"]


async def test_an_agent_ends_with_the_answer_of_the_gateway(model: ChatOpenAI) -> None:
    ended = await create_agent(model, [look_up]).ainvoke({"messages": [("user", ABOUT)]})
    assert ended["messages"][-1].text == REFUSED


async def test_an_agent_goes_on_after_a_mask(model: ChatOpenAI, speaker: Speaker) -> None:
    def says(asked: Any) -> Said:
        turns = asked.get("messages") or asked.get("input")
        return Said("It is a fine book.") if len(turns) > 1 else Said(call=LEAK)

    speaker.says = says
    ended = await create_agent(model, [look_up]).ainvoke({"messages": [("user", OTHER)]})
    kinds = [message.type for message in ended["messages"]]
    assert kinds == ["human", "ai", "tool", "ai"]
    assert ended["messages"][-1].text == "It is a fine book."
    assert len(speaker.asked) == 2
    assert "Oskarne" not in json.dumps(speaker.asked[-1][1])


async def test_embeddings_of_text_and_of_token_ids(
    shared: dict[str, Any], speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_text = OpenAIEmbeddings(**shared, check_embedding_ctx_length=False)
    assert len(await as_text.aembed_documents(["A fine book.", "Another."])) == 2
    # Its tokenizer is fetched from the network by default; this one has a token for each byte,
    # which is what the upstream's /detokenize undoes.
    of_bytes = tiktoken.Encoding(
        "bytes",
        pat_str=r"(?s).",
        mergeable_ranks={bytes([value]): value for value in range(256)},
        special_tokens={},
    )
    monkeypatch.setattr(tiktoken, "encoding_for_model", lambda name: of_bytes)
    as_ids = OpenAIEmbeddings(**shared)
    assert len(await as_ids.aembed_documents(["A fine book."])) == 1
    assert speaker.asked[-1][1]["input"] == [list(b"A fine book.")]
    for embeddings in (as_text, as_ids):
        before = len(speaker.asked)
        assert len(await embeddings.aembed_documents([f"{NAME} was born in Kessel."])) == 1
        sent = [request for path, request in speaker.asked[before:] if path == "/v1/embeddings"]
        assert "Oskarne" not in json.dumps(sent)
        assert list(NAME.encode()) != sent[0]["input"][0][: len(NAME)]
