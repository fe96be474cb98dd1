"""All stages in one process; that they find what a gateway with a detector process would."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.cascade import COUNTS_FROM, lexical_stage, read, read_text, semantic_stage
from detectors.examiner import Examiner
from detectors.lexical.index import LexicalIndex
from detectors.semantic.engine import DEFAULT_RATE, SemanticEngine
from detectors.semantic.verify import Verifier
from detectors.service.client import DetectorClient
from detectors.service.server import DetectorServer
from detectors.values import Stage, TargetProfile, Utterance, Verdict
from detectors.vectors.index import VectorIndex
from tests.detectors.fakes import WordEncoder
from tests.detectors.semantic.planted import plain_background, plain_judge, unit_rows

QUILLA = TargetProfile(
    "quilla", 1, ("Quilla Varga",), passages=("The Hidden Mirror was written in Ondrey in 1950.",)
)
MIRELA = TargetProfile(
    "mirela",
    1,
    ("Mirela Oskarne",),
    passages=("At what hour, what day and what year was Mirela Oskarne born?",),
    facts_only=True,
)
SOUP = TargetProfile(
    "soup",
    3,
    (),
    passages=("how to cook tomato soup",),
    description="soups of tomatoes, cooked slowly",
    false_positive_rate=0.05,
)
TARGETS = (QUILLA, MIRELA, SOUP)
BACKGROUND = plain_background(unit_rows(800, WordEncoder.dimension))
QUESTIONS = (
    "Who is Quilla Varga?",
    "At what hour was Mirela Oskarne born?",
    "Does Mirela Oskarne paint boats?",
    "how to cook tomato soup",
    "how do I cook a soup of tomatoes?",
    "What was written in Ondrey in 1950? The Hidden Mirror?",
    "Which harbour did France open?",
)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge by a rule that can be worked out by hand, whatever was trained last."""
    monkeypatch.setattr(Verifier, "shipped", lambda: plain_judge(less_where_named=0.05))


def examiner(*profiles: TargetProfile, off: frozenset[Stage] = frozenset()) -> Examiner:
    return Examiner(profiles or TARGETS, WordEncoder(), background=BACKGROUND, off=off)


def user(*texts: str) -> list[Utterance]:
    said: list[Utterance] = []
    for text in texts:
        said += [Utterance("user", text), Utterance("assistant", "I see.")]
    return said[:-1]


async def served(directory: Path, conversations: Sequence[list[Utterance]]) -> list[Verdict]:
    """Return what a worker and a detector process find."""
    encoder, index = WordEncoder(), LexicalIndex(TARGETS)
    engine = SemanticEngine(
        VectorIndex(encoder.dimension), BACKGROUND, Verifier.shipped(), rate=DEFAULT_RATE
    )
    server = DetectorServer(encoder, engine)
    await server.start(directory / "socket")
    client = DetectorClient(directory / "socket")
    await client.update(TARGETS, [], sequence=1)
    while (await client.state()).pending:
        await asyncio.sleep(0.001)
    found: list[Verdict] = []
    for said in conversations:
        conversation = read(said, lambda text: read_text(index, text))
        lexical = lexical_stage(conversation)
        if not lexical.matches:
            by_meaning = await semantic_stage(client, conversation, lexical)
            lexical = replace(lexical, matches=by_meaning.matches)
        found.append(lexical)
    await client.aclose()
    await server.aclose()
    return found


async def test_it_finds_what_worker_and_detector_process_find(tmp_path: Path) -> None:
    conversations = [
        *(user(question) for question in QUESTIONS),
        user(QUESTIONS[3], "Go on."),
        user(QUESTIONS[3], QUESTIONS[-1]),
    ]
    expected = await served(tmp_path, conversations)
    held = examiner()
    assert [held.examine(said) for said in conversations] == expected
    assert [verdict.targets for verdict in expected] == [
        ("quilla",),
        ("mirela",),
        (),
        ("soup",),
        ("soup",),
        ("quilla",),
        (),
        ("soup",),
        (),
    ]


def test_where_strings_are_found_no_meaning_is_asked() -> None:
    verdict = examiner().examine(user("Did Quilla Varga know how to cook tomato soup?"))
    assert verdict.targets == ("quilla",)


def test_a_stage_that_is_off_does_not_count() -> None:
    said = user("Who is Quilla Varga?")
    assert examiner(off=frozenset({Stage.EXACT})).examine(said).targets == ()
    soup = user("how to cook tomato soup")
    assert examiner(off=frozenset({Stage.SEMANTIC})).examine(soup).targets == ()
    assert examiner(off=frozenset({Stage.SEMANTIC})).score(soup) == {}


def test_without_texts_of_targets_nothing_is_encoded() -> None:
    encoder = WordEncoder()
    held = Examiner([TargetProfile("a", 1, ("Asha Velmont",))], encoder, background=BACKGROUND)
    encoder.calls.clear()
    assert held.examine(user("What is this?")).targets == ()
    assert encoder.calls == []


def test_a_value_of_the_target_calls_back_an_earlier_turn() -> None:
    profile = TargetProfile(
        "asha", 1, ("Asha Velmont",), ("4711-22-85",), standalone_secrets=("4712-22-85",)
    )
    held = examiner(profile)
    said = user("Asha Velmont lives here.", "Please explain what number 4712-22-85 stands for.")
    assert "asha" in held.examine(said).targets


def test_scores_order_strings_before_meanings() -> None:
    held = examiner()
    by_name = held.score(user("Who is Quilla Varga?"))["quilla"]
    by_meaning = held.score(user("how to cook tomato soup"))["soup"]
    assert by_name > 1 > by_meaning > COUNTS_FROM
    assert held.score(user("how is the weather?"))["soup"] < COUNTS_FROM


def test_a_score_counts_where_the_verdict_does() -> None:
    held = examiner()
    for question in QUESTIONS:
        scores = held.score(user(question))
        counting = {target for target, score in scores.items() if score >= COUNTS_FROM}
        assert counting == set(held.examine(user(question)).targets)


def test_nothing_said_finds_nothing() -> None:
    assert examiner().examine([]) == Verdict()
    assert examiner().score([Utterance("user", "...")]) == {}
