"""The interpreter is IEEE arithmetic with correctly rounded elementary functions."""

import math

import pytest

from symact.lowering.arithmetic import constant, op
from symact.lowering.interpret import AS_IN_C, ELEMENTARY, EXACT, IN_FLOAT, IN_PARTS, OVER_THE_LINE, SINGLE, run
from symact.lowering.program import ARITY, FLOAT_ONLY, LEAVES, Node

X = Node("argument", label="x")
UNARY = {"exp": math.exp, "expm1": math.expm1, "log": math.log, "log1p": math.log1p, "tanh": math.tanh}
UNARY |= {"sin": math.sin, "cos": math.cos, "atan": math.atan, "asinh": math.asinh, "sqrt": math.sqrt}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("value", [1e-300, 1e-8, 0.3, 1.0, 2.7, 31.0, 700.0])
def test_elementary_functions_agree_with_libm(name, value):
    """Another implementation is at most one ULP away."""
    found, other = run(op(name, X), {"x": value}), UNARY[name](value)
    assert abs(found - other) <= math.ulp(other)


def test_every_elementwise_operation_has_a_meaning():
    """No operation of the language is missing."""
    over_rows = {"row_max", "row_sum"}
    assert set(EXACT) | set(ELEMENTARY) == set(ARITY) - LEAVES - over_rows - FLOAT_ONLY
    # These are written with what they lose before the program is run.
    unwritten = {"lifted_decay", "logistic_product", "decay_product", "excess_product", "log_product"}
    written = set(IN_FLOAT) | set(IN_PARTS) | set(OVER_THE_LINE) | set(SINGLE) | set(AS_IN_C)
    assert written >= FLOAT_ONLY - unwritten


def test_slack_moves_elementary_functions_only():
    """One unit of slack is one ULP of exp, and nothing for a product."""
    assert run(op("exp", X), {"x": 1.0}, slack=1) == math.nextafter(math.e, 3)
    assert run(op("mul", X, X), {"x": 1.1}, slack=1) == 1.1 * 1.1


def test_error_free_transformations():
    """a·b = p + product_error exactly, and a + b = s + sum_error exactly."""
    from fractions import Fraction

    a, b = 1 + 2**-30, 1 - 2**-31
    error = float(run(op("product_error", constant(a), constant(b)), {}))
    assert Fraction(a) * Fraction(b) == Fraction(a * b) + Fraction(error)
    a, b = 1e16, 3.3
    error = float(run(op("sum_error", constant(a), constant(b)), {}))
    assert Fraction(a) + Fraction(b) == Fraction(a + b) + Fraction(error)


@pytest.mark.parametrize(("a", "b", "c"), [(1 + 2**-30, 1 - 2**-30, -1.0), (0.1, 10.0, -1.0), (3.3, 7.7, 1e-17)])
def test_fused_operations_round_once(a, b, c):
    """a·b + c is the double next to the exact value."""
    from fractions import Fraction

    assert float(run(op("fused", *map(constant, (a, b, c))), {})) == float(Fraction(a) * Fraction(b) + Fraction(c))


@pytest.mark.parametrize(
    ("high", "low", "expected"), [(-1e300, math.nan, 0.0), (-747.0, 5.0, 0.0), (800.0, -1e-13, math.inf)]
)
def test_exp_sum_does_not_leak_its_low_part(high, low, expected):
    """Far below it is 0, far above ∞, whatever the low part is."""
    assert run(op("exp_sum", constant(high), constant(low)), {}) == expected


def test_erfcx_against_erfc():
    """e^(t²)·erfc(t), where neither factor is out of range."""
    for t in (0.0, 0.1, 1.0, 5.0):
        assert run(op("erfcx", constant(t)), {}) == pytest.approx(math.exp(t * t) * math.erfc(t), rel=1e-14)
    assert run(op("erfcx", constant(1e9)), {}) == pytest.approx(1 / (1e9 * math.sqrt(math.pi)), rel=1e-15)


def test_nan_passes_through():
    """Comparisons with NaN are false, minimum keeps a NaN in its first operand."""
    assert math.isnan(run(op("minimum", X, constant(1.0)), {"x": math.nan}))
    assert math.isnan(run(op("maximum", X, constant(1.0)), {"x": math.nan}))
    assert run(op("select", op("lt", X, constant(0.0)), constant(1.0), constant(2.0)), {"x": math.nan}) == 2.0
