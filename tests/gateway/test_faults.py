"""Bad input, absent upstreams and clients that leave: a clear answer, and nothing left behind."""

from __future__ import annotations

import asyncio
import json

import httpx
import openai
import pytest

from gateway.routes import ROUTES, Posture
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.upstreams import EVENTS, Upstream, chat_events

CHAT = "/v1/chat/completions"


def error_of(answer: httpx.Response) -> dict[str, str | None]:
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    return dict(error)


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        (b"", "invalid_json", None),
        (b"{", "invalid_json", None),
        (b"[]", "invalid_json", None),
        (b'{"messages": [], "messages": []}', "invalid_json", None),
        (b'{"messages": NaN}', "invalid_json", None),
        (b"\xff\xfe", "invalid_json", None),
        (b"{}", "invalid_request", "messages"),
        (b'{"messages": "hi"}', "invalid_request", "messages"),
        (b'{"messages": [1]}', "invalid_request", "messages[0]"),
        (b'{"messages": [{}], "stream": "yes"}', "invalid_request", "stream"),
    ],
)
async def test_bad_input_gets_a_clear_error(
    rig: Rig, body: bytes, code: str, param: str | None
) -> None:
    answer = await rig.client.post(CHAT, content=body)
    assert answer.status_code == 400
    error = error_of(answer)
    assert (error["code"], error["param"]) == (code, param)
    assert rig.upstream.received == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/score",
        "/v2/embed",
        "/pooling",
        "/collective_rpc",
        "/metrics",
        "/v1",
        "/",
        "/docs",
    ]
    + ["/v1/chat/completions/", "/v1//chat/completions", "/invocations"],
)
async def test_every_other_path_is_refused(rig: Rig, path: str) -> None:
    for method in ("GET", "POST"):
        answer = await rig.client.request(method, path, content=b"{}")
        assert answer.status_code == 404
        assert error_of(answer)["code"] == "path_not_carried"
    assert rig.upstream.received == []


REACHABLE = [path for path, route in ROUTES.items() if route.posture is not Posture.REFUSED]


@pytest.mark.parametrize("path", REACHABLE)
async def test_another_method_is_refused(rig: Rig, path: str) -> None:
    answer = await rig.client.delete(path)
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"


async def test_a_body_over_the_limit_is_refused(make_rig: MakeRig) -> None:
    rig = await make_rig(max_body_bytes=100_000)
    for content in (b"x" * 200_000, pieces()):
        answer = await rig.client.post(CHAT, content=content)
        assert answer.status_code == 413
        assert "LETHE_MAX_BODY_BYTES" in str(error_of(answer)["message"])


async def pieces():  # type: ignore[no-untyped-def]
    for _ in range(20):
        yield b"x" * 10_000


async def test_a_body_of_ten_megabytes_is_read_and_others_are_served_meanwhile(rig: Rig) -> None:
    await rig.forget()
    large = asyncio.create_task(rig.chat("lorem ipsum dolor " * 555_556))
    await asyncio.sleep(0.05)
    assert (await rig.client.get("/healthz")).status_code == 200
    assert (await large).status_code == 200
    assert len(rig.upstream.received[0].body) > 10_000_000
    hidden = await rig.chat("lorem ipsum dolor " * 555_556 + "Mirela Oskarne")
    assert hidden.status_code == 200 and len(rig.upstream.received) == 1


