"""Every entry lowers to programs that keep the numeric contract, run here by the deterministic interpreter."""

import math

import pytest
from sympy import Rational, cos, exp, log, sin, tanh

from symact.accuracy.reference import Reference
from symact.accuracy.table import BOUNDS
from symact.activation import Activation, x
from symact.catalog import get, names
from symact.functions import normal_cdf, sigmoid
from symact.lowering import lower
from symact.lowering.interpret import run
from symact.lowering.lower import lowered
from symact.lowering.parameters import named, sample_values
from symact.ulp import distance, spacing

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]
# The list, with both signs.
SPECIAL = [1e-30, 1e-8, 88.7, 709.0, 1e4, 3e38, 1.7e308, 5e-324]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_special_points(name):
    """At the points where naive code breaks f and f′ are within the contract: no NaN, no spurious overflow."""
    activation = get(name)
    kernels = lower(activation)
    defaults = named(sample_values(activation)[0])
    for order, program in enumerate((kernels.value, kernels.grad)):
        reference = Reference(activation, order, defaults)
        for magnitude in SPECIAL:
            for point in (magnitude, -magnitude):
                computed = float(run(program.result, {**defaults, "x": point}))
                assert not math.isnan(computed)
                exact = reference.exact(point)
                error = distance(computed, exact) * spacing(exact) / spacing(reference.scale(point))
                assert error <= BOUNDS["float64", order], (program.name, point, computed, exact)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_and_infinity(name):
    """NaN gives NaN; ±∞ gives the limit."""
    activation = get(name)
    defaults = named(sample_values(activation)[0])
    kernels = lower(activation)
    for order, program in enumerate((kernels.value, kernels.grad, kernels.grad2)):
        reference = Reference(activation, order, defaults)
        assert math.isnan(run(program.result, {**defaults, "x": math.nan}))
        for infinity in (math.inf, -math.inf):
            limit = reference.limit(infinity)
            if limit is None:
                assert activation.expr.has(sin, cos), "only what oscillates has no limit"
                continue
            assert run(program.result, {**defaults, "x": infinity}) == pytest.approx(limit, rel=1e-15)


def test_programs_are_deterministic():
    """Lowering twice gives equal programs, names of values included."""
    first, second = lowered(get("silu")), lowered(get("silu"))
    assert [p.straight_line() for p in first.programs()] == [p.straight_line() for p in second.programs()]


@pytest.mark.parametrize(
    ("expr", "bound"),
    [
        (x * sigmoid(Rational(7, 5) * x), 8),
        (exp(-(x**2)), 8),
        (log(1 + exp(-x)), 8),
        (x * normal_cdf(x) + tanh(x), 8),
        (1 - tanh(x) ** 2, 8),
    ],
    ids=str,
)
def test_formulas_outside_the_catalogue(expr, bound):
    """The method is general: other formulas of the class are lowered as exactly."""
    activation = Activation("other", expr)
    program = lower(activation).value
    reference = Reference(activation, 0, {})
    for point in (-40.5, -11.3, -2.2, -0.4, -1e-9, 1e-9, 0.7, 3.3, 19.9, 100.0):
        exact = reference.exact(point)
        error = (
            distance(float(run(program.result, {"x": point})), exact) * spacing(exact) / spacing(reference.scale(point))
        )
        assert error <= bound, (point, error)


def test_the_tail_of_gelu_is_not_lost():
    """GELU(−6) is −5.92e-09, and −30 gives −1.47e-196: torch's float32 kernel has 0 there."""
    program = lower(get("gelu")).value
    assert run(program.result, {"x": -6.0}) == pytest.approx(-5.919527000e-09, rel=1e-8)
    assert run(program.result, {"x": -30.0}) == pytest.approx(-1.4721e-196, rel=1e-3)
