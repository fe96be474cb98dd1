"""Edits of a graph leave its function as it is; whole encoders: test_export.py."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from detectors.encoding.graph import matrix_inputs, quick_norms, smoothed, with_outputs
from detectors.encoding.quantise import quantise
from detectors.encoding.served import INPUT, OUTPUT, session

CHANNELS = 16
Array = npt.NDArray[np.float32]


@pytest.fixture
def model() -> ModelProto:
    """Embed tokens, normalise them, and multiply them with three matrices, two of them one."""
    random = np.random.default_rng(0)

    def constant(name: str, *shape: int) -> TensorProto:
        return numpy_helper.from_array(random.standard_normal(shape).astype(np.float32), name)

    nodes = [
        helper.make_node("Gather", ["table", INPUT], ["embedded"]),
        helper.make_node(
            "LayerNormalization", ["embedded", "scale", "shift"], ["even"], epsilon=1e-12, axis=-1
        ),
        helper.make_node("MatMul", ["even", "first"], ["one"], name="one"),
        helper.make_node("MatMul", ["even", "first"], ["two"], name="two"),
        helper.make_node("Mul", ["one", "two"], ["product"]),
        helper.make_node("MatMul", ["product", "last"], ["rows"], name="three"),
        helper.make_node("ReduceMean", ["rows"], [OUTPUT], axes=[1], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, CHANNELS])],
        [
            constant("table", 50, CHANNELS),
            constant("scale", CHANNELS),
            constant("shift", CHANNELS),
            constant("first", CHANNELS, 32),
            constant("last", 32, CHANNELS),
        ],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="test"
    )


def tokens(seed: int, count: int = 9) -> npt.NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, 50, (1, count))


def run(model: ModelProto, row: npt.NDArray[np.int64], name: str = OUTPUT) -> Array:
    result: Array = session(model.SerializeToString()).run([name], {INPUT: row})[0]
    return result


def test_quick_norms_are_the_same_function(model: ModelProto) -> None:
    quick = quick_norms(model)
    assert "LayerNormalization" not in {node.op_type for node in quick.graph.node}
    for count in (2, 9, 40):
        row = tokens(count, count)
        assert np.allclose(run(quick, row), run(model, row), atol=1e-4)


def test_products_and_what_they_read_are_known(model: ModelProto) -> None:
    assert matrix_inputs(model) == {"one": "even", "two": "even", "three": "product"}
    row = tokens(1)
    assert run(with_outputs(model, ["even"]), row, "even").shape == (1, 9, CHANNELS)


def test_smoothing_changes_ranges_and_not_the_function(model: ModelProto) -> None:
    uneven = np.ones(CHANNELS, np.float32)
    uneven[3] = 1000
    smooth = smoothed(model, {"even": uneven, "product": np.ones(32, np.float32)})
    row = tokens(2)
    assert np.allclose(run(smooth, row), run(model, row), rtol=1e-3, atol=1e-3)
    inputs = set(matrix_inputs(smooth).values())
    assert len(inputs) == 2, "products that read the same activation share the divided one"
    (read,) = {name for name in inputs if name.startswith("even")}
    divided = run(with_outputs(smooth, [read]), row, read) / run(
        with_outputs(model, ["even"]), row, "even"
    )
    assert divided[0, 0, 3] < divided[0, 0, 0] / 100


def test_a_quantised_graph_computes_nearly_the_same(
    model: ModelProto, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("graph") / "int8.onnx"
    quantise(model, [tokens(seed) for seed in range(8)], path)
    exact, row = run(model, tokens(99)), tokens(99)
    rough = session(path).run([OUTPUT], {INPUT: row})[0]
    cosine = float((exact * rough).sum() / np.linalg.norm(exact) / np.linalg.norm(rough))
    assert cosine > 0.99
    assert not np.array_equal(exact, rough)