async def test_a_compressed_body_is_refused(rig: Rig) -> None:
    answer = await rig.client.post(CHAT, content=b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415
    error_of(answer)


async def test_an_upstream_that_is_down(make_rig: MakeRig) -> None:
    rig = await make_rig(upstream_url="http://127.0.0.1:9/v1")
    answer = await rig.chat("hi")
    assert answer.status_code == 502
    assert error_of(answer)["code"] == "upstream_unreachable"


async def test_an_upstream_that_is_slow(make_rig: MakeRig) -> None:
    rig = await make_rig(Upstream(pause=30), upstream_timeout=0.3)
    answer = await rig.chat("hi")
    assert answer.status_code == 504
    assert error_of(answer)["code"] == "upstream_timeout"
    await settled(rig)


@pytest.mark.parametrize("guarded", [False, True])
async def test_an_upstream_that_dies_in_mid_stream(make_rig: MakeRig, guarded: bool) -> None:
    died = [*chat_events("Hello ", "you")[:3], ConnectionError("gone")]
    rig = await make_rig(Upstream(headers=EVENTS, pieces=died))
    if guarded:
        await rig.forget()
    answer = await rig.chat("hi", stream=True)
    assert "Hello " in answer.text
    *_, last, done = (event for event in answer.text.split("\n\n") if event)
    assert json.loads(last[6:])["error"]["code"] == "upstream_failed"
    assert done == "data: [DONE]"


async def test_the_official_client_raises_when_a_stream_breaks(make_rig: MakeRig) -> None:
    died = [*chat_events("Hello ", "you")[:3], ConnectionError("gone")]
    rig = await make_rig(Upstream(headers=EVENTS, pieces=died))
    async with openai.AsyncOpenAI(base_url=rig.url + "/v1", api_key="x", max_retries=0) as client:
        stream = await client.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        with pytest.raises(openai.APIError, match="broke off"):
            [event async for event in stream]


async def test_an_upstream_that_dies_before_its_whole_answer(make_rig: MakeRig) -> None:
    rig = await make_rig(Upstream(pieces=[b'{"choices": [', ConnectionError("gone")]))
    await rig.forget()
    answer = await rig.chat("hi")
    assert answer.status_code == 502
    assert error_of(answer)["code"] == "upstream_failed"


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_an_error_of_the_upstream_passes_as_it_is(make_rig: MakeRig, status: int) -> None:
    body = b'{"error": {"message": "no such model", "type": "NotFoundError", "code": 404}}'
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"7")]
    rig = await make_rig(Upstream(status=status, headers=headers, pieces=[body]))
    await rig.forget()
    answer = await rig.chat("hi")
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers["retry-after"] == "7"


async def test_an_error_that_names_a_target_is_withheld(make_rig: MakeRig) -> None:
    rig = await make_rig(Upstream(status=400, pieces=[b'{"error": {"message": "Mirela Oskarne"}}']))
    await rig.forget()
    answer = await rig.chat("hi")
    assert answer.status_code == 502 and "Oskarne" not in answer.text


async def test_a_compressed_answer_is_not_passed_uninspected(make_rig: MakeRig) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")]
    rig = await make_rig(Upstream(headers=headers))
    await rig.forget()
    assert (await rig.chat("hi")).status_code == 502


async def settled(rig: Rig) -> None:
    """Wait up to a second for the upstream to be rid of every request."""
    for _ in range(100):
        if rig.upstream.running == 0:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the upstream still works for a client that left")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("registered", [False, True])
async def test_a_client_that_leaves_cancels_the_upstream(
    make_rig: MakeRig, stream: bool, registered: bool
) -> None:
    upstream = Upstream(pause=0.2, pieces=[b": x\n\n"] * 100)
    upstream.headers = EVENTS if stream else upstream.headers
    rig = await make_rig(upstream)
    if registered:
        await rig.forget()
    request = asyncio.create_task(rig.chat("hi", stream=stream))
    while not upstream.running:
        await asyncio.sleep(0.01)
    before = len(asyncio.all_tasks())
    request.cancel()
    await settled(rig)
    assert upstream.aborted == 1
    assert len(asyncio.all_tasks()) < before


async def test_a_cut_stream_cancels_the_upstream(make_rig: MakeRig) -> None:
    pieces = [*chat_events("Mirela Oskarne ", "x")[:3], *[b": x\n\n"] * 100]
    rig = await make_rig(Upstream(headers=EVENTS, pieces=pieces, pause=0.1))
    await rig.forget()
    answer = await rig.chat("Who wrote it?", stream=True)
    assert answer.text.endswith("data: [DONE]\n\n")
    await settled(rig)
    assert rig.upstream.aborted == 1


async def test_names_prompts_and_keys_never_reach_the_log(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await rig.forget()
    await rig.chat(headers=None)
    await rig.client.post(
        CHAT, content=b'{"x": "Mirela Oskarne"', headers={"Authorization": "Bearer k-1"}
    )
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("gateway")
    )
    assert "Mirela" not in logged and "k-1" not in logged
