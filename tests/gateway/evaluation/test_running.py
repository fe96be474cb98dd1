"""The real cascade behind the bench, with an encoder that needs no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.values import Stage
from gateway.evaluation import running
from gateway.evaluation.running import BenchOptions, open_bench
from gateway.evaluation.values import Prompt
from tests.detectors.fakes import WordEncoder

MIRA = {"id": "mira", "kind": "person", "name": "Mirela Oskarne"}
PROMPTS = (
    Prompt.asked("Where does Mirela Oskarne live?", "mira", "direct"),
    Prompt.asked("Where is the nearest library?", None, "others"),
)


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> WordEncoder:
    encoder = WordEncoder()
    monkeypatch.setattr(running, "_load", lambda name: encoder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return encoder


def test_the_cascade_is_examined_and_its_vectors_kept(encoder: WordEncoder, tmp_path: Path) -> None:
    with open_bench(BenchOptions()) as bench:
        outcome = bench.examine([MIRA], PROMPTS)
    assert [each.is_flagged for each in outcome.decisions] == [True, False]
    assert outcome.decisions[0].own >= 1.0 > outcome.decisions[1].own
    assert list((tmp_path / "lethe" / "vectors").glob("words-256-*.sqlite"))
    asked = len(encoder.calls)
    with open_bench(BenchOptions(off=frozenset({Stage.EXACT}))) as bench:
        outcome = bench.examine([MIRA], PROMPTS)
    stages = {match.stage for each in outcome.decisions for match in each.matches}
    assert Stage.EXACT not in stages
    # Only what is timed, and what tells encoders apart, is encoded again.
    assert len(encoder.calls) - asked < 20


def test_without_the_cache_nothing_is_kept(tmp_path: Path) -> None:
    with open_bench(BenchOptions(use_cache=False)) as bench:
        bench.examine([MIRA], PROMPTS)
    assert not list(tmp_path.rglob("*.*"))
