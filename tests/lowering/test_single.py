"""Programs in single precision: where they hold, for which parameters, and how exact they are."""

import math

import numpy as np
import pytest
import torch

from generated import from_file
from symact import catalog
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, add, constant, div, mul, neg, op
from symact.lowering.interpret import run
from symact.lowering.program import Node
from symact.lowering.single import REACHES, TOLERABLE, single
from symact.lowering.smooth import X
from symact.ulp import spacings

SIGMOID = div(ONE, add(op("exp", neg(X)), ONE))


def test_the_plain_formula_does_where_no_argument_is_large():
    """A sigmoid in one exponential, as one would write it, up to e^80."""
    found = single(SIGMOID, [SIGMOID], {})
    assert found.result == div(ONE, add(op("exp_single", neg(X)), ONE))
    assert found.reach == 80.0
    assert 2.5 < found.error <= TOLERABLE


def test_what_no_library_computes_fast_has_no_program():
    """An error function takes as long in float32 as in float64."""
    node = op("erf", X)
    assert single(node, [node], {}) is None
    assert single(add(X, ONE), [add(X, ONE)], {}) is None


def test_a_parameter_has_its_only_value():
    """What is divided by 1 is not divided."""
    beta = Node("parameter", label="beta")
    scaled = div(SIGMOID, beta)
    found = single(scaled, [scaled], {"beta": 1.0})
    assert found.result == single(SIGMOID, [SIGMOID], {}).result
    assert found.parameters == {"beta": 1.0}


def test_what_numbers_give_is_computed():
    """Products of parameters, and choices by them: with β = ½, β·β ≤ |−β| for ever."""
    beta = Node("parameter", label="beta")
    small = op("le", mul(beta, beta), op("abs", neg(beta)))
    node = mul(op("select", small, mul(beta, beta), X), SIGMOID)
    found = single(node, [node], {"beta": 0.5})
    assert found.result == mul(constant(0.25), single(SIGMOID, [SIGMOID], {}).result)


@pytest.mark.parametrize("bound", [1e30, 90.0, 50.0])
def test_bounds_and_choices_beyond_the_reach_are_left_out(bound):
    """A choice at 50 stays where the reach is 80, and goes where it is 40."""
    held = op("maximum", X, constant(-bound))
    inner = div(held, add(op("exp", neg(held)), ONE))
    node = op("select", op("gt", X, constant(bound)), X, op("select", op("ne", X, X), X, inner))
    found = single(node, [node], {})
    assert found.result == div(X, add(op("exp_single", neg(X)), ONE))
    assert found.reach == (80.0 if bound > 80 else 40.0)


def test_expm1_is_a_quotient_of_tanh():
    """It is exact where x is not positive, on which side alone it is used."""
    found = lower(catalog.get("elu")).value.single
    x = np.linspace(-found.reach, found.reach, 20_001).astype(np.float32).astype(np.float64)
    truth = np.where(x <= 0, np.expm1(x), x)
    assert {"tanh_single", "div"} <= {step.op for step in found.result.walk()}
    assert (np.abs(run(found.result, {"x": x}, in_float=True) - truth) / spacings(truth, np.float32)).max() <= 2


def test_a_slope_takes_the_more_exact_exponential():
    """With a library's σ′ would be 4.5 ULP off; e^x in float32 is given up to 87, so that e^(2x) is, up to 40."""
    found = lower(catalog.get("sigmoid")).grad.single
    x = np.linspace(-found.reach, found.reach, 20_001).astype(np.float32).astype(np.float64)
    truth = np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2
    assert "exp_24" in {step.op for step in found.result.walk()}
    assert (np.abs(run(found.result, {"x": x}, in_float=True) - truth) / spacings(truth, np.float32)).max() <= 4
    assert lower(catalog.get("tanh")).grad.single.reach <= 40.0


def of_arrays(x):
    """Return the exponential of NumPy code."""
    return from_file("symact_numpy")._exp_24(x)


def of_tensors(x):
    """Return the exponential of PyTorch code."""
    return torch.exp(torch.from_numpy(x).double()).float().numpy()


@pytest.mark.parametrize(
    ("operation", "exact_function", "function"),
    [
        ("exp_single", np.exp, np.exp),
        ("tanh_single", np.tanh, np.tanh),
        ("exp_24", np.exp, of_arrays),
        ("exp_24", np.exp, of_tensors),
    ],
)
@pytest.mark.parametrize("reach", REACHES)
def test_a_library_is_within_what_is_assumed_of_it(operation, exact_function, function, reach):
    """Float32 functions at a million points are no farther off than programs are measured with."""
    x = np.linspace(-reach, reach, 1_000_001).astype(np.float32)
    exact = exact_function(x.astype(np.float64))
    off = np.abs(function(x) - exact)
    node = op(operation, X)
    picked = np.argsort(off / np.abs(exact + (exact == 0)))[-2000:]
    allowed = [np.abs(run(node, {"x": x[picked].astype(np.float64)}, slack) - exact[picked]) for slack in (1, -1)]
    rounding = spacings(exact[picked], np.float32) / 2
    assert (off[picked] <= np.minimum(*allowed) + rounding * (1 + 1e-6)).all()
    assert math.isfinite(off.max())
