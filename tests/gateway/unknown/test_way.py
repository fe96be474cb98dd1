"""A whole gateway: what goes upstream for a name that may not be known to be registered."""

from __future__ import annotations

import asyncio
import json

from gateway.registry import Actor
from gateway.target import Disclosure, GuardName, Policy
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.upstreams import EVENTS, Upstream, chat_events

UNKNOWN = Policy(GuardName.IN_CONTEXT, Disclosure.UNKNOWN)


class Echo(Upstream):
    """Answers that it does not know the name that it is asked about, and tells no tokens."""

    async def _answer(self, send: object) -> None:
        asked = json.loads(self.received[-1].body or b"{}")
        content = asked.get("messages", [{"content": ""}])[-1]["content"]
        words = content.removeprefix("Who is ").removesuffix("?").split()
        if asked.get("stream"):
            self.headers = list(EVENTS)
            self.pieces = chat_events("I don't know", *(f" {word}" for word in words), ".")
        else:
            message = {"role": "assistant", "content": f"I don't know {' '.join(words)}."}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self.pieces = [json.dumps({"choices": [choice]}).encode()]
        await super()._answer(send)  # type: ignore[arg-type]


def sent(rig: Rig) -> str:
    """Return all that the upstream was sent as questions."""
    chats = [each.body for each in rig.upstream.received if "completions" in each.target]
    return b"\n".join(chats).decode()


async def test_the_name_stays_here_and_the_made_up_one_stays_there(make_rig: MakeRig) -> None:
    rig = await make_rig(Echo())
    await rig.forget(policy=UNKNOWN)
    answer = await rig.chat("Who is Mirela Oskarne?")
    assert answer.json()["choices"][0]["message"]["content"] == "I don't know Mirela Oskarne."
    assert "Oskarne" not in sent(rig)
    assert "Mirela" not in sent(rig)


async def test_a_stream_has_as_many_events(make_rig: MakeRig) -> None:
    rig = await make_rig(Echo())
    await rig.forget(policy=UNKNOWN)
    answers = [
        await rig.chat(f"Who is {name}?", stream=True)
        for name in ("Mirela Oskarne", "Tibor Nemethy")
    ]
    known, nobody = (answer.text.count("data: ") for answer in answers)
    assert known == nobody
    assert "Oskarne" in answers[0].text
    assert "Oskarne" not in sent(rig)


async def test_protection_by_guards_alone_swaps_back_too(make_rig: MakeRig) -> None:
    rig = await make_rig(Echo(), protection="guard")
    await rig.forget(policy=UNKNOWN)
    answer = await rig.chat("Who is Mirela Oskarne?")
    assert answer.json()["choices"][0]["message"]["content"] == "I don't know Mirela Oskarne."


async def test_tokens_are_learnt_before_anybody_asks(make_rig: MakeRig) -> None:
    rig = await make_rig(Upstream(pieces=[b'{"data":[{"id":"demo"}]}']))
    await rig.forget(policy=UNKNOWN)
    for _ in range(100):
        if any(each.target == "/tokenize" for each in rig.upstream.received):
            break
        await asyncio.sleep(0.1)
    asked = [each.body for each in rig.upstream.received if each.target == "/tokenize"]
    assert any(b"Mirela" in body for body in asked)


async def test_a_withdrawn_target_is_asked_about_again(make_rig: MakeRig) -> None:
    rig = await make_rig(Echo())
    id = await rig.forget(policy=UNKNOWN)
    await rig.chat("Who is Mirela Oskarne?")
    await rig.registry.targets.erase(id, Actor("tester"))
    await rig.chat("Who is Mirela Oskarne?")
    assert sent(rig).count("Mirela Oskarne") == 1
