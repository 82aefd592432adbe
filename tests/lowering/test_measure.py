"""How far programs are from the truth: what is measured of computing in float32, and where zeros are."""

import numpy as np
import pytest

from symact import catalog
from symact.lowering import lower
from symact.lowering.arithmetic import constant, op
from symact.lowering.interpret import run
from symact.lowering.measure import changes_sign, float_error
from symact.lowering.program import Node

X = np.linspace(-9, 9, 100_001, dtype=np.float32)


@pytest.mark.parametrize("name", ["relu", "hardswish", "hardsigmoid", "softsign"])
def test_float_error_is_that_of_float32(name):
    """NumPy's own float32 arithmetic on the formula gives what is measured, and stays within it."""
    formulas = {
        "relu": lambda x: np.maximum(x, np.float32(0)),
        "hardswish": lambda x: np.where(x <= -3, 0, np.where(x <= 3, x * (x + np.float32(3)) / np.float32(6), x)),
        "hardsigmoid": lambda x: np.where(x <= -3, 0, np.where(x <= 3, (x + np.float32(3)) / np.float32(6), 1)),
        "softsign": lambda x: x / (np.float32(1) + np.abs(x)),
    }
    node = lower(catalog.get(name)).value.result
    computed = run(node, {"x": X.astype(np.float64)}, in_float=True)
    assert computed.tolist() == formulas[name](X).astype(np.float64).tolist()
    exact = formulas[name](X.astype(np.float64))
    errors = np.abs(computed - exact) / np.spacing(np.abs(exact).astype(np.float32))
    assert errors.max() <= float_error(node, node, {}) <= 2


def test_float_error_is_large_where_digits_are_lost():
    """Near a zero no digit is left, and where e^x − 1 is computed as it is written."""
    slope = lower(catalog.get("hardswish")).grad.result
    assert float_error(slope, slope, {}) > 100
    x = Node("argument", label="x")
    naive, exact = op("sub", op("exp", x), constant(1.0)), op("expm1", x)
    assert float_error(naive, exact, {}) > 1e6
    assert float_error(exact, exact, {}) < 1


@pytest.mark.parametrize(("name", "expected"), [("silu", True), ("gelu", True), ("tanh", False), ("softplus", False)])
def test_zeros_of_the_slope(name, expected):
    """The slope of silu and gelu has a zero, those of tanh and softplus have none."""
    kernels = lower(catalog.get(name))
    values = {keyword.name: keyword.default for keyword in kernels.keywords}
    assert changes_sign(kernels.grad.result, values) is expected
    assert kernels.grad.changes_sign is expected
