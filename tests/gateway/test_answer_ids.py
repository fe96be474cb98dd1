"""Token ids in answers: read wherever they stand, and dropped where they spell a target."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.answer_ids import AnswerIds, may_hold_ids
from gateway.errors import UnavailableError
from tests.gateway.conftest import MakeRig
from tests.gateway.upstreams import EVENTS, Upstream

NAME = "Mirela Oskarne"


async def read(ids: tuple[int, ...]) -> str:
    return bytes(ids).decode("utf-8", "replace")


def ids(text: str) -> list[int]:
    return list(text.encode())


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"index": 0, "token_ids": ids(NAME)}]},
        {"prompt_token_ids": ids(NAME), "choices": []},
        {"choices": [{"logprobs": {"content": [{"token": f"token_id:{b}"} for b in ids(NAME)]}}]},
        {"choices": [{"logprobs": {"tokens": [f"token_id:{byte}" for byte in ids(NAME)]}}]},
        {"output_messages": [{"type": "raw_message_tokens", "message": "", "tokens": ids(NAME)}]},
    ],
)
async def test_every_list_is_read(value: dict[str, Any]) -> None:
    assert may_hold_ids(json.dumps(value).encode())
    assert NAME in (await AnswerIds(read).texts(value) or [])


async def test_lists_go_on_over_events_and_choices_are_apart() -> None:
    answer = AnswerIds(read)
    said: dict[int, list[str]] = {0: [], 1: []}
    for index, piece in ((0, "Mire"), (1, "Other"), (0, "la Osk"), (1, " words"), (0, "arne")):
        texts = await answer.texts({"choices": [{"index": index, "token_ids": ids(piece)}]})
        said[index] += texts or []
    assert said == {
        0: ["Mire", "Mirela Osk", "Mirela Oskarne"],
        1: ["Other", "Other words"],
    }


async def test_what_cannot_be_read_is_told() -> None:
    async def fails(ids: tuple[int, ...]) -> str:
        raise UnavailableError("no")

    assert await AnswerIds(fails).texts({"token_ids": [1]}) is None
    assert await AnswerIds(fails).texts({"token_ids": []}) == []


class WithTokenizer(Upstream):
    """An upstream whose /detokenize reads bytes, or fails."""

    fails = False

    async def _answer(self, send: Any) -> None:
        if not self.received[-1].target.endswith("/detokenize"):
            await super()._answer(send)
            return
        tokens = json.loads(self.received[-1].body)["tokens"]
        body = json.dumps({"prompt": bytes(tokens).decode("utf-8", "replace")}).encode()
        status = 500 if self.fails else 200
        head = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})


def choice(text: str) -> dict[str, Any]:
    return {"index": 0, "token_ids": ids(text), "finish_reason": None, "logprobs": None}


def whole(text: str) -> list[bytes | Exception]:
    message = {"role": "assistant", "content": "Fine."}
    answer = {"id": "chatcmpl-1", "choices": [{**choice(text), "message": message}]}
    return [json.dumps(answer).encode()]


def streamed(*pieces: str) -> list[bytes | Exception]:
    deltas = [{"choices": [{**choice(piece), "delta": {"content": "Fine. "}}]} for piece in pieces]
    return [
        *(b"data: " + json.dumps(each).encode() + b"\n\n" for each in deltas),
        b"data: [DONE]\n\n",
    ]


@pytest.mark.parametrize("fails", [False, True])
async def test_ids_that_spell_a_target_are_dropped(make_rig: MakeRig, fails: bool) -> None:
    upstream = WithTokenizer(pieces=whole("All is well."))
    rig = await make_rig(upstream)
    await rig.forget(NAME)
    first = await rig.chat("How are you?", return_token_ids=True)
    assert first.content == upstream.pieces[0]
    upstream.fails = fails
    upstream.pieces = whole(f"It was {NAME}.")
    answer = await rig.chat("How are you?", return_token_ids=True)
    (said,) = answer.json()["choices"]
    assert said["message"]["content"] == "Fine." and said["token_ids"] is None


async def test_ids_of_a_stream_are_dropped_once_they_spell_a_target(make_rig: MakeRig) -> None:
    upstream = WithTokenizer(headers=EVENTS, pieces=streamed("It ", "was ", "Mirela ", "Oskarne"))
    rig = await make_rig(upstream)
    await rig.forget(NAME)
    answer = await rig.chat("How are you?", stream=True, return_token_ids=True)
    events = [json.loads(line[6:]) for line in answer.text.split("\n\n") if "{" in line]
    shown = [each["choices"][0].get("token_ids") for each in events]
    assert shown[:2] == [ids("It "), ids("was ")]
    assert shown[3] is None
    assert answer.text.endswith("data: [DONE]\n\n")
    upstream.pieces = streamed("It ", "is ", "fine.")
    unchanged = await rig.chat("How are you?", stream=True, return_token_ids=True)
    assert unchanged.content == b"".join(
        piece for piece in upstream.pieces if isinstance(piece, bytes)
    )
