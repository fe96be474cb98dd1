"""Vectors on the disk: computed once, the same as without, and never another encoder's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detectors.encoding.protocol import Vectors
from gateway.evaluation.vector_cache import PROBES, CachedEncoder, cache_folder
from tests.detectors.fakes import WordEncoder


class Louder(WordEncoder):
    """Of the same name, and another model."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(super().encode(texts)[:, ::-1])


def asked(encoder: WordEncoder) -> list[str]:
    """Return the texts that were encoded, without those that tell encoders apart."""
    return [text for call in encoder.calls for text in call if text not in PROBES]


def test_a_text_is_encoded_once_whatever_the_run(tmp_path: Path) -> None:
    first = WordEncoder()
    cached = CachedEncoder(first, tmp_path)
    expected = WordEncoder().encode(["a b", "c d", "a b"])
    assert np.array_equal(cached.encode(["a b", "c d", "a b"]), expected)
    cached.close()
    second = WordEncoder()
    again = CachedEncoder(second, tmp_path)
    assert np.array_equal(again.encode(["c d", "a b", "a b"]), expected[[1, 0, 2]])
    again.close()
    assert asked(first) == ["a b", "c d"]
    assert asked(second) == []


def test_encoders_that_compute_other_vectors_share_none(tmp_path: Path) -> None:
    for encoder in (WordEncoder(), Louder()):
        cached = CachedEncoder(encoder, tmp_path)
        assert np.array_equal(cached.encode(["a b c"]), type(encoder)().encode(["a b c"]))
        cached.close()


def test_nothing_is_read_while_time_is_taken(tmp_path: Path) -> None:
    encoder = WordEncoder()
    cached = CachedEncoder(encoder, tmp_path)
    cached.encode(["a b"])
    with cached.computing():
        cached.encode(["a b"])
    cached.encode(["a b"])
    cached.close()
    assert asked(encoder) == ["a b", "a b"]


def test_lone_surrogates_and_no_texts(tmp_path: Path) -> None:
    cached = CachedEncoder(WordEncoder(), tmp_path)
    assert cached.encode(["\ud800", "b"]).shape == (2, WordEncoder.dimension)
    assert cached.encode([]).shape == (0, WordEncoder.dimension)
    cached.close()


def test_the_folder_is_the_users_cache(monkeypatch: object, tmp_path: Path) -> None:
    import pytest

    assert isinstance(monkeypatch, pytest.MonkeyPatch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "lethe" / "vectors"
