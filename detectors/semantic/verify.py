"""The verify stage: whether a text asks what a passage says, judged by a small calibrated model.

One logistic regression for each role of a passage, trained by `detectors.semantic.training` on
generated pairs and shipped as `verify.json`. It knows features, not texts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from detectors.semantic.features import Features
from detectors.semantic.particulars import Role

WEIGHTS_FILE = "verify.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: the probability is the sigmoid of `bias` + `weights` * values.

    Attributes:
        bias: the constant term, with the threshold at probability one half.
        weights: one for each of `features.NAMES`.
    """

    bias: float
    weights: tuple[float, ...]

    def margin(self, features: Features) -> float:
        """Return the logarithm of the odds; a text counts from 0 on."""
        terms = zip(self.weights, features.values(), strict=True)
        return self.bias + sum(weight * value for weight, value in terms)


@dataclass(frozen=True, slots=True)
class Verifier:
    """The trained models by the role of a passage."""

    models: Mapping[Role, Logistic]

    @classmethod
    def shipped(cls) -> Verifier:
        """Return the models that come with this package."""
        text = files("detectors.semantic").joinpath(WEIGHTS_FILE).read_text()
        return cls.read(json.loads(text)["models"])

    @classmethod
    def read(cls, models: Mapping[str, Mapping[str, object]]) -> Verifier:
        """Return the models as they stand in the file."""
        return cls(
            {
                Role(role): Logistic(
                    float(str(model["bias"])),
                    tuple(float(weight) for weight in _numbers(model["weights"])),
                )
                for role, model in models.items()
            }
        )

    def margin(self, role: Role, features: Features) -> float:
        """Return the logarithm of the odds that text and passage agree."""
        return self.models[role].margin(features)


def probability(margin: float) -> float:
    """Return the sigmoid of a margin, in (0, 1)."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, margin))))


def _numbers(value: object) -> list[float]:
    assert isinstance(value, list)
    return value
