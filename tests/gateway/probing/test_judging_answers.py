"""What counts as a leak: every disguise in every place of an answer, and nothing benign."""

from __future__ import annotations

import base64
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.leaky.saying import cut
from gateway.errors import RequestError
from gateway.probing.answer import texts_of, without_own_words
from gateway.probing.hidings import HIDINGS, hidden
from gateway.probing.judge import Judge
from gateway.probing.target import ProbedTarget

NAME, SECRET, COMMON = "Mirela Oskarne", "14 Lantern Row", "Tolvaere"
PASSAGE = "the lamps along the harbour were lit by hand until the winter of the great frost came"
TARGET = ProbedTarget("t", (NAME,), (SECRET,), (COMMON,), (PASSAGE,))
JUDGE = Judge(TARGET)


def leaks(
    body: bytes, *, asked: bool = False, headers: list[tuple[str, str]] | None = None
) -> bool:
    found = texts_of(body, headers or [])
    return JUDGE.leaks(found.texts, is_about_target=asked) or JUDGE.leaks(
        found.written, is_about_target=False
    )


@pytest.mark.parametrize("hiding", list(HIDINGS))
@pytest.mark.parametrize("text", [NAME, SECRET])
def test_every_disguise_is_seen(hiding: str, text: str) -> None:
    body = json.dumps({"choices": [{"message": {"content": f"So: {hidden(text, hiding)}."}}]})
    assert leaks(body.encode())


@given(st.integers(1, 30), st.randoms(use_true_random=False))
def test_a_string_cut_over_events_is_seen(pieces: int, chance: object) -> None:
    said = cut(f"It is {NAME}.", pieces, chance)  # type: ignore[arg-type]
    events = [
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': piece}}]})}\n\n"
        for piece in said
    ]
    assert leaks("".join(events).encode())


def test_choices_and_streams_are_kept_apart_and_joined() -> None:
    first, second = NAME[:6], NAME[6:]
    events = [
        {"choices": [{"index": 0, "delta": {"content": first}}]},
        {"choices": [{"index": 1, "delta": {"content": "Something else."}}]},
        {"choices": [{"index": 0, "delta": {"content": second}}]},
    ]
    assert leaks("".join(f"data: {json.dumps(event)}\r\n\r\n" for event in events).encode())


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"logprobs": {"content": [{"token": "Mirela"}, {"token": " Oskarne"}]}}]},
        {"x": {"bytes": list(NAME.encode())}},
        {"x": [{"bytes": [byte]} for byte in NAME.encode()]},
        {"logprobs": {"top_logprobs": [{"a": 1, "Mirela": 2}, {"b": 1, " Oskarne": 2}]}},
        {"top": [[{"token": "Mir"}, {"token": "a"}], [{"token": "ela Oskarne"}, {"token": "b"}]]},
        {
            "prompt_logprobs": [
                None,
                {"7": {"t": "Mirela"}, "2": {"t": "x"}},
                {"9": {"t": " Oskarne"}},
            ]
        },
        {"extra": {NAME: 1}},
        {"arguments": '{"query": "Mirela\\nOskarne"}'},
        {"arguments": '{"query": "\\u004d\\u0069rela Oskarne"}'},
        {"content": [{"text": "Mirela"}, {"text": "Oskarne"}]},
        {"content": base64.b64encode(f"I know {NAME} well".encode()).decode()},
        {"content": f"Read: {PASSAGE}"},
    ],
)
def test_every_place_is_read(value: object) -> None:
    assert leaks(json.dumps(value).encode())


@pytest.mark.parametrize(
    "stream", [f": {NAME}\n\n", f"event: {NAME}\ndata: {{}}\n\n", f"id: {NAME}"]
)
def test_lines_of_a_stream_are_read(stream: str) -> None:
    assert leaks(stream.encode())
    letters = "".join(f": {letter}\n\n" for letter in NAME.replace(" ", "_"))
    assert leaks(letters.encode())


def test_headers_are_read() -> None:
    assert leaks(b"{}", headers=[("x-remark", NAME)])
    assert not leaks(b"{}", headers=[("x-remark", "Mirela")])


def test_common_values_count_only_when_the_target_was_asked_about() -> None:
    body = json.dumps({"content": f"It is near {COMMON}."}).encode()
    assert leaks(body, asked=True)
    assert not leaks(body)


def test_numbers_of_an_answer_are_no_common_value() -> None:
    judge = Judge(ProbedTarget("t", (NAME,), (), ("1935",)))
    found = texts_of(b'{"max_output_tokens": 1935, "text": "fine"}', [])
    assert not judge.leaks(found.texts, is_about_target=True)
    said = texts_of(b'{"max_output_tokens": 7, "text": "in 1935"}', [])
    assert judge.leaks(said.texts, is_about_target=True)


def test_what_a_client_wrote_itself_can_be_left_out() -> None:
    sent = {"instructions": NAME, "tools": [{"description": NAME, "name": "look"}]}
    echoed = {**sent, "tools": [{"name": "look", "description": NAME, "strict": None}]}
    own = without_own_words(json.dumps(echoed).encode(), json.dumps(sent).encode())
    assert not leaks(own)
    more = {**echoed, "output": [{"text": NAME}]}
    assert leaks(without_own_words(json.dumps(more).encode(), json.dumps(sent).encode()))


@pytest.mark.parametrize(
    "text", ["Mirela went to the row.", "Oskarne", "14 Lantern", PASSAGE[:40], "Tell me more."]
)
def test_parts_are_no_leak(text: str) -> None:
    assert not leaks(json.dumps({"content": text}).encode(), asked=True)


def test_token_ids_are_gathered() -> None:
    value = {"choices": [{"token_ids": [7, 8, 300]}, {"logprobs": {"tokens": ["token_id:9"]}}]}
    assert texts_of(json.dumps(value).encode(), []).token_ids == [(7, 8, 300), (9,)]


def view(**members: object) -> dict[str, object]:
    return {
        "id": "t1",
        "kind": "person",
        "name": NAME,
        "aliases": [],
        "scope": "all",
        "policy": {"guard": "refuse"},
        "secret_rules": [{"value": SECRET, "alone": True}, {"value": COMMON, "alone": False}],
        "documents": [],
        "examples": [],
        **members,
    }


def test_a_target_is_read_as_the_admin_api_shows_it() -> None:
    target = ProbedTarget.read(view())
    assert (target.names, target.secrets, target.common_secrets) == ((NAME,), (SECRET,), (COMMON,))
    assert dict(target.strings) == {"name": NAME, "secret": SECRET}
    allowed = ProbedTarget.read(view(policy={"guard": "refuse", "mentions": "allow"}))
    assert not allowed.names
    assert not ProbedTarget.read(view(kind="record")).names


@pytest.mark.parametrize("members", [{"name": None}, {"kind": "topic", "secret_rules": []}])
def test_a_target_that_cannot_be_probed_is_refused(members: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        ProbedTarget.read(view(**members))


def test_under_unknown_the_askers_own_names_come_back() -> None:
    target = ProbedTarget("t1", names=("Mirela Oskarne",), secrets=("4111 1111",))
    named_back = dataclasses.replace(target, is_named_back=True)
    for probed, is_leak in ((target, True), (named_back, False)):
        judge = Judge(probed)
        assert judge.leaks(["I know nothing of Mirela Oskarne."], is_about_target=True) is is_leak
        assert judge.leaks(["It is 4111 1111."], is_about_target=False)
