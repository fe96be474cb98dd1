"""Backgrounds, judges and engines whose answers can be worked out by hand."""

from __future__ import annotations

import numpy as np

from detectors.encoding.protocol import Vectors
from detectors.semantic.background import Background
from detectors.semantic.engine import SemanticEngine
from detectors.semantic.features import NAMES
from detectors.semantic.particulars import Role
from detectors.semantic.verify import Logistic, Verifier
from detectors.vectors.index import VectorIndex

# A text counts where its cosine with a passage is at least so large; where it names the target,
# from so much less on.
COUNTS_FROM_COSINE = 0.5
LESS_WHERE_NAMED = 0.25


def plain_judge(less_where_named: float = LESS_WHERE_NAMED) -> Verifier:
    """Return a verifier that knows the cosine, and whether the target is named."""
    weights = {"cosine": 20.0, "named": 20 * less_where_named}
    model = Logistic(-20 * COUNTS_FROM_COSINE, tuple(weights.get(name, 0.0) for name in NAMES))
    return Verifier(dict.fromkeys((Role.ABOUT, Role.FACT, Role.EXAMPLE), model))


def unit_rows(count: int, dimension: int, seed: int = 0) -> Vectors:
    """Return `count` directions without any order."""
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def plain_background(rows: Vectors) -> Background:
    """Return the background of prompts of one piece, every second of them fitted on."""
    return Background(rows[0::2], rows[1::2], np.arange(len(rows) // 2))


def planted_engine(
    dimension: int,
    *,
    rate: float = 0.005,
    rows: int = 800,
    judge: Verifier | None = None,
    index: VectorIndex | None = None,
) -> SemanticEngine:
    """Return an engine whose background is without any order, and without targets by default."""
    background = plain_background(unit_rows(rows, dimension))
    held = VectorIndex(dimension) if index is None else index
    return SemanticEngine(held, background, judge or plain_judge(), rate=rate)
