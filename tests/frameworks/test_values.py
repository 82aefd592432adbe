"""What the frameworks compute is what the entries say: recorded values against the symbolic originals, by balls.

values.json holds the frameworks' own values (tests/frameworks/record.py wrote it), so that none of them is needed here.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from flint import arb
from sympy import Rational

from symact.accuracy.reference import vector_reference
from symact.activation import x
from symact.balls import evaluate
from symact.catalog import get

RECORD = json.loads(Path(__file__).with_name("values.json").read_text("utf-8"))
POINTS = RECORD["points"]
ROWS = {row["function"]: row for row in RECORD["rows"]}

EPSILON = {"float32": 2.0**-23, "float64": 2.0**-52}
UNITS = 3.0
"""Of the type's epsilon, relative to the exact value: what a careful implementation keeps."""

# fmt: off
RELATIVE = {  # error relative to the exact value, where it is above UNITS
    "jax.nn.gelu(approximate=False)": 1e-13,     # erfc far out: e^(−u²) of a rounded u²
    "jax.scipy.special.ndtr": 1e-13,             # likewise
    "tf.nn.elu": 1e-14,                          # e^x − 1 near 0
    "tf.nn.selu": 1e-14,                         # likewise
    "tf.nn.leaky_relu": 2e-8,                    # the slope is a float32
    "Selu()": 4e-8,                              # ONNX's default constants are float32
    "ACT2FN[\"quick_gelu\"]": 2e-15,             # e^x far out, of a rounded 1.702·x
    "timm.layers.activations.quick_gelu": 2e-15, # likewise
}

ABSOLUTE = {  # error regardless of the exact value, where digits cancel or float32 constants are used
    "jax.nn.squareplus": 1e-15,                  # x + √(x² + b) cancels for x → −∞
    "jax.nn.squareplus(b=1)": 1e-15,             # likewise
    "jax.nn.gelu(approximate=True)": 1e-15,      # 1 + tanh cancels
    "jax.numpy.sinc": 1e-16,                     # the sine of a rounded π·x is not 0 at whole x
    "jax.nn.log_softmax": 1e-15,                 # x − log Σ e^x cancels at the largest entry
    "tf.nn.log_softmax": 1e-15,                  # likewise
    "torch.nn.functional.log_softmax": 1e-15,    # likewise
    "LogSoftmax(axis=0)": 1e-15,                 # the logarithm of a rounded softmax near 1
    "keras.activations.squareplus": 1e-7,        # x + √(x² + b) cancels, in float32
    "keras.activations.gelu": 1e-6,              # 1 + erf cancels, in float32
    "keras.activations.gelu(approximate=True)": 1e-6,  # 1 + tanh cancels, in float32
    "keras.activations.tanh_shrink": 1e-6,       # x − tanh x cancels, in float32
    "tf.nn.gelu": 1e-8,                          # √2 is a float32
    "tf.nn.gelu(approximate=True)": 1e-8,        # √(2/π) is a float32
    "torch.nn.functional.tanhshrink": 1e-15,     # x − tanh x cancels
    "torch.nn.functional.gelu": 1e-15,           # 1 + erf cancels
    "torch.nn.functional.gelu(approximate=\"tanh\")": 1e-15,  # 1 + tanh cancels
    "torch.nn.functional.softplus": 1e-10,       # x itself above the threshold 20
    "torch.nn.functional.softplus(beta=2.5)": 1e-10,  # likewise
    "torch.sinc": 1e-16,                         # the sine of a rounded π·x is not 0 at whole x
    "torch.special.ndtr": 1e-16,                 # 1 + erf cancels
    "Gelu()": 1e-7,                              # erf by math in float32, and 1 + erf cancels
    "Gelu(approximate='tanh')": 1e-8,            # √(2/π) is a float32
    "HardSwish()": 1e-7,                         # 1/6 is a float32
    "Erf()": 1e-7,                               # erf in float32
    "ACT2FN[\"gelu\"]": 1e-15,                   # 1 + erf cancels
    "ACT2FN[\"gelu_10\"]": 1e-15,                # likewise
    "ACT2FN[\"gelu_python\"]": 1e-15,            # likewise
    "ACT2FN[\"gelu_new\"]": 1e-15,               # 1 + tanh cancels
    "ACT2FN[\"gelu_fast\"]": 1e-12,              # likewise, and √(2/π) has 10 digits
    "ACT2FN[\"gelu_pytorch_tanh\"]": 1e-15,      # 1 + tanh cancels
    "ACT2FN[\"gelu_python_tanh\"]": 1e-15,       # likewise
    "ACT2FN[\"gelu_accurate\"]": 1e-15,          # likewise
    "ACT2FN[\"laplace\"]": 1e-16,                # 1 + erf cancels
    "ACT2FN[\"sqrtsoftplus\"]": 1e-11,           # the soft plus is x itself above the threshold 20
    "ACT2FN[\"xielu\"]": 1e-6,                   # e^min(x, ε) with ε ≈ −10⁻⁶: −8·10⁻⁷ at 0
    "timm.layers.activations.gelu": 1e-15,       # 1 + erf cancels
    "timm.layers.activations.gelu_tanh": 1e-15,  # 1 + tanh cancels
}
# fmt: on


def exact(row):
    """Return the values of the symbolic original, as balls."""
    given = {name: Rational(value) for name, value in row["parameters"].items()}
    original = get(row["name"]).at(**given).at_defaults()
    if original.is_elementwise:
        return [evaluate(original.expr, {x: point}, bits=80) for point in POINTS]
    return vector_reference(original.expr, {"x": np.array(POINTS)}, {})


@pytest.mark.parametrize("function", ROWS)
def test_frameworks_compute_the_entry(function):
    """At 41 points, kinks and tails among them, the framework's value is the entry's, up to the error stated here."""
    row = ROWS[function]
    relative, absolute = RELATIVE.get(function, UNITS * EPSILON[row["dtype"]]), ABSOLUTE.get(function, 0.0)
    for value, ball in zip(row["values"], exact(row), strict=True):
        assert math.isfinite(value)
        error, size = abs(float((arb(value) - ball).mid())), abs(float(ball.mid()))
        assert error <= relative * size + absolute


def test_no_bound_is_loose_for_nothing():
    """Every row of the tables of errors belongs to a function, and without it the function would fail."""
    for function in RELATIVE | ABSOLUTE:
        row = ROWS[function]
        pairs = zip(row["values"], exact(row), strict=True)
        strict = UNITS * EPSILON[row["dtype"]]
        assert any(abs(arb(value) - ball) > strict * abs(ball) for value, ball in pairs), function


def test_every_framework_is_there():
    """The seven frameworks were recorded, each with its version, and more than 50 entries have a framework's values."""
    assert {row["framework"] for row in ROWS.values()} == {
        "jax", "keras", "tensorflow", "torch", "onnx", "transformers", "timm",
    }  # fmt: skip
    assert set(RECORD["versions"]) == {"jax", "keras", "tensorflow-cpu", "torch", "onnx", "transformers", "timm"}
    assert len({row["name"] for row in ROWS.values()}) > 50
