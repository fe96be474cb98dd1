"""An encoder's graph with its products in int8: fast ones, and exact ones where that is needed.

It knows graphs and rows of tokens; it does not judge what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from detectors.encoding.graph import Floats, matrix_inputs, smoothed, with_outputs
from detectors.encoding.served import INPUT, session

# Share of the products that are quantised by blocks: twice as slow, and nearly exact.
EXACT_SHARE = 0.06
BLOCK = 128
LEVELS = 255
# The kernel's mode that multiplies in int8.
INT8_ACCURACY = 4

Tokens = npt.NDArray[np.int64]


def quantise(model: onnx.ModelProto, rows: Sequence[Tokens], path: Path) -> None:
    """Write the model with its products in int8: weights by channel, activations as they come.

    The products that lose most, by what rounding an activation to 255 levels adds to it, are
    quantised in blocks of each row instead.

    Args:
        rows: token rows of texts, by which the activations are known.
    """
    even = smoothed(model, {name: largest for name, (largest, _) in _ranges(model, rows).items()})
    inputs = matrix_inputs(even)
    noise = {name: value for name, (_, value) in _ranges(even, rows).items()}
    noisiest = sorted(inputs, key=lambda product: noise[inputs[product]], reverse=True)
    exact = set(noisiest[: round(EXACT_SHARE * len(noisiest))])
    quantize_dynamic(
        _in_blocks(even, exact),
        path,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        # Where the shape inference of the library gives up.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def _in_blocks(model: onnx.ModelProto, products: set[str]) -> onnx.ModelProto:
    others = [node.name for node in model.graph.node if node.name not in products]
    quantizer = MatMulNBitsQuantizer(
        model,
        bits=8,
        block_size=BLOCK,
        is_symmetric=True,
        accuracy_level=INT8_ACCURACY,
        nodes_to_exclude=others,
    )
    quantizer.process()
    quantised: onnx.ModelProto = quantizer.model.model
    return quantised


def _ranges(model: onnx.ModelProto, rows: Sequence[Tokens]) -> dict[str, tuple[Floats, float]]:
    """Return for each activation that a product reads each channel's maximum, and the noise.

    The noise is the mean square of the rounding error over the mean square of the activation.
    """
    names = list(dict.fromkeys(matrix_inputs(model).values()))
    running = session(with_outputs(model, names).SerializeToString())
    largest: dict[str, Floats] = {}
    noises: dict[str, list[float]] = {name: [] for name in names}
    for row in rows:
        for name, activation in zip(names, running.run(names, {INPUT: row}), strict=True):
            channels = np.abs(activation).reshape(-1, activation.shape[-1]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, channels), channels)
            step = float(np.ptp(activation)) / LEVELS
            noises[name].append(step**2 / 12 / float(np.mean(activation**2)))
    return {name: (largest[name], float(np.mean(noises[name]))) for name in names}
