"""Which targets a text is about, on vectors that are planted; real meanings: test_process.py."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.encoding.protocol import Vectors
from detectors.semantic.background import Background
from detectors.semantic.engine import (
    MOST_PASSAGES_OF_MENTIONED,
    SAME_COSINE,
    Question,
    SemanticEngine,
)
from detectors.semantic.particulars import Passage, Role
from detectors.service.protocol import COUNTS_FROM, SemanticHit
from detectors.vectors.index import VectorIndex
from tests.detectors.semantic.planted import (
    COUNTS_FROM_COSINE,
    LESS_WHERE_NAMED,
    plain_judge,
    planted_engine,
    unit_rows,
)

DIMENSION = 32


def axis(place: int) -> Vectors:
    return np.eye(DIMENSION, dtype=np.float32)[place : place + 1]


def towards(place: int, cosine: float, *, other: int = 31) -> Vectors:
    """Return one unit row with this cosine with an axis."""
    return np.asarray(cosine * axis(place) + np.sqrt(1 - cosine**2) * axis(other), dtype=np.float32)


def put(
    engine: SemanticEngine,
    target: str,
    vectors: Vectors,
    *,
    role: Role = Role.EXAMPLE,
    particulars: tuple[str, ...] = (),
    version: int = 1,
    rate: float | None = None,
) -> None:
    passages = [Passage("text", frozenset(particulars), role) for _ in vectors]
    engine.put(target, version, passages=passages, vectors=vectors, rate=rate)


def search(
    engine: SemanticEngine, vectors: Vectors, text: str = "text", *, mentioned: tuple[str, ...] = ()
) -> list[list[SemanticHit]]:
    question = Question.of(text, frozenset(mentioned))
    return engine.search([question] * len(vectors), vectors)


def counted(engine: SemanticEngine, vectors: Vectors, **asked: object) -> list[list[str]]:
    return [
        [hit.target for hit in hits if hit.score >= COUNTS_FROM]
        for hits in search(engine, vectors, **asked)  # type: ignore[arg-type]
    ]


@pytest.fixture
def engine() -> SemanticEngine:
    return planted_engine(DIMENSION)


class TestPassages:
    def test_a_text_counts_from_the_threshold_on(self, engine: SemanticEngine) -> None:
        put(engine, "t", axis(0))
        just, almost = COUNTS_FROM_COSINE + 0.01, COUNTS_FROM_COSINE - 0.01
        assert counted(engine, towards(0, just)) == [["t"]]
        assert counted(engine, towards(0, almost)) == [[]]

    def test_scores_below_are_returned_for_a_curve(self, engine: SemanticEngine) -> None:
        put(engine, "t", axis(0))
        ((hit,),) = search(engine, towards(0, 0.3))
        assert 0 < hit.score < COUNTS_FROM

    def test_each_target_is_returned_once_best_first(self, engine: SemanticEngine) -> None:
        put(engine, "far", towards(0, 0.55, other=5))
        put(engine, "near", np.concatenate([towards(0, 0.6, other=6), towards(0, 0.9, other=7)]))
        (hits,) = search(engine, axis(0))
        assert [hit.target for hit in hits] == ["near", "far"]
        assert hits[0].score > hits[1].score

    def test_a_hit_carries_version_and_role(self, engine: SemanticEngine) -> None:
        put(engine, "t", axis(0), version=7)
        ((hit,),) = search(engine, axis(0))
        assert (hit.version, hit.role) == (7, "example")

    @pytest.mark.parametrize("role", [Role.ABOUT, Role.FACT])
    def test_without_the_particulars_it_is_about_another(
        self, engine: SemanticEngine, role: Role
    ) -> None:
        put(engine, "t", axis(0), role=role, particulars=("hidden", "mirror"))
        assert search(engine, axis(0), "the distant mirror") == [[]]
        assert counted(engine, axis(0), text="the hidden mirror") == [["t"]]

    def test_an_example_needs_no_particulars(self, engine: SemanticEngine) -> None:
        put(engine, "t", axis(0), particulars=("hidden", "mirror"))
        assert counted(engine, axis(0), text="something else") == [["t"]]

    @pytest.mark.parametrize("cosine", [SAME_COSINE - 0.02, SAME_COSINE + 0.02])
    def test_nearly_the_same_words_count_whatever_the_judge_says(self, cosine: float) -> None:
        judge = plain_judge()
        models = {role: type(model)(-100.0, model.weights) for role, model in judge.models.items()}
        held = planted_engine(DIMENSION, judge=type(judge)(models))
        put(held, "t", axis(0))
        assert counted(held, towards(0, cosine)) == [["t"] if cosine > SAME_COSINE else []]


class TestMentions:
    @pytest.mark.parametrize("role", [Role.ABOUT, Role.FACT])
    def test_beside_a_mention_particulars_are_not_needed(
        self, engine: SemanticEngine, role: Role
    ) -> None:
        put(engine, "t", axis(0), role=role, particulars=("hidden", "mirror"))
        assert counted(engine, axis(0), mentioned=("t",)) == [["t"]]
        assert counted(engine, axis(0), mentioned=("other",)) == [[]]

    @pytest.mark.parametrize("role", [Role.ABOUT, Role.FACT, Role.EXAMPLE])
    def test_a_mention_lowers_the_bar(self, engine: SemanticEngine, role: Role) -> None:
        put(engine, "t", axis(0), role=role)
        between = towards(0, COUNTS_FROM_COSINE - LESS_WHERE_NAMED / 2)
        assert counted(engine, between) == [[]]
        assert counted(engine, between, mentioned=("t",)) == [["t"]]

    def test_a_mentioned_target_is_compared_though_others_are_nearer(
        self, engine: SemanticEngine
    ) -> None:
        for number in range(60):
            put(engine, f"near{number}", towards(0, 0.45, other=1 + number % 20))
        put(engine, "t", towards(0, 0.35, other=25), role=Role.FACT)
        assert counted(engine, axis(0)) == [[]]
        assert counted(engine, axis(0), mentioned=("t",)) == [["t"]]

    def test_of_a_mentioned_target_with_many_passages_the_first_are_compared(
        self, engine: SemanticEngine
    ) -> None:
        rows = np.repeat(towards(0, 0.9), MOST_PASSAGES_OF_MENTIONED, axis=0)
        put(engine, "t", np.concatenate([rows, axis(5)]), role=Role.FACT, particulars=("x", "y"))
        assert counted(engine, axis(0), mentioned=("t",)) == [["t"]]

    def test_a_mention_of_what_is_not_held_changes_nothing(self, engine: SemanticEngine) -> None:
        assert search(engine, axis(0), mentioned=("gone",)) == [[]]


class TestTopics:
    def test_a_text_towards_the_description_is_found(self, engine: SemanticEngine) -> None:
        put(engine, "topic", axis(0), role=Role.TOPIC)
        found = search(engine, np.concatenate([towards(0, 0.95), axis(9)]))
        assert [hits[0].role for hits in found] == ["topic", "topic"]
        assert found[0][0].score > COUNTS_FROM > found[1][0].score

    @pytest.mark.parametrize("rate", [0.005, 0.02, 0.1])
    @pytest.mark.parametrize("topics", [1, 5])
    def test_all_topics_together_keep_the_asked_rate(self, rate: float, topics: int) -> None:
        """On the calibration half, so exactly; on new traffic like it, on average."""
        rows = 2000
        held = planted_engine(DIMENSION, rate=rate, rows=rows)
        for place in range(topics):
            put(held, f"topic{place}", axis(place), role=Role.TOPIC)
        calibration = unit_rows(rows, DIMENSION)[1::2]
        flagged = sum(map(bool, counted(held, calibration)))
        assert 0 < flagged <= rate * (len(calibration) + 1)
        fresh = unit_rows(5_000, DIMENSION, seed=99)
        share = sum(map(bool, counted(held, fresh))) / len(fresh)
        # Three standard deviations of what 1000 calibrating texts leave open.
        assert share <= rate + 3 * np.sqrt(rate / len(calibration))

    def test_a_prompt_counts_once_however_many_pieces_it_has(self) -> None:
        """One long prompt has all the near pieces: it is one false positive, not many."""
        fitting = unit_rows(400, DIMENSION, 1)
        near = np.repeat(towards(0, 0.9), 100, axis=0)
        far = unit_rows(300, DIMENSION, 2)
        calibration = np.concatenate([far, near])
        one_prompt = Background(fitting, calibration, np.arange(301))
        apart = Background(fitting, calibration, np.arange(400))
        found = []
        for background in (one_prompt, apart):
            held = SemanticEngine(VectorIndex(DIMENSION), background, plain_judge(), rate=0.01)
            put(held, "topic", axis(0), role=Role.TOPIC)
            found.append(counted(held, towards(0, 0.85)))
        assert found == [[["topic"]], [[]]]

    def test_with_few_prompts_the_largest_score_is_the_threshold(self) -> None:
        held = planted_engine(DIMENSION, rate=0.001, rows=400)
        put(held, "topic", axis(0), role=Role.TOPIC)
        calibration = unit_rows(400, DIMENSION)[1::2]
        assert sum(map(bool, counted(held, calibration))) <= 1
        assert counted(held, axis(0)) == [["topic"]]

    def test_a_target_may_ask_for_a_rate_of_its_own(self) -> None:
        calibration = unit_rows(2000, DIMENSION)[1::2]
        flagged: dict[float | None, list[int]] = {}
        for rate in (None, 0.2):
            held = planted_engine(DIMENSION, rate=0.005, rows=2000)
            put(held, "usual", axis(0), role=Role.TOPIC)
            put(held, "own", axis(1), role=Role.TOPIC, rate=rate)
            found = counted(held, calibration)
            flagged[rate] = [sum(name in hits for hits in found) for name in ("usual", "own")]
        usual, own = flagged[0.2]
        assert usual == flagged[None][0]
        assert 190 <= own <= 200
        assert flagged[None][1] <= 5

    def test_a_rate_that_the_prompts_cannot_tell_is_not_used(self) -> None:
        held = planted_engine(DIMENSION, rate=0.1, rows=200)
        put(held, "topic", axis(0), role=Role.TOPIC, rate=0.001)
        assert held.rates == {"topic": 0.001}
        assert counted(held, axis(0)) == [["topic"]]

    def test_examples_of_a_topic_count_by_themselves_too(self, engine: SemanticEngine) -> None:
        passages = [Passage("d", role=Role.TOPIC), Passage("e", role=Role.EXAMPLE)]
        engine.put("topic", 1, passages=passages, vectors=np.concatenate([axis(0), axis(3)]))
        ((hit,),) = search(engine, axis(3))
        assert (hit.target, hit.role) == ("topic", "example")

    def test_a_part_of_a_description_is_no_passage_to_compare_with(
        self, engine: SemanticEngine
    ) -> None:
        put(engine, "topic", axis(0), role=Role.TOPIC)
        assert {hit.role for hit in search(engine, axis(0), mentioned=("topic",))[0]} == {"topic"}


class TestChanges:
    def test_without_targets_nothing_is_found(self, engine: SemanticEngine) -> None:
        assert len(engine) == 0
        assert search(engine, unit_rows(3, DIMENSION)) == [[], [], []]
        assert engine.search([], np.empty((0, DIMENSION), np.float32)) == []

    @pytest.mark.parametrize("role", [Role.TOPIC, Role.EXAMPLE, Role.FACT, Role.ABOUT])
    def test_a_withdrawn_target_is_gone_at_once(self, engine: SemanticEngine, role: Role) -> None:
        put(engine, "t", axis(0), role=role, rate=0.01)
        put(engine, "other", axis(1), role=role)
        assert counted(engine, axis(0), mentioned=("t",)) == [["t"]]
        engine.remove("t")
        assert counted(engine, axis(0), mentioned=("t",)) == [[]]
        assert counted(engine, axis(1), mentioned=("other",)) == [["other"]]
        assert (len(engine), dict(engine.rates)) == (1, {})

    @pytest.mark.parametrize("role", [Role.TOPIC, Role.EXAMPLE, Role.FACT, Role.ABOUT])
    def test_a_version_takes_the_place_of_the_one_before(
        self, engine: SemanticEngine, role: Role
    ) -> None:
        put(engine, "t", axis(0), role=role)
        assert counted(engine, axis(0), mentioned=("t",)) == [["t"]]
        put(engine, "t", axis(1), role=role, version=2)
        assert counted(engine, np.concatenate([axis(0), axis(1)]), mentioned=("t",)) == [[], ["t"]]
        ((hit,),) = search(engine, axis(1), mentioned=("t",))
        assert hit.version == 2
        assert len(engine) == 1

    def test_a_fact_without_particulars_counts_beside_the_name_only(
        self, engine: SemanticEngine
    ) -> None:
        put(engine, "t", axis(0), role=Role.FACT)
        assert counted(engine, axis(0)) == [[]]
        assert counted(engine, axis(0), mentioned=("t",)) == [["t"]]

    def test_a_topic_that_becomes_a_person_has_no_direction(self, engine: SemanticEngine) -> None:
        put(engine, "t", axis(0), role=Role.TOPIC)
        put(engine, "t", axis(1), role=Role.ABOUT, particulars=("hidden", "mirror"), version=2)
        assert search(engine, axis(0)) == [[]]

    def test_another_topic_moves_the_threshold_that_all_share(self) -> None:
        held = planted_engine(DIMENSION, rate=0.05, rows=800)
        put(held, "one", axis(0), role=Role.TOPIC)
        ((before,),) = search(held, towards(0, 0.4))
        for place in range(1, 8):
            put(held, f"topic{place}", axis(place), role=Role.TOPIC)
        after = {hit.target: hit.score for hit in search(held, towards(0, 0.4))[0]}["one"]
        assert after < before.score
        for place in range(1, 8):
            held.remove(f"topic{place}")
        assert search(held, towards(0, 0.4)) == [[before]]

    def test_removing_what_is_not_held_changes_nothing(self, engine: SemanticEngine) -> None:
        engine.remove("nobody")
        assert len(engine) == 0

    def test_what_is_read_from_disk_finds_the_same(self, engine: SemanticEngine) -> None:
        put(engine, "topic", axis(0), role=Role.TOPIC, rate=0.05)
        put(engine, "t", axis(1))
        vectors = np.concatenate([towards(0, 0.9), axis(1), axis(9)])
        again = planted_engine(DIMENSION, index=engine.index)
        again.restore(engine.rates)
        assert search(again, vectors) == search(engine, vectors)
