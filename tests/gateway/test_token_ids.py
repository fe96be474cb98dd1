"""Token ids are read through the upstream, and what cannot be read does not pass."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway import token_ids
from gateway.errors import AuthenticationError, GatewayError, RequestError, UnavailableError
from gateway.token_ids import TokenTexts
from gateway.upstream import Upstream
from gateway.wire.dialect import TokenPrompt
from tests.gateway.conftest import MakeRig
from tests.gateway.upstreams import Upstream as RecordingUpstream

PROMPTS = (TokenPrompt(("prompt", 0), (1, 2)), TokenPrompt(("prompt", 1), (3,), "tool"))
REQUEST = {"model": "demo"}
NAME = "Mirela Oskarne"


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body


def answered(status: int, body: object = None) -> httpx.Response:
    """Return an answer whose body is still to be read, as one from a socket is."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(status, content=pieces(content))


class Server:
    """Writes ids out as `<1 2>`, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.authorizations: list[str | None] = []
        self.answer: httpx.Response | Exception | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/detokenize"
        body = json.loads(request.content)
        self.asked.append(body)
        self.authorizations.append(request.headers.get("authorization"))
        if isinstance(self.answer, Exception):
            raise self.answer
        written = " ".join(map(str, body["tokens"]))
        return self.answer or answered(200, {"prompt": f"<{written}>"})


def texts_of(server: Server) -> TokenTexts:
    transport = httpx.MockTransport(server)
    return TokenTexts(Upstream("http://upstream/v1", timeout=5, transport=transport))


async def test_ids_become_channels_where_they_stand() -> None:
    server = Server()
    headers = [(b"authorization", b"Bearer k"), (b"x-other", b"1")]
    channels = await texts_of(server).channels(PROMPTS, REQUEST, headers)
    assert [(each.path, each.role, each.text) for each in channels] == [
        (("prompt", 0), "user", "<1 2>"),
        (("prompt", 1), "tool", "<3>"),
    ]
    assert all(asked["model"] == "demo" for asked in server.asked)
    assert server.authorizations == ["Bearer k", "Bearer k"]


async def test_what_was_read_lately_is_not_asked_again() -> None:
    server = Server()
    texts = texts_of(server)
    first = await texts.channels(PROMPTS, REQUEST, [])
    assert await texts.channels(PROMPTS, REQUEST, []) == first
    assert len(server.asked) == 2
    await texts.channels(PROMPTS, {"model": "other"}, [])
    assert len(server.asked) == 4


async def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_ids, "MOST_KEPT_CHARACTERS", 10)
    server = Server()
    texts = texts_of(server)
    for _ in range(2):
        await texts.channels(PROMPTS, REQUEST, [])
    assert len(server.asked) > 2


async def test_a_request_without_ids_asks_nothing() -> None:
    server = Server()
    assert await texts_of(server).channels((), REQUEST, []) == ()
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answered(400, {"error": {}}), RequestError),
        (answered(404), RequestError),
        (answered(401), AuthenticationError),
        (answered(500), UnavailableError),
        (answered(204), UnavailableError),
        (answered(200, b"<html>"), UnavailableError),
        (answered(200, {"prompt": None}), UnavailableError),
        (answered(200, ["x"]), UnavailableError),
        (httpx.ConnectError("refused"), UnavailableError),
        (httpx.ReadTimeout("slow"), UnavailableError),
    ],
)
async def test_ids_that_cannot_be_read_do_not_pass(
    answer: httpx.Response | Exception, error: type[GatewayError]
) -> None:
    server = Server()
    server.answer = answer
    with pytest.raises(error):
        await texts_of(server).channels(PROMPTS[:1], REQUEST, [])
    assert len(asyncio.all_tasks()) == 1


async def test_too_many_ids_do_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_ids, "MOST_TEXTS", 1)
    server = Server()
    with pytest.raises(RequestError) as caught:
        await texts_of(server).channels(PROMPTS, REQUEST, [])
    assert caught.value.param == "prompt"
    assert server.asked == []


async def test_a_name_written_as_token_ids_does_not_reach_the_model(make_rig: MakeRig) -> None:
    upstream = RecordingUpstream(pieces=[json.dumps({"prompt": f"Who is {NAME}?"}).encode()])
    rig = await make_rig(upstream)
    await rig.forget(NAME)
    answer = await rig.client.post("/v1/completions", json={"prompt": [[5, 6, 7]]})
    assert answer.status_code == 200
    assert [received.target for received in upstream.received] == ["/detokenize"]


async def test_embedded_ids_that_hold_a_name_go_on_as_masked_text(make_rig: MakeRig) -> None:
    upstream = RecordingUpstream(pieces=[json.dumps({"prompt": f"{NAME} was here."}).encode()])
    rig = await make_rig(upstream)
    await rig.forget(NAME)
    await rig.client.post("/v1/embeddings", json={"input": [[5, 6], [7]]})
    sent = json.loads(upstream.received[-1].body)
    assert upstream.received[-1].target == "/v1/embeddings"
    assert all(isinstance(text, str) and NAME not in text for text in sent["input"])
