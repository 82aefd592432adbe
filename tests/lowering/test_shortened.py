"""Shorter programs in double precision for results in float32, beside ball arithmetic of the definitions."""

from fractions import Fraction

import numpy as np
import pytest

from symact import catalog
from symact.accuracy.reference import Reference
from symact.lowering import lower
from symact.lowering.arithmetic import ONE, ZERO, constant, neg, op, sub
from symact.lowering.interpret import run
from symact.lowering.program import Node, rewritten
from symact.lowering.shortened import contracted, factored, shortened
from symact.ulp import spacings

X, P = Node("argument", label="x"), Node("parameter", label="p")
SIZES = 10.0 ** np.linspace(-40, 38, 79)
POINTS = np.concatenate([np.linspace(-110, 110, 221), SIZES, -SIZES]).astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("beta", [1.0, 1.3, 2.0**-60, 1e20])
def test_softplus_is_rounded_once(beta):
    """Within 0.6 ULP of float32 of the definition, by balls, for every β."""
    program = lower(catalog.get("softplus")).value
    beta = float(np.float32(beta))
    assert {"exp_30", "log1p_30"} <= {step.op for step in program.for_float.walk()}
    with np.errstate(over="ignore"):
        computed = run(program.for_float, {"x": POINTS, "beta": beta}).astype(np.float32).astype(np.float64)
    reference = Reference(catalog.get("softplus"), 0, {"beta": beta})
    exact = np.array([float(reference.exact(point)) for point in POINTS.tolist()])
    finite = np.isfinite(computed)
    assert (np.abs(computed - exact)[finite] / spacings(exact[finite], np.float32)).max() <= 0.6
    assert np.all(exact[~finite] > np.finfo(np.float32).max)


def test_what_may_grow_is_left_alone():
    """The exponential of something that may be positive, and a logarithm of more than decays."""
    grows, log = op("exp", op("mul", X, P)), op("log1p", op("abs", X))
    assert shortened(op("add", grows, log), {P: 1}) == op("add", grows, log)


def test_division_by_a_parameter_is_done_once():
    """It is a product with the inverse."""
    assert shortened(op("div", X, P), {}) == op("mul", X, op("div", ONE, P))


@pytest.mark.parametrize("name", ["add", "sub"])
@pytest.mark.parametrize("is_first", [True, False])
def test_products_and_sums_are_fused(name, is_first):
    """They are what they were, with one rounding."""
    product, rest = op("mul", X, constant(0.3)), constant(0.7)
    node = op(name, *((product, rest) if is_first else (rest, product)))
    assert contracted(node).op == "fused"
    for x in (0.1, -1.7, 3e20):
        value, number = Fraction(x) * Fraction(0.3), Fraction(0.7)
        first, second = (value, number) if is_first else (number, value)
        assert run(contracted(node), {"x": x}) == float(first + second if name == "add" else first - second)


def test_products_that_are_used_twice_are_not_fused():
    """They would be computed twice."""
    product = op("mul", X, X)
    assert all(step.op != "fused" for step in contracted(op("mul", op("add", product, ONE), product)).walk())


@pytest.mark.parametrize("name", ["add", "sub"])
def test_linear_functions_are_multiples_of_a_distance_from_their_zero(name):
    """x/3 + 1/2 is (x + 3/2)/3, x/p + 1 is (x + p)/p; where the zero is no float nothing is gained."""
    third, inverse = constant(1 / 3), op("div", ONE, P)
    for multiple, rest, zero in ((third, constant(0.5), constant(1.5)), (inverse, ONE, P)):
        found = rewritten(op(name, op("mul", multiple, X), rest), factored)
        assert found == op("mul", multiple, op(name, X, zero))
    for multiple, rest in ((constant(0.3), constant(0.7)), (P, ONE), (inverse, constant(2.0))):
        linear = op(name, op("mul", multiple, X), rest)
        assert rewritten(linear, factored) == linear


@pytest.mark.parametrize("above", [op("add", X, op("abs", X)), sub(X, op("abs", X))])
def test_choices_between_a_value_and_x_more_are_sums(above):
    """On both sides of 0 and at it."""
    below = above.args[1] if above.op == "add" else neg(above.args[1])
    points = np.array([-2.5, -0.0, 0.0, 1.25, np.inf])
    for node in (op("select", op("le", X, ZERO), below, above), op("select", op("gt", X, ZERO), above, below)):
        found = contracted(node)
        assert all(step.op != "select" for step in found.walk())
        assert np.array_equal(run(found, {"x": points}), run(node, {"x": points}), equal_nan=True)
