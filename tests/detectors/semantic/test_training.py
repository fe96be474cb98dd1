"""Training at a tiny size, with an encoder of words: that it runs, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.semantic import registries, training
from detectors.semantic.features import NAMES
from detectors.semantic.particulars import Role
from detectors.semantic.registries import encoded, near_margins
from detectors.semantic.thresholds import conformal_threshold
from detectors.semantic.training import TASKS, main, train
from detectors.semantic.verify import Logistic, Verifier
from tests.detectors.fakes import WordEncoder

ROLES = (Role.FACT, Role.EXAMPLE, Role.ABOUT)
BY_COSINE = Logistic(0.0, tuple(float(name == "cosine") for name in NAMES))


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shrink what is generated."""
    monkeypatch.setattr(training, "TRAINING_PAIRS", 500)
    monkeypatch.setattr(training, "VALIDATION_PAIRS", 300)
    monkeypatch.setattr(registries, "PEOPLE_WITH_FACTS", 6)
    monkeypatch.setattr(registries, "PEOPLE_REGISTERED", 20)
    monkeypatch.setattr(registries, "PEOPLE_ASKED", 30)
    monkeypatch.setattr(registries, "DESCRIPTIONS", 1500)


def trained(monkeypatch: pytest.MonkeyPatch, file: Path) -> dict[str, Any]:
    monkeypatch.setattr(training, "open_encoder", WordEncoder)
    assert main(["--output", str(file)]) == 0
    written: dict[str, Any] = json.loads(file.read_text())
    return written


def test_what_is_written_can_be_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "verify.json"
    written = trained(monkeypatch, file)
    assert capsys.readouterr().out == file.read_text()
    assert (written["encoder"], written["features"]) == ("words", list(NAMES))
    judge = Verifier.read(written["models"])
    assert set(judge.models) == set(ROLES)
    for model in written["models"].values():
        assert len(model["weights"]) == len(NAMES)
        assert np.isfinite([model["bias"], *model["weights"]]).all()
        assert min(model["held_out"]["wanted"], model["held_out"]["unwanted"]) > 0
        assert 0.5 < model["held_out"]["auroc"] <= 1
        assert 0 <= model["held_out"]["recall"] <= 1


def test_the_rate_is_kept_from_the_threshold_that_is_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Verifier.read(trained(monkeypatch, tmp_path / "verify.json")["models"])
    rounded = 0.001
    for role in ROLES:
        margins = near_margins(WordEncoder(), role, judge.models[role])
        allowed = TASKS[role].rate * (len(margins) + 1)
        assert (margins > rounded).sum() <= allowed
        # Nor is it stricter by more than some caution.
        assert (margins > -1).sum() >= int(allowed)


def test_training_again_gives_the_same() -> None:
    assert train(WordEncoder()) == train(WordEncoder())


@pytest.mark.parametrize("role", ROLES)
def test_on_the_registries_it_stands_on_a_model_keeps_its_rate(role: Role) -> None:
    margins = near_margins(WordEncoder(), role, BY_COSINE)
    assert len(margins) > 20
    threshold = conformal_threshold(margins, TASKS[role].rate)
    assert (margins > threshold).sum() <= TASKS[role].rate * (len(margins) + 1)


def test_what_shares_no_particular_has_no_margin() -> None:
    """Most invented descriptions speak of nothing that a registered one does."""
    margins = near_margins(WordEncoder(), Role.ABOUT, BY_COSINE)
    assert np.isneginf(margins).any()
    assert np.isfinite(margins).any()


def test_questions_of_a_registry_are_none_of_its_passages() -> None:
    for role in ROLES:
        for registry in registries._REGISTRIES[role]():
            texts = {passage.text for passage in registry.passages}
            assert texts and registry.questions
            assert texts.isdisjoint(registry.questions)
            assert {passage.role for passage in registry.passages} == {role}


def test_equal_texts_are_encoded_once_and_stand_in_order() -> None:
    encoder = WordEncoder()
    texts = ["a long text of words", "short", "a long text of words", "middle one"]
    rows = encoded(encoder, texts)
    assert sorted(sum(encoder.calls, [])) == sorted(set(texts))
    assert np.array_equal(rows, WordEncoder().encode(texts))
    assert encoded(encoder, []).shape == (0, encoder.dimension)
