"""What cannot be read is refused, or let pass with a warning that says where and never what."""

from __future__ import annotations

import logging

import pytest

from gateway.errors import RequestError
from gateway.uninspectable import judge_uninspectable
from tests.gateway.conftest import MakeRig, Rig

PICTURE = {"type": "image_url", "image_url": {"url": "https://example.org/mirela-oskarne.png"}}
BODY = {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, PICTURE]}]}


def test_what_can_be_read_passes() -> None:
    judge_uninspectable((), "refuse", "id")


@pytest.mark.parametrize(
    ("path", "instead"),
    [
        ("messages[0].content[1]", "as text"),
        ("prompt_embeds", "prompt as text"),
        ("previous_response_id", "earlier turns"),
        ("background", "wait for the answer"),
    ],
)
def test_a_refusal_names_the_place_and_a_way_out(path: str, instead: str) -> None:
    with pytest.raises(RequestError) as caught:
        judge_uninspectable((path, "other"), "refuse", "id")
    assert caught.value.param == path
    assert caught.value.wire_code == "cannot_inspect"
    assert instead in caught.value.message
    assert "LETHE_UNINSPECTABLE" in caught.value.message


async def test_a_picture_is_refused_unless_the_operator_lets_it_pass(
    rig: Rig, make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    refused = await rig.client.post("/v1/chat/completions", json=BODY)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "messages[0].content[1]"
    assert rig.upstream.received == []


async def test_what_passes_is_logged_without_its_content(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    rig = await make_rig(uninspectable="pass")
    with caplog.at_level(logging.WARNING, "gateway.uninspectable"):
        assert (await rig.client.post("/v1/chat/completions", json=BODY)).status_code == 200
    assert "messages[0].content[1]" in caplog.text
    assert "oskarne" not in caplog.text
    assert len(rig.upstream.received) == 1


async def test_words_beside_a_picture_are_read_even_where_pictures_pass(make_rig: MakeRig) -> None:
    rig = await make_rig(uninspectable="pass")
    await rig.forget("Mirela Oskarne")
    await rig.client.post("/v1/chat/completions", json=BODY)
    assert rig.upstream.received == []
