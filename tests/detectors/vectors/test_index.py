"""The vector index; encoders that feed it: test_server.py and test_process.py."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from detectors.semantic.particulars import Passage, words_of
from detectors.vectors.index import VectorIndex
from tests.detectors.fakes import WordEncoder

ENCODER = WordEncoder()


def put(index: VectorIndex, target: str, texts: Sequence[str], *, version: int = 1) -> None:
    passages = [Passage(text) for text in texts]
    index.put(target, version, passages=passages, vectors=ENCODER.encode(texts))


def search(index: VectorIndex, *texts: str, threshold: float = 0.5) -> list[list[str]]:
    hits = index.search(
        ENCODER.encode(texts), [words_of(text) for text in texts], threshold=threshold
    )
    return [[hit.target for hit in of_text] for of_text in hits]


def test_targets_are_found_once_each_and_best_first() -> None:
    index = VectorIndex(ENCODER.dimension)
    put(index, "locks", ["picking locks of cars", "open cars by picking locks"])
    put(index, "cars", ["cars of today"])
    assert search(index, "picking locks of cars", "tomato soup") == [["locks", "cars"], []]
    assert repr(index) == "VectorIndex(2 targets, 3 vectors)"


def test_putting_again_replaces_and_removing_forgets() -> None:
    index = VectorIndex(ENCODER.dimension)
    put(index, "a", ["tomato soup", "onion soup"])
    put(index, "b", ["lemon cake"])
    put(index, "a", ["apple cake"], version=2)
    assert search(index, "tomato soup", "apple cake", threshold=0.4) == [[], ["a", "b"]]
    (hits,) = index.search(ENCODER.encode(["apple cake"]), [frozenset()], threshold=0.9)
    assert [(hit.target, hit.version) for hit in hits] == [("a", 2)]
    assert hits[0].score == pytest.approx(1.0)
    index.remove("a")
    index.remove("unknown")
    assert search(index, "apple cake", threshold=0.9) == [[]]
    assert len(index) == 1


def test_a_passage_needs_its_particulars_whatever_the_cosine() -> None:
    index = VectorIndex(ENCODER.dimension)
    passage = Passage("who wrote the hidden mirror", frozenset({"hidden", "mirror"}))
    index.put("book", 1, passages=[passage], vectors=ENCODER.encode([passage.text]))
    assert search(index, "who wrote the distant mirror", threshold=0.3) == [[]]
    assert search(index, "who made the hidden mirror", threshold=0.3) == [["book"]]


def test_a_target_without_passages_and_an_empty_index() -> None:
    index = VectorIndex(ENCODER.dimension)
    assert search(index, "anything") == [[]]
    put(index, "empty", [])
    assert len(index) == 1
    assert search(index, "anything", "else") == [[], []]
