"""The direction of a topic, on backgrounds whose shape is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.encoding.protocol import Vectors
from detectors.semantic.background import Background, covariance_of
from detectors.semantic.topics import TopicHead, description_parts
from tests.detectors.semantic.planted import plain_background, unit_rows

DIMENSION = 24
BACKGROUND = plain_background(unit_rows(1200, DIMENSION))
NONE = np.empty((0, DIMENSION), dtype=np.float32)


def direction(place: int, *, of: int = DIMENSION) -> Vectors:
    return np.eye(of, dtype=np.float32)[place : place + 1]


def fitted(seed: int, examples: int = 0) -> TopicHead:
    rows = unit_rows(3 + examples, DIMENSION, seed + 1)
    return TopicHead.fit(BACKGROUND, description=rows[:3], examples=rows[3:])


@given(seed=st.integers(0, 200), examples=st.integers(0, 6))
def test_over_ordinary_traffic_the_score_has_mean_0_and_deviation_1(
    seed: int, examples: int
) -> None:
    scores = fitted(seed, examples).scores(BACKGROUND.fitting)
    assert scores.mean() == pytest.approx(0, abs=1e-4)
    assert scores.std() == pytest.approx(1, abs=1e-4)


def test_what_lies_towards_the_topic_scores_higher() -> None:
    """Planted: ordinary traffic with a little of one direction, the topic with much of it."""
    head = TopicHead.fit(BACKGROUND, description=direction(5), examples=NONE)
    assert int(np.argmax(head.weights)) == 5
    near = unit_rows(50, DIMENSION, 9) * 0.3 + direction(5)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    assert head.scores(near).min() > np.quantile(head.scores(BACKGROUND.calibration), 0.995)


def test_what_all_traffic_has_in_common_tells_nothing() -> None:
    """A topic that shares a large direction with all traffic is known by the rest of it."""
    common = unit_rows(600, DIMENSION, 3) * 0.5 + 3 * direction(0)
    background = plain_background(common / np.linalg.norm(common, axis=1)[:, None])
    topic = direction(0) * 3 + direction(7)
    head = TopicHead.fit(background, description=topic / np.linalg.norm(topic), examples=NONE)
    assert int(np.argmax(head.weights)) == 7


def test_examples_turn_the_direction_less_than_the_description_does() -> None:
    head = TopicHead.fit(BACKGROUND, description=direction(1), examples=direction(2))
    assert head.weights[1] > head.weights[2] > 0.1 * head.weights[1]
    without = TopicHead.fit(BACKGROUND, description=direction(1), examples=NONE)
    assert head.weights[2] > without.weights[2]


def test_the_same_texts_give_the_same_direction() -> None:
    one, other = fitted(4, 3), fitted(4, 3)
    assert np.array_equal(one.weights, other.weights)
    assert one.offset == other.offset


@pytest.mark.parametrize(
    "rows",
    [
        np.repeat(direction(0), 40, axis=0),
        direction(0),
        unit_rows(4, DIMENSION),
    ],
    ids=["all alike", "one", "few"],
)
def test_a_background_that_says_little_gives_finite_scores(rows: Vectors) -> None:
    background = Background(rows, rows, np.arange(len(rows)))
    head = TopicHead.fit(background, description=direction(3), examples=NONE)
    assert np.isfinite(head.weights).all()
    assert np.isfinite(head.scores(unit_rows(5, DIMENSION))).all()
    (near, far) = head.scores(np.concatenate([direction(3), direction(9)]))
    assert near > far


@given(st.lists(st.lists(st.floats(-3, 3, width=32), min_size=1), min_size=1))
def test_the_largest_score_of_a_prompt_is_that_of_its_pieces(prompts: list[list[float]]) -> None:
    starts = np.cumsum([0, *map(len, prompts)])[:-1]
    background = Background(NONE, NONE, starts)
    scores = np.array(sum(prompts, []), dtype=np.float32)
    assert background.largest(scores).tolist() == [max(pieces) for pieces in prompts]
    twice = background.largest(np.stack([scores, -scores], axis=1))
    assert twice[:, 1].tolist() == [-min(pieces) for pieces in prompts]


def test_covariance_is_that_of_numpy() -> None:
    rows = unit_rows(50, 6)
    assert covariance_of(rows) == pytest.approx(np.cov(rows.T, bias=True), abs=1e-6)


def test_the_nearest_come_first() -> None:
    rows = np.eye(3, dtype=np.float32)
    background = Background(rows, rows, np.arange(3))
    nearest = background.nearest(np.array([0.1, 0.9, 0.5], dtype=np.float32), 2)
    assert np.array_equal(nearest, np.eye(3)[[1, 2]])


@pytest.mark.parametrize(
    ("description", "parts"),
    [
        ("nerve agents", ["nerve agents", "nerve agents"]),
        (
            " How to make, purify or store nerve agents. Not their history! ",
            [
                "How to make, purify or store nerve agents. Not their history!",
                "How to make, purify or store nerve agents",
                "Not their history",
                "How to make",
                "purify",
                "store nerve agents",
                "Not their history",
            ],
        ),
        ("神经毒剂。如何合成它们？", ["神经毒剂。如何合成它们？", "神经毒剂", "如何合成它们"]),
    ],
)
def test_a_description_is_taken_whole_by_sentences_and_by_clauses(
    description: str, parts: list[str]
) -> None:
    assert description_parts(description) == parts


@given(st.text(min_size=1).filter(str.strip))
def test_a_description_always_has_its_whole_as_a_part(description: str) -> None:
    parts = description_parts(description)
    assert parts[0] == description.strip()
    assert all(part and part in parts[0] for part in parts)
