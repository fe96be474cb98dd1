"""An exported encoder as it is served: a tokenizer and an ONNX graph, without torch.

It knows one directory that the export wrote; it does not know how or from what.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from detectors.encoding.protocol import Vectors
from detectors.errors import EncoderError

DESCRIPTION = "encoder.json"
TOKENIZER = "tokenizer.json"
INPUT = "input_ids"
OUTPUT = "vector"


@dataclass(frozen=True, slots=True)
class Description:
    """What an export says of itself.

    Attributes:
        source: the name or directory that was exported.
        precision: the graph to serve: `int8`, or `fp32` where the other is not exact enough.
        dimension: the length of the vectors.
        tokens: what a longer text is cut to, its opening and closing tokens included.
        prompt: what the encoder wants before each text.
        agreement: the smallest cosine between the vectors of the fp32 graph and the reference.
        shift: by how much cosines differ in int8, as a root mean square.
        digest: of the graph to serve.
    """

    source: str
    precision: str
    dimension: int
    tokens: int
    prompt: str
    agreement: float
    shift: float
    digest: str

    def write(self, directory: Path) -> None:
        """Write it into the directory of the export."""
        (directory / DESCRIPTION).write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, directory: Path) -> Description:
        """Read it from the directory of an export.

        Raises:
            EncoderError: there is none, or it cannot be read.
        """
        try:
            return cls(**json.loads((directory / DESCRIPTION).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise EncoderError(f"{directory} holds no export ({type(error).__name__})") from None


class OnnxEncoder:
    """An encoder that runs one exported graph on the CPU.

    Texts are encoded one after the other: padding costs what sharing would save, and a text has
    the same vector whatever stands beside it, which a quantised graph does not promise otherwise.
    """

    def __init__(self, directory: Path, *, threads: int = 1, precision: str | None = None) -> None:
        """Load the graph that the export chose, or the one of another precision.

        Raises:
            EncoderError: the directory does not hold what an export writes.
        """
        self.description = Description.read(directory)
        self._precision = precision or self.description.precision
        try:
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
            self._session = session(directory / f"{self._precision}.onnx", threads=threads)
        except Exception as error:  # Both libraries raise bare exceptions.
            raise EncoderError(f"the export {directory} does not load: {error}") from error

    @property
    def name(self) -> str:
        return f"{self.description.source} {self._precision} {self.description.digest[:8]}"

    @property
    def dimension(self) -> int:
        return self.description.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.empty((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self._session.run([OUTPUT], {INPUT: self.tokens(text)})[0][0]
        return rows

    def tokens(self, text: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Return the numbers of the tokens of a text, shape (1, tokens)."""
        return token_row(self._tokenizer, self.description.prompt + text)


def token_row(tokenizer: Tokenizer, text: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the numbers of the tokens of a text, shape (1, tokens)."""
    # A lone surrogate has no UTF-8, which the tokenizer needs.
    readable = text.encode("utf-8", "replace").decode()
    return np.array([tokenizer.encode(readable).ids], dtype=np.int64)


def session(graph: Path | bytes, *, threads: int = 1) -> onnxruntime.InferenceSession:
    """Return a graph ready to run on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
