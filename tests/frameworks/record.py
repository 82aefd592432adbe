"""Record what the frameworks themselves compute, for tests/frameworks/test_values.py.

Run it in an environment that has them, which symact's own need not be::

    pip install jax keras tensorflow-cpu onnx torch transformers timm
    python tests/frameworks/record.py

It rewrites values.json beside it: versions, points, and one row for each framework's function.
"""

import importlib.metadata
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

os.environ |= {"KERAS_BACKEND": "numpy", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

import jax
import keras
import numpy as np
import onnx
import tensorflow as tf
import timm.layers.activations as timm
import torch
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from transformers.activations import ACT2FN

Array = np.ndarray

# Zero, usual kinks and both tails; every point is a float32 too.
POSITIVE = [1 / 64, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 1, 1.25, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 24]
POINTS = sorted([-x for x in POSITIVE] + [0.0] + POSITIVE)

PACKAGES = ("jax", "keras", "onnx", "tensorflow-cpu", "timm", "torch", "transformers")


@dataclass(frozen=True)
class Row:
    """A framework's function, the entry of the catalogue that it is, and the parameters that make it so."""

    name: str
    framework: str
    function: str
    evaluate: Callable[[Array], Array]
    dtype: str = "float64"
    parameters: dict[str, float] = field(default_factory=dict)


def in_jax() -> Iterator[Row]:
    """jax.nn, jax.numpy and jax.scipy."""
    jax.config.update("jax_enable_x64", True)
    same = {
        "identity": "identity", "relu": "relu", "relu6": "relu6", "squareplus": "squareplus", "softplus": "softplus",
        "sparse_plus": "sparse_plus", "soft_sign": "softsign", "sigmoid": "sigmoid", "silu": "silu", "mish": "mish",
        "sparse_sigmoid": "sparse_sigmoid", "log_sigmoid": "logsigmoid", "elu": "elu", "leaky_relu": "leaky_relu",
        "hard_tanh": "hardtanh", "celu": "celu", "selu": "selu", "hard_sigmoid": "hardsigmoid",
        "hard_silu": "hardswish", "tanh": "tanh",
    }  # fmt: skip
    for theirs, ours in same.items():
        yield Row(ours, "jax", f"jax.nn.{theirs}", getattr(jax.nn, theirs))
    for ours, approximate in (("gelu", False), ("gelu_tanh", True)):
        function = partial(jax.nn.gelu, approximate=approximate)
        yield Row(ours, "jax", f"jax.nn.gelu(approximate={approximate})", function)
    yield Row("celu", "jax", "jax.nn.celu(alpha=2.5)", partial(jax.nn.celu, alpha=2.5), parameters={"alpha": 2.5})
    yield Row("elu", "jax", "jax.nn.elu(alpha=2.5)", partial(jax.nn.elu, alpha=2.5), parameters={"alpha": 2.5})
    yield Row("squareplus", "jax", "jax.nn.squareplus(b=1)", partial(jax.nn.squareplus, b=1), parameters={"b": 1})
    for theirs, ours in {
        "sin": "sine", "arctan": "arctan", "arcsinh": "arcsinh", "exp": "exponential", "sinc": "sinc", "abs": "vrelu",
        "square": "square",
    }.items():  # fmt: skip
        yield Row(ours, "jax", f"jax.numpy.{theirs}", getattr(jax.numpy, theirs))
    for name in ("softmax", "log_softmax", "logsumexp", "logmeanexp"):
        yield Row(name, "jax", f"jax.nn.{name}", getattr(jax.nn, name))
    yield Row("error_function", "jax", "jax.scipy.special.erf", jax.scipy.special.erf)
    yield Row("probit", "jax", "jax.scipy.special.ndtr", jax.scipy.special.ndtr)


def in_keras() -> Iterator[Row]:
    """keras.activations, by its NumPy backend, which computes most of them in float32 whatever it is given."""
    row = partial(Row, dtype="float32")
    same = {
        "relu": "relu", "relu6": "relu6", "celu": "celu", "elu": "elu", "selu": "selu", "softplus": "softplus",
        "softsign": "softsign", "squareplus": "squareplus", "soft_shrink": "softshrink", "sparse_plus": "sparse_plus",
        "silu": "silu", "gelu": "gelu", "tanh": "tanh", "tanh_shrink": "tanhshrink", "sigmoid": "sigmoid",
        "sparse_sigmoid": "sparse_sigmoid", "exponential": "exponential", "hard_sigmoid": "hardsigmoid",
        "hard_silu": "hardswish", "hard_tanh": "hardtanh", "hard_shrink": "hardshrink", "linear": "identity",
        "mish": "mish", "log_sigmoid": "logsigmoid",
    }  # fmt: skip
    for theirs, ours in same.items():
        yield row(ours, "keras", f"keras.activations.{theirs}", getattr(keras.activations, theirs))
    function = partial(keras.activations.gelu, approximate=True)
    yield row("gelu_tanh", "keras", "keras.activations.gelu(approximate=True)", function)
    function = keras.activations.leaky_relu
    yield row("leaky_relu", "keras", "keras.activations.leaky_relu", function, parameters={"negative_slope": 0.2})
    function = partial(keras.activations.threshold, threshold=1.0, default_value=-2.0)
    given = {"threshold": 1.0, "value": -2.0}
    yield row("threshold", "keras", "keras.activations.threshold(1, -2)", function, parameters=given)
    function = partial(keras.activations.relu, max_value=2.0)
    yield row("bounded_relu", "keras", "keras.activations.relu(max_value=2)", function, parameters={"bound": 2.0})
    function = partial(keras.activations.relu, threshold=1.5)
    yield row("thresholded_relu", "keras", "keras.activations.relu(threshold=1.5)", function, parameters={"alpha": 1.5})


def in_tensorflow() -> Iterator[Row]:
    """tf.nn and tf.math."""
    same = {
        "nn.relu": "relu", "nn.relu6": "relu6", "nn.elu": "elu", "nn.selu": "selu", "nn.softplus": "softplus",
        "nn.softsign": "softsign", "nn.sigmoid": "sigmoid", "nn.silu": "silu", "nn.tanh": "tanh", "nn.gelu": "gelu",
        "math.log_sigmoid": "logsigmoid", "math.erf": "error_function", "math.sin": "sine", "math.atan": "arctan",
        "math.asinh": "arcsinh", "math.exp": "exponential", "math.square": "square", "math.abs": "vrelu",
    }  # fmt: skip
    for theirs, ours in same.items():
        module, attribute = theirs.split(".")
        yield Row(ours, "tensorflow", f"tf.{theirs}", getattr(getattr(tf, module), attribute))
    yield Row("softmax", "tensorflow", "tf.nn.softmax", tf.nn.softmax)
    yield Row("log_softmax", "tensorflow", "tf.nn.log_softmax", tf.nn.log_softmax)
    yield Row("logsumexp", "tensorflow", "tf.reduce_logsumexp", tf.reduce_logsumexp)
    yield Row("gelu_tanh", "tensorflow", "tf.nn.gelu(approximate=True)", partial(tf.nn.gelu, approximate=True))
    given = {"negative_slope": 0.2}
    yield Row("leaky_relu", "tensorflow", "tf.nn.leaky_relu", tf.nn.leaky_relu, parameters=given)
    yield Row("swish", "tensorflow", "tf.nn.silu(beta=2.5)", partial(tf.nn.silu, beta=2.5), parameters={"beta": 2.5})


def in_torch() -> Iterator[Row]:
    """torch.nn.functional, torch and torch.special."""
    functional = torch.nn.functional
    for theirs in (
        "relu", "leaky_relu", "relu6", "hardtanh", "tanhshrink", "softshrink", "hardshrink", "sigmoid", "tanh",
        "softsign", "hardsigmoid", "logsigmoid", "elu", "celu", "selu", "gelu", "silu", "mish", "hardswish",
    ):  # fmt: skip
        yield Row(theirs, "torch", f"torch.nn.functional.{theirs}", getattr(functional, theirs))
    function = partial(functional.gelu, approximate="tanh")
    yield Row("gelu_tanh", "torch", 'torch.nn.functional.gelu(approximate="tanh")', function)
    yield Row("softplus", "torch", "torch.nn.functional.softplus", functional.softplus)
    function = partial(functional.softplus, beta=2.5)
    yield Row("softplus", "torch", "torch.nn.functional.softplus(beta=2.5)", function, parameters={"beta": 2.5})
    yield Row("prelu", "torch", "torch.nn.PReLU()", torch.nn.PReLU(dtype=torch.float64))
    yield Row("rrelu", "torch", "torch.nn.RReLU().eval()", torch.nn.RReLU().eval())
    function = partial(functional.threshold, threshold=1.0, value=-2.0)
    given = {"threshold": 1.0, "value": -2.0}
    yield Row("threshold", "torch", "torch.nn.functional.threshold(1, -2)", function, parameters=given)
    for theirs, ours in {
        "atan": "arctan", "erf": "error_function", "abs": "vrelu", "sin": "sine", "sinc": "sinc", "exp": "exponential",
        "asinh": "arcsinh", "square": "square",
    }.items():  # fmt: skip
        yield Row(ours, "torch", f"torch.{theirs}", getattr(torch, theirs))
    for name in ("softmax", "softmin", "log_softmax"):
        yield Row(name, "torch", f"torch.nn.functional.{name}", partial(getattr(functional, name), dim=0))
    yield Row("logsumexp", "torch", "torch.logsumexp", partial(torch.logsumexp, dim=0))
    yield Row("probit", "torch", "torch.special.ndtr", torch.special.ndtr)


def in_onnx() -> Iterator[Row]:
    """ONNX operators by the reference evaluator; attributes are float32, so the parameters are what it rounds to."""
    hundredth, fifth = float(np.float32(0.01)), float(np.float32(0.2))
    for operator, attributes, name, parameters in (
        ("Relu", {}, "relu", {}),
        ("LeakyRelu", {}, "leaky_relu", {"negative_slope": hundredth}),
        ("ThresholdedRelu", {}, "thresholded_relu", {}),
        ("Elu", {}, "elu", {}),
        ("Selu", {}, "selu", {}),
        ("Gelu", {}, "gelu", {}),
        ("Gelu", {"approximate": "tanh"}, "gelu_tanh", {}),
        ("Mish", {}, "mish", {}),
        ("Swish", {}, "silu", {}),
        ("Swish", {"alpha": 2.5}, "swish", {"beta": 2.5}),
        ("Sigmoid", {}, "sigmoid", {}),
        ("HardSigmoid", {}, "affine_hardsigmoid", {"alpha": fifth}),
        ("HardSwish", {}, "hardswish", {}),
        ("Tanh", {}, "tanh", {}),
        ("Softsign", {}, "softsign", {}),
        ("Softplus", {}, "softplus", {}),
        ("Shrink", {}, "shrink", {}),
        ("Shrink", {"lambd": 1.5, "bias": 0.5}, "shrink", {"lambd": 1.5, "bias": 0.5}),
        ("Shrink", {"lambd": 1.5}, "hardshrink", {"lambd": 1.5}),
        ("Shrink", {"lambd": 1.5, "bias": 1.5}, "softshrink", {"lambd": 1.5}),
        ("Erf", {}, "error_function", {}),
        ("Sin", {}, "sine", {}),
        ("Atan", {}, "arctan", {}),
        ("Asinh", {}, "arcsinh", {}),
        ("Exp", {}, "exponential", {}),
        ("Abs", {}, "vrelu", {}),
        ("Softmax", {"axis": 0}, "softmax", {}),
        ("LogSoftmax", {"axis": 0}, "log_softmax", {}),
    ):
        given = ", ".join(f"{key}={value!r}" for key, value in attributes.items())
        yield Row(name, "onnx", f"{operator}({given})", onnx_operator(operator, attributes), parameters=parameters)
    yield Row("celu", "onnx", "Celu()", onnx_operator("Celu", {}, TensorProto.FLOAT), dtype="float32")


def onnx_operator(operator: str, attributes: dict, kind: int = TensorProto.DOUBLE) -> Callable[[Array], Array]:
    """Return one operator as a function."""
    node = helper.make_node(operator, ["x"], ["y"], **attributes)
    x, y = (helper.make_tensor_value_info(name, kind, [None]) for name in "xy")
    model = helper.make_model(helper.make_graph([node], "one", [x], [y]))
    onnx.checker.check_model(model)
    session = ReferenceEvaluator(model)
    return lambda values: session.run(None, {"x": values})[0]


def in_transformers() -> Iterator[Row]:
    """ACT2FN of Hugging Face transformers."""
    for theirs, ours in {
        "gelu": "gelu", "gelu_10": "gelu_10", "gelu_python": "gelu", "gelu_new": "gelu_tanh", "gelu_fast": "gelu_tanh",
        "gelu_pytorch_tanh": "gelu_tanh", "gelu_python_tanh": "gelu_tanh", "gelu_accurate": "gelu_tanh",
        "quick_gelu": "gelu_sigmoid", "hardswish": "hardswish", "laplace": "laplace", "leaky_relu": "leaky_relu",
        "linear": "identity", "mish": "mish", "relu": "relu", "relu2": "relu_squared", "relu6": "relu6",
        "sigmoid": "sigmoid", "silu": "silu", "swish": "silu", "sqrtsoftplus": "sqrt_softplus", "tanh": "tanh",
    }.items():  # fmt: skip
        yield Row(ours, "transformers", f'ACT2FN["{theirs}"]', ACT2FN[theirs])
    xielu = ACT2FN["xielu"].double().requires_grad_(False)
    softplus = torch.nn.functional.softplus
    beta = float(xielu.beta)
    given = {"alpha_p": float(softplus(xielu.alpha_p)), "alpha_n": beta + float(softplus(xielu.alpha_n)), "beta": beta}
    yield Row("xielu", "transformers", 'ACT2FN["xielu"]', xielu, parameters=given)


def in_timm() -> Iterator[Row]:
    """timm.layers.activations."""
    for theirs, ours in {
        "swish": "silu", "mish": "mish", "sigmoid": "sigmoid", "tanh": "tanh", "hard_swish": "hardswish",
        "hard_sigmoid": "hardsigmoid", "hard_mish": "hard_mish", "quick_gelu": "gelu_sigmoid", "gelu": "gelu",
        "gelu_tanh": "gelu_tanh",
    }.items():  # fmt: skip
        yield Row(ours, "timm", f"timm.layers.activations.{theirs}", getattr(timm, theirs))


FRAMEWORKS = (in_jax, in_keras, in_tensorflow, in_torch, in_onnx, in_transformers, in_timm)


def values(row: Row) -> list[float]:
    """Evaluate a row at the points, in its type."""
    x = np.array(POINTS, dtype=row.dtype)
    argument = torch.from_numpy(x) if row.framework in ("torch", "transformers", "timm") else x
    result = row.evaluate(argument)
    found = result.detach().numpy() if isinstance(result, torch.Tensor) else np.asarray(result)
    if found.dtype != x.dtype:
        raise TypeError(f"{row.function} returns {found.dtype} for {x.dtype}")
    return [float(value) for value in np.atleast_1d(found)]


def main() -> None:
    """Write values.json."""
    rows = [
        {
            "name": row.name,
            "framework": row.framework,
            "function": row.function,
            "dtype": row.dtype,
            "parameters": row.parameters,
            "values": values(row),
        }
        for framework in FRAMEWORKS
        for row in framework()
    ]
    versions = {package: importlib.metadata.version(package) for package in PACKAGES}
    recorded = ",\n    ".join(json.dumps(row) for row in rows)
    head = f'  "versions": {json.dumps(versions)},\n  "points": {json.dumps(POINTS)},\n'
    text = f'{{\n{head}  "rows": [\n    {recorded}\n  ]\n}}\n'
    Path(__file__).with_name("values.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
