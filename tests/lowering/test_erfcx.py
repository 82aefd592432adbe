"""The kernel exp(x²)·erfc(x): where its table comes from, and how exact it is."""

import math

import numpy as np
import pytest
from flint import arb, ctx

from symact.backends.loading import module
from symact.lowering import erfcx
from symact.lowering.program import Kernels, Node, Program
from symact.ulp import distance


def test_the_table_is_what_the_script_gives():
    """The committed coefficients are those that the fit produces, to the last bit."""
    assert erfcx.fitted_coefficients(len(erfcx.COEFFICIENTS) - 1) == erfcx.COEFFICIENTS
    assert erfcx.fitted_quotient_float(len(erfcx.OVER_FLOAT)) == (erfcx.OVER_FLOAT, erfcx.UNDER_FLOAT)


def test_the_end_is_the_limit():
    """The rise from 0 to ∞ is 1/√π − 1/2, rounded."""
    with ctx.workprec(200):
        assert float((1 / arb.pi().sqrt() - arb("0.5")).mid()) == erfcx.END_RISE


def test_the_quotients_are_proved():
    """Before rounding, the relative error over all x ≥ 0 is below 2^−56, an eighth of an ulp at worst."""
    assert 0 < erfcx.relative_error_bound() < 2.0**-56
    assert 2.0**-30 < erfcx.relative_error_bound_float() < 2.0**-29


@pytest.fixture(scope="module")
def kernel():
    """Return the kernel as the NumPy backend has it."""
    result = Node("erfcx", (Node("argument", label="x"),))
    programs = [Program(name, ("x",), (), result, "", 2.0) for name in ("f", "f_grad", "f_grad2")]
    return module([Kernels("f", "", "", "", "", None, (), *programs)], "numpy").f


def exact(x):
    """Return exp(x²)·erfc(x) as a ball, by its definition or, far out, by its asymptotic series."""
    x = arb(float(x))
    if x < 1000:
        return (x * x).exp() * x.erfc()
    s = 1 / (2 * x * x)
    return (1 - s + 3 * s**2 - 15 * s**3 + 105 * s**4) / (x * arb.pi().sqrt())


def test_it_is_within_two_ulp(kernel):
    """The computed value is within 2 ULP at random points of every size."""
    generator = np.random.default_rng(7)
    points = np.concatenate(
        [
            2.0 ** generator.uniform(-1074, 1023.9, 1500),
            2.0 ** generator.uniform(-30, 30, 3000),
            generator.uniform(0, 30, 3000),
        ]
    )
    with ctx.workprec(300):
        worst = max(distance(float(y), exact(x)) for x, y in zip(points, kernel(points), strict=True))
    assert worst <= 2.0


def test_its_ends(kernel):
    """It is 1 at 0, 0 at ∞, and a NaN stays one."""
    found = kernel(np.array([0.0, 5e-324, math.inf, math.nan]))
    assert found[:3].tolist() == [1.0, 1.0, 0.0]
    assert math.isnan(found[3])
