"""The stages as a worker runs them, with a detector process that answers, is down, or is not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from detectors.errors import DetectorDownError, DetectorError
from detectors.service.client import DetectorClient
from detectors.service.protocol import SearchResult, SemanticHit, State
from detectors.values import Stage, Utterance
from gateway.derived import Derived
from gateway.errors import UnavailableError
from gateway.inspection import LONG_CHARACTERS, Inspection
from gateway.live import Snapshot
from gateway.settings import Settings
from gateway.target import ForgetTarget, Kind, TargetContent
from tests.gateway.targets import NOW, target

QUESTION = "How is sarin made?"
TOPIC = ForgetTarget(
    "gas",
    1,
    1,
    TargetContent(Kind.TOPIC, "nerve agents", description="the synthesis of nerve agents"),
    NOW,
    NOW,
)
PERSON = target("person", name="Mirela Oskarne")


class Detector(DetectorClient):
    """Answers that everything is about one topic, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(Path("nowhere"))
        self.error = error
        self.asked: list[str] = []

    async def search(self, texts: Sequence[str], *, mentioned: Sequence[str] = ()) -> SearchResult:
        self.asked += texts
        if self.error:
            raise self.error
        hit = SemanticHit("gas", 1, 0.8, "topic")
        return SearchResult(((hit,),) * len(texts), State(1, "scripted", 1, 0))

    async def state(self) -> State:
        if self.error:
            raise self.error
        return State(1, "scripted", 1, 0)


def inspection(
    client: DetectorClient | None, failure: Literal["refuse", "lexical"] = "refuse"
) -> Inspection:
    settings = Settings(upstream_url="http://127.0.0.1:1/v1", detector_failure=failure)
    return Inspection(settings, client)


def snapshot(*targets: ForgetTarget) -> Snapshot:
    return Snapshot(Derived.of(targets, 1), {}, needs_client_key=False)


def user(text: str) -> list[Utterance]:
    return [Utterance("user", text)]


async def test_what_no_name_tells_is_asked_of_the_detector() -> None:
    detector = Detector()
    verdict = await inspection(detector).examine(user(QUESTION), snapshot(PERSON, TOPIC))
    assert detector.asked == [QUESTION]
    assert [(match.target, match.stage) for _, match in verdict.matches] == [
        ("gas", Stage.SEMANTIC)
    ]


async def test_where_a_name_was_found_no_meaning_is_asked() -> None:
    detector = Detector(DetectorDownError("down"))
    verdict = await inspection(detector).examine(
        user("Who is Mirela Oskarne?"), snapshot(PERSON, TOPIC)
    )
    assert verdict.targets == ("person",)
    assert detector.asked == []


async def test_a_name_that_decides_nothing_hides_no_meaning() -> None:
    found = await inspection(Detector()).examine(
        user("Who is Mirela Oskarne?"),
        snapshot(PERSON, TOPIC),
        is_settled=lambda verdict: False,
    )
    assert [(match.target, match.stage) for _, match in found.matches] == [
        ("person", Stage.EXACT),
        ("gas", Stage.SEMANTIC),
    ]


async def test_where_no_target_has_a_meaning_none_is_asked() -> None:
    detector = Detector(DetectorDownError("down"))
    verdict = await inspection(detector).examine(user(QUESTION), snapshot(PERSON))
    assert (verdict.targets, detector.asked) == ((), [])


async def test_without_a_detector_process_names_are_found() -> None:
    found = await inspection(None).examine(user("Who is Mirela Oskarne?"), snapshot(PERSON, TOPIC))
    assert found.targets == ("person",)
    assert (await inspection(None).examine(user(QUESTION), snapshot(TOPIC))).targets == ()


@pytest.mark.parametrize("error", [DetectorDownError("down"), DetectorError("too large")])
async def test_a_request_that_cannot_be_judged_is_refused(error: DetectorError) -> None:
    with pytest.raises(UnavailableError) as raised:
        await inspection(Detector(error)).examine(user(QUESTION), snapshot(TOPIC))
    assert raised.value.wire_code == "detector_unavailable"
    assert QUESTION not in str(raised.value)


async def test_where_names_suffice_a_dead_detector_is_noted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    detector = Detector(DetectorDownError("down"))
    verdict = await inspection(detector, "lexical").examine(user(QUESTION), snapshot(TOPIC))
    assert verdict.matches == ()
    assert verdict.notes == ("The semantic stage did not answer.",)
    assert "judged without meanings" in caplog.text
    assert "sarin" not in caplog.text


async def test_notes_of_both_stages_are_kept() -> None:
    detector = Detector(DetectorDownError("down"))
    deep = "%252525252541%252525252542 " * 3
    verdict = await inspection(detector, "lexical").examine(user(deep), snapshot(TOPIC))
    assert verdict.notes[-1] == "The semantic stage did not answer."
    assert any("left unread" in note for note in verdict.notes)


async def test_a_text_that_is_read_in_a_thread_is_judged_alike() -> None:
    text = "word " * (LONG_CHARACTERS // 5 + 1) + "Who is Mirela Oskarne?"
    verdict = await inspection(None).examine(user(text), snapshot(PERSON))
    ((place, match),) = verdict.matches
    assert (place, match.target, text[slice(*match.span)]) == (0, "person", "Mirela Oskarne")


async def test_an_earlier_turn_does_not_count_by_itself() -> None:
    said = [
        Utterance("user", "Who is Mirela Oskarne?"),
        Utterance("assistant", "I cannot say."),
        Utterance("user", "What is the capital of France?"),
    ]
    assert (await inspection(None).examine(said, snapshot(PERSON))).targets == ()


@pytest.mark.parametrize(
    ("client", "state"),
    [
        (None, "ok"),
        (Detector(), "ok"),
        (Detector(DetectorDownError("down")), "detector_unavailable"),
    ],
)
async def test_the_state_says_what_is_missing(client: Detector | None, state: str) -> None:
    assert await inspection(client).state() == state
