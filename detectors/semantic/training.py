"""Trains the verify stage: `python -m detectors.semantic.training` writes `verify.json` anew.

Pairs are generated (`detectors.calibration.pairs`); each role of a passage learns from those labels
that it must part. Its threshold is set on whole registries (`detectors.semantic.registries`): a
question is flagged by the nearest of many passages, not by one. Serving knows only the numbers that
are written here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.calibration.facts import Split
from detectors.calibration.pairs import Label, Pair, pairs
from detectors.encoding.protocol import Encoder
from detectors.encoding.store import open_encoder
from detectors.semantic.features import NAMES, Wording, features_of
from detectors.semantic.own_names import OwnNames
from detectors.semantic.particulars import Passage, Role, identifying_passages
from detectors.semantic.registries import encoded, near_margins
from detectors.semantic.thresholds import conformal_threshold
from detectors.semantic.verify import WEIGHTS_FILE, Logistic
from detectors.values import TargetProfile

SEED = 0
TRAINING_PAIRS = 5_000
VALIDATION_PAIRS = 3_000
# Ridge penalty of scikit-learn's logistic regression, as its inverse.
INVERSE_PENALTY = 1.0

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """What a role has to part, and how sure it must be.

    Attributes:
        wanted: labels that count.
        unwanted: labels that do not.
        rate: the share of questions that nothing registered answers which may be flagged.
        caution: what a text must have beyond that threshold, in log odds.
        features: those that are learnt from; the others get no weight.
    """

    wanted: frozenset[Label]
    unwanted: frozenset[Label]
    rate: float
    caution: float = 0.0
    features: frozenset[str] = frozenset(NAMES)


TASKS: Mapping[Role, Task] = MappingProxyType(
    {
        # Two facts of one person share their particulars: what they have in common misleads.
        Role.FACT: Task(
            frozenset({Label.SAME}),
            frozenset({Label.OTHER_FACT}),
            0.18,
            features=frozenset({"cosine"}),
        ),
        Role.EXAMPLE: Task(
            frozenset({Label.SAME}),
            frozenset({Label.OTHER_PERSON, Label.UNRELATED}),
            0.005,
            features=frozenset({"cosine", "share", "bare", "cosine*share", "cosine*bare"}),
        ),
        Role.ABOUT: Task(
            frozenset({Label.DESCRIPTION}),
            frozenset({Label.OTHER_DESCRIPTION, Label.UNRELATED}),
            0.01,
            # Real neighbours share more than generated ones do.
            caution=0.5,
        ),
    }
)


def train(encoder: Encoder) -> dict[str, Any]:
    """Return what `verify.json` holds: weights, and how each model does on held-out pairs."""
    training = tuple(pairs(SEED, TRAINING_PAIRS, split=Split.TRAIN))
    validation = tuple(pairs(SEED, VALIDATION_PAIRS, split=Split.VALIDATION))
    models: dict[str, Any] = {}
    for role, task in TASKS.items():
        inputs, labels = _examples(encoder, role, task, training)
        held_inputs, held_labels = _examples(encoder, role, task, validation)
        model = _fitted(inputs, labels, task)
        margins = near_margins(encoder, role, model)
        threshold = conformal_threshold(margins, task.rate) + task.caution
        models[role.value] = {
            "bias": round(model.bias - threshold, 4),
            "weights": list(model.weights),
            "held_out": _held_out(model, held_inputs, held_labels, threshold, task),
        }
    return {
        "encoder": encoder.name,
        "features": list(NAMES),
        "seed": SEED,
        "models": models,
    }


def _fitted(inputs: Numbers, labels: Numbers, task: Task) -> Logistic:
    library: Any = import_module("sklearn.linear_model")
    used = np.array([name in task.features for name in NAMES])
    model = library.LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=2000)
    model.fit(inputs[:, used], labels)
    weights = np.zeros(len(NAMES))
    weights[used] = model.coef_[0]
    return Logistic(
        float(model.intercept_[0]), tuple(round(float(weight), 4) for weight in weights)
    )


def _held_out(
    model: Logistic, inputs: Numbers, labels: Numbers, threshold: float, task: Task
) -> dict[str, Any]:
    """Return how the model does on pairs of kinds and wordings that it has not seen."""
    metrics: Any = import_module("sklearn.metrics")
    scores = inputs @ np.array(model.weights) + model.bias
    return {
        "wanted": int((labels == 1).sum()),
        "unwanted": int((labels == 0).sum()),
        "auroc": round(float(metrics.roc_auc_score(labels, scores)), 4),
        "rate": task.rate,
        "recall": round(float((scores[labels == 1] > threshold).mean()), 4),
    }


def _examples(
    encoder: Encoder, role: Role, task: Task, chosen: Iterable[Pair]
) -> tuple[Numbers, Numbers]:
    """Return the features, shape (n, features), and the labels, shape (n,)."""
    found: list[tuple[Passage, Pair]] = []
    for pair in chosen:
        passage = _passage(role, pair)
        if passage and pair.label in task.wanted | task.unwanted:
            found.append((passage, pair))
    left = encoded(encoder, [passage.text for passage, _ in found])
    right = encoded(encoder, [pair.asked for _, pair in found])
    cosines = np.einsum("ij,ij->i", left, right)
    rows = [
        _inputs(passage, pair, float(cosine))
        for (passage, pair), cosine in zip(found, cosines, strict=True)
    ]
    labels = np.array([pair.label in task.wanted for _, pair in found], dtype=np.float64)
    return np.array(rows), labels


def _passage(role: Role, pair: Pair) -> Passage | None:
    is_topic = role is Role.EXAMPLE
    profile = TargetProfile(
        id="pair",
        version=1,
        names=() if is_topic else pair.names,
        passages=(pair.registered,),
        facts_only=role is Role.FACT,
    )
    return next(iter(identifying_passages(profile)), None)


def _inputs(passage: Passage, pair: Pair, cosine: float) -> tuple[float, ...]:
    wording = Wording.of(pair.asked)
    # A topic has no names, so nothing ever mentions it.
    is_named = passage.role is not Role.EXAMPLE and bool(OwnNames(pair.names).words & wording.words)
    return features_of(passage, wording, cosine=cosine, is_named=is_named).values()


def main(arguments: Sequence[str] | None = None) -> int:
    """Train with the default encoder and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).with_name(WEIGHTS_FILE)
    parser.add_argument("--output", type=Path, default=default, help="where to write")
    chosen = parser.parse_args(arguments)
    written = json.dumps(train(open_encoder()), indent=1) + "\n"
    chosen.output.write_text(written)
    sys.stdout.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
