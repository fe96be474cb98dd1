"""Server and client over a socket, with an encoder of words; the real process: test_process.py."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.encoding.protocol import Vectors
from detectors.errors import DetectorDownError
from detectors.service import server as server_module
from detectors.service.client import DetectorClient
from detectors.service.protocol import LARGEST_FRAME, State, to_frame
from detectors.service.server import (
    COUNTS_FROM,
    MOST_WAITING,
    TEXTS_AT_A_TIME,
    TEXTS_IN_A_SEARCH,
    DetectorServer,
)
from detectors.values import TargetProfile
from tests.detectors.fakes import WordEncoder
from tests.detectors.semantic.planted import planted_engine

SOUP = TargetProfile("soup", 1, (), passages=("how to cook tomato soup",))
LOCKS = TargetProfile("locks", 4, (), ("secret",), (), ("picking locks of cars",))
GARDEN = TargetProfile("garden", 1, (), description="planting roses and pruning apple trees")
QUILLA = TargetProfile(
    "quilla",
    1,
    ("Quilla Varga",),
    passages=("Quilla Varga was born in Ondrey.",),
    facts_only=True,
)


def served(encoder: WordEncoder) -> DetectorServer:
    return DetectorServer(encoder, planted_engine(encoder.dimension))


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
async def socket(encoder: WordEncoder, tmp_path: Path) -> AsyncIterator[Path]:
    server = served(encoder)
    await server.start(tmp_path / "socket")
    yield tmp_path / "socket"
    encoder.gate.set()
    await server.aclose()


@pytest.fixture
async def client(socket: Path) -> AsyncIterator[DetectorClient]:
    client = DetectorClient(socket)
    yield client
    await client.aclose()


async def until_ready(client: DetectorClient) -> State:
    async with asyncio.timeout(10):
        while (state := await client.state()).pending:
            await asyncio.sleep(0.001)
    return state


async def found(
    client: DetectorClient, *texts: str, mentioned: tuple[str, ...] = ()
) -> list[list[str]]:
    result = await client.search(texts, mentioned=mentioned)
    return [[hit.target for hit in hits] for hits in result.hits]


async def test_registered_targets_are_found_and_removed_ones_are_not(
    client: DetectorClient,
) -> None:
    await client.update([SOUP, LOCKS], [], sequence=7)
    assert await until_ready(client) == State(sequence=7, encoder="words", count=2, pending=0)
    assert await found(client, "cook tomato soup", "picking locks") == [["soup"], ["locks"]]
    state = await client.update([], ["soup"], sequence=8)
    assert (state.sequence, state.count) == (8, 1)
    assert await found(client, "cook tomato soup") == [[]]


async def test_hits_carry_version_score_and_role(client: DetectorClient) -> None:
    await client.update([LOCKS], [], sequence=1)
    await until_ready(client)
    result = await client.search(["picking locks of cars"])
    ((hit,),) = result.hits
    assert (hit.target, hit.version, hit.role) == ("locks", 4, "example")
    assert COUNTS_FROM < hit.score < 1
    assert result.state.sequence == 1


async def test_only_what_counts_travels(client: DetectorClient) -> None:
    await client.update([LOCKS], [], sequence=1)
    await until_ready(client)
    assert await found(client, "picking flowers in the morning dew") == [[]]


async def test_a_topic_is_known_by_its_description_alone(client: DetectorClient) -> None:
    await client.update([GARDEN, SOUP], [], sequence=1)
    await until_ready(client)
    texts = ("pruning old apple trees", "the boiling point of water")
    assert await found(client, *texts) == [["garden"], []]


async def test_what_is_mentioned_travels_with_the_texts(client: DetectorClient) -> None:
    await client.update([QUILLA], [], sequence=1)
    await until_ready(client)
    text = "in which town was she born?"
    assert await found(client, text) == [[]]
    assert await found(client, text, mentioned=("quilla", "nobody")) == [["quilla"]]


async def test_a_version_takes_the_place_of_the_one_before(client: DetectorClient) -> None:
    await client.update([SOUP, LOCKS], [], sequence=1)
    await until_ready(client)
    await client.update([replace(SOUP, version=2, passages=("baking bread",))], [], sequence=2)
    assert (await until_ready(client)).count == 2
    assert await found(client, "how to cook tomato soup", "baking bread") == [[], ["soup"]]


async def test_a_target_removed_while_its_vectors_are_made_stays_away(
    client: DetectorClient, encoder: WordEncoder
) -> None:
    encoder.gate.clear()
    await client.update([SOUP], [], sequence=1)
    state = await client.update([], ["soup"], sequence=2)
    encoder.gate.set()
    assert state.pending == 0
    # One thread encodes, so that what was under way is done before this.
    assert await found(client, "how to cook tomato soup") == [[]]
    assert (await client.state()).count == 0


async def test_vectors_that_could_not_be_made_are_tried_again(
    client: DetectorClient,
    encoder: WordEncoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = [MemoryError("tomato"), RuntimeError("soup")]
    encode = encoder.encode

    def encode_later(texts: Sequence[str]) -> Vectors:
        if failures:
            raise failures.pop()
        return encode(texts)

    monkeypatch.setattr(encoder, "encode", encode_later)
    monkeypatch.setattr(server_module, "RETRY_SECONDS", 0.01)
    await client.update([SOUP], [], sequence=1)
    await until_ready(client)
    assert failures == []
    assert await found(client, "how to cook tomato soup") == [["soup"]]
    assert "RuntimeError" in caplog.text and "soup" not in caplog.text


async def test_a_search_that_cannot_be_encoded_fails(
    client: DetectorClient, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(texts: Sequence[str]) -> Vectors:
        raise RuntimeError("out of order")

    await client.update([], [], sequence=1)
    monkeypatch.setattr(encoder, "encode", fail)
    with pytest.raises(DetectorDownError):
        await client.search(["text"])
    assert (await client.state()).count == 0


async def test_until_all_pages_are_handed_over_nothing_is_searched(client: DetectorClient) -> None:
    await client.update([SOUP], [], sequence=3, is_final=False)
    with pytest.raises(DetectorDownError, match="not told"):
        await client.search(["tomato soup"])
    assert (await client.state()).sequence == 0
    await client.update([LOCKS], [], sequence=7)
    await until_ready(client)
    assert await found(client, "how to cook tomato soup") == [["soup"]]


async def test_no_secret_and_no_document_travels(
    socket: Path, client: DetectorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(
        "detectors.service.client.to_frame",
        lambda message: sent.append(to_frame(message)) or sent[-1],
    )
    profile = replace(
        LOCKS, secrets=("code 4711",), standalone_secrets=("code 4711",), documents=("whole book",)
    )
    await client.update([profile], [], sequence=1)
    assert b"picking locks" in sent[0]
    assert b"4711" not in sent[0] and b"book" not in sent[0]


async def test_before_it_was_fed_a_search_fails_rather_than_finds_nothing(
    client: DetectorClient,
) -> None:
    with pytest.raises(DetectorDownError, match="not told"):
        await client.search(["text"])
    await client.update([], [], sequence=0)
    assert await found(client, "text") == [[]]


async def test_an_update_answers_before_its_vectors_and_a_search_overtakes_them(
    client: DetectorClient, encoder: WordEncoder
) -> None:
    many = tuple(f"passage number {number}" for number in range(10 * TEXTS_AT_A_TIME))
    await client.update([SOUP], [], sequence=1)
    await until_ready(client)
    encoder.gate.clear()
    state = await client.update([TargetProfile("many", 1, (), passages=many)], [], sequence=2)
    assert state.pending == 1
    search = asyncio.create_task(found(client, "tomato soup"))
    while not encoder.gate.is_set():
        await asyncio.sleep(0.01)
        encoder.gate.set()
    assert await search == [["soup"]]
    await until_ready(client)
    order = [call for call in encoder.calls if call[0].startswith(("passage", "tomato"))]
    assert order.index(["tomato soup"]) < len(order) - 1


async def test_a_large_feed_travels_in_several_frames(client: DetectorClient) -> None:
    profiles = [TargetProfile(str(number), 1, ("name",)) for number in range(1201)]
    await client.update(profiles, ["gone"], sequence=9)
    assert (await until_ready(client)).count == 1201


async def test_a_text_seen_before_is_not_encoded_again(
    client: DetectorClient, encoder: WordEncoder
) -> None:
    await client.update([], [], sequence=1)
    await found(client, "one", "two", "one")
    await found(client, "two", "three")
    assert encoder.calls == [["one", "two"], ["three"]]
    assert await found(client) == []


async def test_lone_surrogates_are_text_too(client: DetectorClient) -> None:
    await client.update([SOUP], [], sequence=1)
    assert await found(client, "\ud800") == [[]]


async def test_too_much_at_once_is_refused(client: DetectorClient, encoder: WordEncoder) -> None:
    await client.update([], [], sequence=1)
    with pytest.raises(DetectorDownError, match="too much"):
        await client.search(["x"] * (TEXTS_IN_A_SEARCH + 1))
    encoder.gate.clear()
    searches = [
        asyncio.create_task(client.search([f"text {number}"]))
        for number in range(MOST_WAITING + 20)
    ]
    await asyncio.wait(searches, return_when=asyncio.FIRST_COMPLETED)
    encoder.gate.set()
    results = await asyncio.gather(*searches, return_exceptions=True)
    assert sum(isinstance(result, DetectorDownError) for result in results) == 20


@pytest.mark.parametrize(
    "request_bytes",
    [
        struct.pack(">I", LARGEST_FRAME + 1),
        struct.pack(">I", 3) + b"{}{",
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 9) + b"{}",
    ],
)
async def test_what_is_no_message_is_cut_off(
    socket: Path, client: DetectorClient, request_bytes: bytes
) -> None:
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(request_bytes)
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    assert (await client.state()).count == 0


@pytest.mark.parametrize("body", [b"{}", b'{"op":"search"}', b'{"op":"drop"}', b'{"op":["x"]}'])
async def test_a_message_that_cannot_be_read_is_answered(socket: Path, body: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(struct.pack(">I", len(body)) + body)
    writer.write_eof()
    assert b'"error"' in await reader.read()
    writer.close()


async def test_a_restarted_process_is_reached_again(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    client = DetectorClient(path)
    with pytest.raises(DetectorDownError):
        await client.state()
    for _ in range(2):
        server = served(WordEncoder())
        await server.start(path)
        assert (await client.state()).sequence == 0
        await client.update([SOUP], [], sequence=3)
        await server.aclose()
        path.unlink(missing_ok=True)
        await asyncio.sleep(0)
    await client.aclose()


async def test_a_process_that_does_not_answer_in_time_is_down(
    socket: Path, encoder: WordEncoder
) -> None:
    client = DetectorClient(socket, timeout=0.05)
    await client.update([], [], sequence=1)
    encoder.gate.clear()
    with pytest.raises(DetectorDownError, match="in time"):
        await client.search(["slow"])
    await client.aclose()
