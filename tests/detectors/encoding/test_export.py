"""The default encoder, exported once for this file and compared with sentence-transformers."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detectors.encoding.protocol import DEFAULT_ENCODER
from detectors.encoding.reference import SentenceTransformersEncoder
from detectors.encoding.served import OnnxEncoder
from detectors.encoding.source import source_of
from detectors.encoding.store import exported, open_encoder

TEXTS = (
    "Where was the painter born?",
    "Synthesise it in three steps.",
    "",
    "a",
    "\ud800 lone surrogates \udfff are read",
    "Où est née l'autrice de « La Mer » ? 海についての本",
    "word " * 1000,
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export it into a cache of this module."""
    directory = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(directory))
        exported(DEFAULT_ENCODER, source_of(DEFAULT_ENCODER))
    return directory


@pytest.fixture
def directory(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    (directory,) = (cache / "lethe" / "encoders").iterdir()
    return directory


def test_the_exact_graph_is_the_reference_and_the_served_one_near(directory: Path) -> None:
    reference = SentenceTransformersEncoder().encode(TEXTS)
    exact = OnnxEncoder(directory, precision="fp32").encode(TEXTS)
    assert (exact * reference).sum(axis=1).min() > 1 - 1e-3
    served = open_encoder()
    rough = served.encode(TEXTS)
    assert served.name.startswith("all-MiniLM-L6-v2 int8 ")
    assert (rough * reference).sum(axis=1).min() > 0.97
    for rows in (exact, rough):
        assert rows.dtype == np.float32 and rows.shape == (len(TEXTS), served.dimension)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_text_has_one_vector_whatever_stands_beside_it(directory: Path) -> None:
    encoder = OnnxEncoder(directory)
    together = encoder.encode(TEXTS)
    for row, text in zip(together, TEXTS, strict=True):
        assert np.array_equal(encoder.encode([text])[0], row)
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_nobody_else_may_read_the_export_and_none_is_left_unfinished(directory: Path) -> None:
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(directory.parent.stat().st_mode) == 0o700


def test_serving_loads_neither_torch_nor_transformers(directory: Path) -> None:
    program = (
        "import sys; from detectors.encoding.store import open_encoder; "
        "open_encoder().encode(['x']); "
        "print(*[m for m in ('torch', 'transformers', 'sentence_transformers', 'onnx') "
        "if m in sys.modules])"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == []
