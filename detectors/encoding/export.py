"""Makes an encoder's ONNX export: `python -m detectors.encoding.export SOURCE DIRECTORY`.

It runs in a process of its own, which alone loads torch, and knows nothing of where exports are
kept. What it writes is checked against sentence-transformers before it ends.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from tokenizers import Tokenizer

from detectors.encoding.graph import quick_norms
from detectors.encoding.protocol import Vectors
from detectors.encoding.quantise import quantise
from detectors.encoding.samples import calibration_texts, check_texts
from detectors.encoding.served import (
    INPUT,
    OUTPUT,
    TOKENIZER,
    Description,
    OnnxEncoder,
    token_row,
)
from detectors.errors import EncoderError

OPSET = 20
LEAST_AGREEMENT = 0.999
# Root mean square by which cosines of unseen texts may move in int8. Here 0.0053 left every suite's
# AUROC within 0.002, while the usual quantisation, with 0.010, did not.
LARGEST_SHIFT = 0.008


def main(arguments: Sequence[str] | None = None) -> int:
    """Export an encoder into a directory that exists, and return the exit status."""
    parser = argparse.ArgumentParser(prog="detectors.encoding.export", description=__doc__)
    parser.add_argument("source", help="directory, or name that sentence-transformers knows")
    parser.add_argument("directory", type=Path, help="where to write the export")
    parser.add_argument("--label", help="what the export is called; default: the source")
    chosen = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    try:
        export(chosen.source, chosen.directory, label=chosen.label or chosen.source)
    except Exception as error:  # Whatever fails in a model's own code is the answer.
        sys.stderr.write(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}\n")
        return 1
    return 0


def export(source: str, directory: Path, *, label: str) -> Description:
    """Write tokenizer, fp32 and int8 graph, and their description.

    Raises:
        EncoderError: the fp32 graph does not compute what the reference does.
    """
    model = _reference(source)
    tokenizer = _write_tokenizer(model, directory)
    prompt = str(model.prompts.get(model.default_prompt_name) or "")
    exact = quick_norms(_trace(model))
    onnx.save(exact, directory / "fp32.onnx")
    rows = [token_row(tokenizer, prompt + text) for text in calibration_texts()]
    quantise(exact, rows, directory / "int8.onnx")
    truth = model.encode(list(check_texts()), normalize_embeddings=True, show_progress_bar=False)
    return _described(directory, truth, _draft(label, model, prompt))


def _reference(source: str) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if Path(source).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    importlib.import_module("torch").set_num_threads(1)
    library = importlib.import_module("sentence_transformers")
    # The other implementations of attention export into more operators for the same numbers.
    arguments = {"attn_implementation": "eager"}
    return library.SentenceTransformer(source, device="cpu", model_kwargs=arguments).eval()


def _draft(label: str, model: Any, prompt: str) -> Description:
    dimension = int(model.encode(["dimension"]).shape[1])
    return Description(label, "fp32", dimension, int(model.max_seq_length), prompt, 0.0, 1.0, "")


def _write_tokenizer(model: Any, directory: Path) -> Tokenizer:
    # A copy: the reference keeps its own settings.
    tokenizer: Tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(int(model.max_seq_length))
    tokenizer.save(str(directory / TOKENIZER))
    if len(tokenizer.encode("").ids) < 2:
        raise EncoderError("its tokenizer leaves nothing of an empty text")
    return tokenizer


def _trace(model: Any) -> onnx.ModelProto:
    """Return the graph from the tokens of one text, without padding, to a unit vector."""
    torch = importlib.import_module("torch")

    class Unit(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: Any) -> Any:
            vector = self.model({"input_ids": tokens})["sentence_embedding"]
            return torch.nn.functional.normalize(vector, p=2, dim=1)

    length = torch.export.Dim("length", min=2, max=int(model.max_seq_length))
    with torch.no_grad(), tempfile.TemporaryDirectory() as directory:
        program = torch.onnx.export(
            Unit().eval(),
            (torch.arange(100, 107).unsqueeze(0),),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({1: length},),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
        path = Path(directory) / "graph.onnx"
        program.save(str(path), external_data=False)
        return onnx.load(path)


def _described(directory: Path, truth: Vectors, draft: Description) -> Description:
    """Judge both graphs by texts that calibrated neither, and write which one to serve."""
    draft.write(directory)
    texts = check_texts()
    exact = OnnxEncoder(directory, precision="fp32").encode(texts)
    rough = OnnxEncoder(directory, precision="int8").encode(texts)
    agreement = float((exact * truth).sum(axis=1).min())
    if not agreement >= LEAST_AGREEMENT:
        raise EncoderError(f"the exported graph differs from the reference: cosine {agreement:.4f}")
    pairs = np.triu_indices(len(texts), 1)
    shift = float(np.sqrt(np.mean(((rough @ rough.T) - (exact @ exact.T))[pairs] ** 2)))
    precision = "int8" if shift <= LARGEST_SHIFT else "fp32"
    digest = hashlib.sha256((directory / f"{precision}.onnx").read_bytes()).hexdigest()
    description = replace(
        draft, precision=precision, agreement=agreement, shift=shift, digest=digest
    )
    description.write(directory)
    return description


if __name__ == "__main__":
    sys.exit(main())
