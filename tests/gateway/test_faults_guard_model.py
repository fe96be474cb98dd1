"""A guard model that is down, slow or talks nonsense: no leak, and nothing left behind."""

from __future__ import annotations

import json

import httpx
import pytest

from gateway.target import Disclosure, GuardName, Policy
from gateway.wording import REFUSAL
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.leftovers import nothing_left_behind
from tests.gateway.upstreams import JSON, Upstream, chat_answer, chat_events, serving

NAME, SECRET = "Mirela Oskarne", "14 Lantern Row"
LEAK = f"{NAME} lives in {SECRET}."
EVENTS = [(b"content-type", b"text/event-stream")]

NONSENSE: dict[str, Upstream] = {
    "nothing": Upstream(pieces=[]),
    "an empty object": Upstream(pieces=[b"{}"]),
    "no JSON": Upstream(pieces=[b"I am a teapot."]),
    "no UTF-8": Upstream(pieces=[b'{"choices": [{"message": {"content": "\xff"}}]}']),
    "no choices": Upstream(pieces=[b'{"choices": []}']),
    "a list": Upstream(pieces=[b"[1, 2]"]),
    "null content": Upstream(pieces=[b'{"choices": [{"message": {"content": null}}]}']),
    "prose": Upstream(pieces=chat_answer("It reveals nothing, trust me.")),
    "another form": Upstream(pieces=chat_answer('{"revealed": "nothing"}')),
    "numbers": Upstream(pieces=chat_answer("[1, 2, 3]")),
    "half a form": Upstream(pieces=chat_answer('{"')),
    "a stream": Upstream(headers=EVENTS, pieces=chat_events("{}")),
    "an error": Upstream(status=500, pieces=[b'{"error": {"message": "no"}}']),
    "too many requests": Upstream(status=429, pieces=[b"{}"]),
    "compressed": Upstream(headers=[*JSON, (b"content-encoding", b"gzip")], pieces=[b"\x1f\x8b"]),
    "broken off": Upstream(pieces=[b'{"choices": [', ConnectionError("gone")]),
    "without end": Upstream(pieces=[b" " * 65_536] * 400),
    "its prompt": Upstream(pieces=chat_answer(LEAK)),
    "slow": Upstream(pause=30),
    "slower and slower": Upstream(pieces=[b" "] * 1000, pause=0.1),
}


async def asked(rig: Rig, *, stream: bool) -> httpx.Response:
    return await rig.chat(f"Where does {NAME} live?", stream=stream)


async def a_rig(make_rig: MakeRig, guard: GuardName, url: str, *, stream: bool) -> Rig:
    upstream = Upstream(pieces=chat_answer(LEAK))
    if stream:
        upstream = Upstream(
            headers=EVENTS, pieces=chat_events("Mirela ", "Oskarne lives in ", SECRET)
        )
    rig = await make_rig(
        upstream, guard_url=f"{url}/v1", guard_model="guard", guard_seconds=0.5, guard_tokens=16384
    )
    await rig.forget(NAME, secrets=(SECRET,), policy=Policy(guard))
    return rig


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("guard", [GuardName.AGENTIC, GuardName.IN_CONTEXT])
async def test_whatever_it_says_nothing_leaks(
    make_rig: MakeRig, guard: GuardName, stream: bool
) -> None:
    model = Upstream()
    async with serving(model) as url:
        rig = await a_rig(make_rig, guard, url, stream=stream)
        for fault, scripted in NONSENSE.items():
            model.status, model.headers = scripted.status, scripted.headers
            model.pieces, model.pause = scripted.pieces, scripted.pause
            model.received.clear()
            async with nothing_left_behind(rig.upstream, model):
                answer = await asked(rig, stream=stream)
            assert answer.status_code == 200, fault
            assert model.received, f"{fault}: the guard model was not asked"
            withheld(answer, fault)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("guard", [GuardName.AGENTIC, GuardName.IN_CONTEXT])
async def test_a_guard_model_that_is_down(
    make_rig: MakeRig, guard: GuardName, stream: bool
) -> None:
    rig = await a_rig(make_rig, guard, "http://127.0.0.1:9", stream=stream)
    async with nothing_left_behind(rig.upstream):
        answer = await asked(rig, stream=stream)
    assert answer.status_code == 200
    withheld(answer, "down")


async def test_an_unmatched_request_needs_no_guard_model(make_rig: MakeRig) -> None:
    rig = await make_rig(
        Upstream(pieces=chat_answer("Fine.")), guard_url="http://127.0.0.1:9/v1", guard_model="g"
    )
    await rig.forget(NAME, policy=Policy(GuardName.AGENTIC))
    answer = await rig.chat("How are you?")
    assert answer.json()["choices"][0]["message"]["content"] == "Fine."


def withheld(answer: httpx.Response, fault: str) -> None:
    """Check that an answer holds no string of the target, and is a valid one."""
    assert "Oskarne" not in answer.text and SECRET not in answer.text, fault
    assert json.dumps(REFUSAL[Disclosure.GENERIC])[1:-1] in answer.text, fault
    if answer.headers["content-type"].startswith("text/event-stream"):
        assert answer.text.endswith("data: [DONE]\n\n"), fault
        assert '"finish_reason":"stop"' in answer.text.replace(": ", ":"), fault
    else:
        assert answer.json()["choices"][0]["finish_reason"] == "stop", fault
