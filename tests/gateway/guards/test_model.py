"""The guard model over HTTP: what it is sent, what it may spend, and every way that it fails."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from gateway.errors import SettingsError
from gateway.guards import Budget, GuardModel, GuardModelError, GuardServer
from gateway.settings import Settings
from gateway.upstream import Headers, Upstream
from tests.gateway.guards.asking import ScriptedModel, guard_model

MESSAGES = ({"role": "system", "content": "Say so."}, {"role": "user", "content": "What?"})
CLIENT: Headers = [(b"authorization", b"Bearer client"), (b"x-other", b"1")]


class Answer(BaseModel):
    """A form of one field."""

    model_config = ConfigDict(extra="forbid")

    number: int


async def ask(model: GuardModel) -> Answer:
    return await model.fill(Answer, MESSAGES, max_tokens=50)


async def why(model: GuardModel) -> str:
    with pytest.raises(GuardModelError) as failure:
        await ask(model)
    return failure.value.why


async def test_a_form_is_demanded_of_the_server_and_read_back() -> None:
    script = ScriptedModel(lambda request: {"number": 3})
    async with guard_model(script) as model:
        assert await ask(model) == Answer(number=3)
        assert model.cost.calls == 1 and model.cost.prompt_tokens == 3
    (request,) = script.received
    assert request["messages"] == list(MESSAGES)
    assert request["model"] == "served" and request["temperature"] == 0
    assert request["max_tokens"] == 50 and "priority" not in request
    form = request["response_format"]["json_schema"]
    assert form["strict"] and form["schema"]["required"] == ["number"]


async def test_a_named_model_is_asked_with_the_priority_of_the_settings() -> None:
    script = ScriptedModel(lambda request: {"number": 3})
    async with guard_model(script, name="guard", priority=-10) as model:
        await ask(model)
    assert script.received[0]["model"] == "guard" and script.received[0]["priority"] == -10


@pytest.mark.parametrize(
    ("key", "is_elsewhere", "wanted"),
    [
        (None, False, b"Bearer client"),
        ("own", False, b"Bearer own"),
        ("own", True, b"Bearer own"),
        (None, True, None),
    ],
)
async def test_the_clients_key_goes_to_its_own_upstream_only(
    key: str | None, is_elsewhere: bool, wanted: bytes | None
) -> None:
    script = ScriptedModel(lambda request: {"number": 3})
    async with guard_model(script, key=key, is_elsewhere=is_elsewhere, headers=CLIENT) as model:
        await ask(model)
    assert script.headers[0].get(b"authorization") == wanted
    assert b"x-other" not in script.headers[0]


@pytest.mark.parametrize(
    "said",
    [
        "not JSON",
        '{"number": "three"}',
        '{"number": 3, "more": 1}',
        '{"number": 3',
        '{"number": 3, "number": 4}',
        "[]",
        b"\xff",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": null}]}',
        b"x" * 2_000_000,
    ],
)
async def test_nonsense_is_a_failure(said: object) -> None:
    async with guard_model(ScriptedModel(lambda request: said)) as model:
        assert await why(model) == "nonsense"


async def test_an_answer_that_was_cut_off_is_nonsense() -> None:
    script = ScriptedModel(lambda request: {"number": 3}, finish_reason="length")
    async with guard_model(script) as model:
        assert await why(model) == "nonsense"


async def test_an_error_and_a_broken_connection_are_down() -> None:
    async with guard_model(ScriptedModel(status=503)) as model:
        assert await why(model) == "down"
    async with guard_model(ScriptedModel(lambda request: OSError("gone"))) as model:
        assert await why(model) == "down"


async def test_nobody_listening_is_down() -> None:
    upstream = Upstream("http://127.0.0.1:9/v1", timeout=5)
    assert await why(GuardServer(upstream).for_request([], "m")) == "down"
    await upstream.aclose()


async def test_a_slow_answer_is_given_up_and_its_connection_closed() -> None:
    script = ScriptedModel(lambda request: {"number": 3}, pause=30)
    async with guard_model(script, budget=Budget(seconds=0.2)) as model:
        assert await why(model) == "slow"
        assert await why(model) == "budget"
    assert len(script.received) == 1


async def test_calls_and_tokens_are_bounded() -> None:
    script = ScriptedModel(lambda request: {"number": 3})
    async with guard_model(script, budget=Budget(calls=2)) as model:
        await ask(model)
        await ask(model)
        assert await why(model) == "budget"
    async with guard_model(script, budget=Budget(tokens=10)) as model:
        await ask(model)
        assert script.received[-1]["max_tokens"] == 7
        await ask(model)
        assert await why(model) == "budget"
    assert len(script.received) == 4


def test_half_a_setting_sends_nothing_elsewhere() -> None:
    settings = Settings(guard_url="http://127.0.0.1:1/v1")
    with pytest.raises(SettingsError, match="LETHE_GUARD_MODEL"):
        GuardServer.of(settings, Upstream("http://127.0.0.1:1/v1", timeout=1))


def test_the_settings_name_the_model() -> None:
    settings = Settings(
        guard_url="http://127.0.0.1:1/v1",
        guard_model="guard",
        guard_api_key=SecretStr("own"),
        guard_seconds=3,
        guard_tokens=1000,
        guard_priority=-1,
    )
    server = GuardServer.of(settings, Upstream("http://127.0.0.1:1/v1", timeout=1))
    assert (server.name, server.key, server.is_elsewhere, server.priority) == (
        "guard", "own", True, -1,
    )  # fmt: skip
    assert server.budget == Budget(tokens=1000, seconds=3)
