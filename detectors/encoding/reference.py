"""The encoder as sentence-transformers runs it: the reference, and what serves where no export can.

It knows texts only; what its vectors are compared with is not known here.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detectors.encoding.protocol import DEFAULT_ENCODER, Vectors
from detectors.encoding.source import source_of
from detectors.errors import EncoderError


class SentenceTransformersEncoder:
    """An encoder of the sentence-transformers library, on the CPU.

    The default is read from its installed package; any other value is what the library accepts:
    a name of its model hub, or a directory. torch is imported here and nowhere else.
    """

    def __init__(self, name: str = DEFAULT_ENCODER, *, threads: int = 1) -> None:
        """Load the encoder.

        Raises:
            EncoderError: the library or the model is missing or does not load.
        """
        self._name = name
        source = source_of(name)
        if Path(source).is_dir():
            # Nothing has to be asked of the hub then, and nothing may be waited for.
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        # The tokenizer has threads of its own otherwise, one for each core.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            importlib.import_module("torch").set_num_threads(threads)
            library = importlib.import_module("sentence_transformers")
            self._model = library.SentenceTransformer(source, device="cpu")
        except ImportError as error:
            raise EncoderError(f"{error.name} is missing: pip install lethe-gateway") from error
        except (OSError, ValueError, RuntimeError) as error:
            raise EncoderError(
                f"encoder {name!r} does not load ({type(error).__name__}): give a directory, or a "
                "name that sentence-transformers can download"
            ) from error
        self._dimension = int(self._model.encode(["dimension"]).shape[1])

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        # A lone surrogate has no UTF-8, which the tokenizer needs.
        readable = [text.encode("utf-8", "replace").decode() for text in texts]
        vectors = self._model.encode(
            readable, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)
