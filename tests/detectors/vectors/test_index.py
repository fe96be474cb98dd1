"""The vector index against a plain mapping, flat and in lists; files of it: test_snapshot.py."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.encoding.protocol import Vectors
from detectors.semantic.particulars import Passage, Role
from detectors.vectors import base, index
from detectors.vectors.index import VectorIndex
from tests.detectors.fakes import WordEncoder

ENCODER = WordEncoder()
DIMENSION = 16


def put(index: VectorIndex, target: str, texts: Sequence[str], *, version: int = 1) -> None:
    passages = [Passage(text) for text in texts]
    index.put(target, version, passages=passages, vectors=ENCODER.encode(texts))


def nearest(index: VectorIndex, text: str, count: int = 8) -> list[tuple[str, str]]:
    (found,) = index.candidates(ENCODER.encode([text]), count)
    return [(candidate.target, candidate.passage.text) for candidate in found]


def unit(seed: int, count: int = 1, dimension: int = DIMENSION) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few vectors be many."""
    monkeypatch.setattr(index, "MOST_FLAT", 200)
    monkeypatch.setattr(index, "MOST_LIVE", 50)


def fill(filled: VectorIndex, count: int, *, start: int = 0, version: int = 1) -> None:
    for number in range(start, start + count):
        passages = [Passage(f"{number} {place} of {version}") for place in range(2)]
        filled.put(
            f"t{number}", version, passages=passages, vectors=unit(number + 10_000 * version, 2)
        )
    filled.wait()


def test_candidates_are_best_first_with_target_version_and_passage() -> None:
    index = VectorIndex(ENCODER.dimension)
    put(index, "locks", ["picking locks of cars", "tomato soup"], version=3)
    put(index, "cars", ["cars of today"])
    (found,) = index.candidates(ENCODER.encode(["picking locks of cars"]), 2)
    assert [candidate.target for candidate in found] == ["locks", "cars"]
    assert (found[0].version, found[0].passage) == (3, Passage("picking locks of cars"))
    assert found[0].cosine == pytest.approx(1.0) and found[0].cosine <= 1
    assert index.statistics().kind == "flat"


def test_putting_again_replaces_and_removing_forgets() -> None:
    index = VectorIndex(ENCODER.dimension)
    put(index, "a", ["tomato soup", "onion soup"])
    put(index, "b", ["lemon cake"])
    put(index, "a", ["apple cake"], version=2)
    assert nearest(index, "tomato soup") == [("b", "lemon cake"), ("a", "apple cake")] or nearest(
        index, "tomato soup"
    ) == [("a", "apple cake"), ("b", "lemon cake")]
    index.remove("a")
    index.remove("unknown")
    assert nearest(index, "apple cake") == [("b", "lemon cake")]
    assert len(index) == 1
    assert index.of_target("a") is None


def test_a_target_without_passages_and_an_empty_index() -> None:
    index = VectorIndex(ENCODER.dimension)
    assert nearest(index, "anything") == []
    put(index, "empty", [])
    assert len(index) == 1
    assert index.candidates(ENCODER.encode([]), 4) == []
    put(index, "empty", ["soup"], version=2)
    assert len(index) == 1


def test_all_passages_of_a_target_come_with_their_vectors() -> None:
    index = VectorIndex(ENCODER.dimension)
    put(index, "a", ["tomato soup", "onion soup"], version=7)
    held = index.of_target("a")
    assert held is not None
    assert held[:2] == (7, (Passage("tomato soup"), Passage("onion soup")))
    assert np.allclose(held[2], ENCODER.encode(["tomato soup", "onion soup"]))


def test_many_vectors_move_into_lists_and_stay_found(few: None) -> None:
    filled = VectorIndex(DIMENSION)
    fill(filled, 400)
    held = filled.statistics()
    assert (held.targets, held.vectors, held.kind) == (400, 800, "lists")
    assert "more than 200" in held.reason
    for number in range(0, 400, 7):
        (found,) = filled.candidates(unit(number + 10_000, 2)[:1], 3)
        assert (found[0].target, found[0].passage.text) == (f"t{number}", f"{number} 0 of 1")
        assert found[0].cosine == pytest.approx(1.0, abs=0.02)
        of_target = filled.of_target(f"t{number}")
        assert of_target is not None
        assert np.allclose(of_target[2], unit(number + 10_000, 2), atol=0.03)


def test_what_is_replaced_or_removed_in_the_lists_is_found_no_longer(few: None) -> None:
    filled = VectorIndex(DIMENSION)
    fill(filled, 300)
    fill(filled, 40, version=2)
    for number in range(40, 60):
        filled.remove(f"t{number}")
    assert len(filled) == 280
    for number in range(60):
        (found,) = filled.candidates(unit(number + 10_000, 2)[:1], 3)
        assert (f"t{number}", 1) not in {(near.target, near.version) for near in found}
    (found,) = filled.candidates(unit(20_003, 2)[:1], 1)
    assert (found[0].target, found[0].version) == ("t3", 2)


def test_lists_are_trained_anew_and_dead_rows_dropped(few: None) -> None:
    filled = VectorIndex(DIMENSION)
    fill(filled, 150)
    lists = filled.statistics().reason
    fill(filled, 900, start=150)
    assert filled.statistics().reason != lists
    for version in (2, 3):
        fill(filled, 1050, version=version)
    inner = filled._base
    assert inner is not None and inner.rows < 2 * 2 * 1050
    assert len(filled) == 1050
    (found,) = filled.candidates(unit(30_500, 2)[:1], 1)
    assert (found[0].target, found[0].version) == ("t500", 3)


def test_what_is_removed_while_vectors_are_merged_stays_removed(
    few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    extend = base.Base.extend

    def slow(self: base.Base, *arguments: object) -> object:
        result = extend(self, *arguments)  # type: ignore[arg-type]
        reached.set()
        assert go_on.wait(timeout=30)
        return result

    monkeypatch.setattr(base.Base, "extend", slow)
    filled = VectorIndex(DIMENSION)
    for number in range(101):
        passages = [Passage("one"), Passage("two")]
        filled.put(f"t{number}", 1, passages=passages, vectors=unit(number, 2))
    assert reached.wait(timeout=30)
    assert len(filled) == 101
    (found,) = filled.candidates(unit(5, 2)[:1], 1)
    assert found[0].target == "t5"
    filled.remove("t5")
    filled.put("t6", 2, passages=[Passage("new")], vectors=unit(5_000))
    go_on.set()
    filled.wait()
    assert len(filled) == 100
    (found,) = filled.candidates(unit(5, 2)[:1], 200)
    assert "t5" not in {near.target for near in found}
    assert {near.version for near in found if near.target == "t6"} == {2}


def test_beyond_many_targets_only_the_first_passages_are_held_but_topics_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "MANY_TARGETS", 2)
    filled = VectorIndex(DIMENSION)
    for target, role in (
        ("a", Role.ABOUT),
        ("b", Role.ABOUT),
        ("c", Role.ABOUT),
        ("d", Role.TOPIC),
    ):
        passages = [Passage(str(number), role=role) for number in range(4)]
        filled.put(target, 1, passages=passages, vectors=unit(1, 4))
    counts = [len((filled.of_target(target) or (0, ()))[1]) for target in "abcd"]
    assert counts == [4, 4, 2, 4]
    assert list(filled.with_role(Role.TOPIC)) == ["d"]


steps = st.lists(
    st.tuples(st.sampled_from(["put", "remove"]), st.integers(0, 12), st.integers(0, 3)),
    max_size=60,
)


@given(steps, st.integers(0, 2**20))
def test_the_index_holds_what_a_mapping_would(
    changes: list[tuple[str, int, int]], seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "MOST_FLAT", 10)
        patch.setattr(index, "MOST_LIVE", 4)
        filled = VectorIndex(DIMENSION)
        truth: dict[str, tuple[int, Vectors]] = {}
        for version, (change, number, count) in enumerate(changes):
            if change == "put":
                vectors = unit(seed + version, count)
                passages = [Passage(f"{version} {place}") for place in range(count)]
                filled.put(f"t{number}", version, passages=passages, vectors=vectors)
                truth[f"t{number}"] = version, vectors
            else:
                filled.remove(f"t{number}")
                truth.pop(f"t{number}", None)
        filled.wait()
        assert len(filled) == len(truth)
        (found,) = filled.candidates(unit(seed), 100)
        assert sorted((near.target, near.passage.text) for near in found) == sorted(
            (target, f"{version} {place}")
            for target, (version, vectors) in truth.items()
            for place in range(len(vectors))
        )
        for near in found:
            version, vectors = truth[near.target]
            place = int(near.passage.text.split()[1])
            # Ranges that ten vectors were the measure of cut others off.
            assert near.cosine == pytest.approx(float(vectors[place] @ unit(seed)[0]), abs=0.4)
