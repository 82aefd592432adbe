"""The normal form tells equal expressions from unequal ones, and never calls unequal ones equal."""

import pytest
from sympy import LambertW, Rational, Symbol, cos, cosh, erf, erfc, exp, log, pi, sin, sinh, sqrt, tanh

from symact.activation import x
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus
from symact.textbook.normal_form import vanishes

y = Symbol("y", real=True)
b = Symbol("b", positive=True)

EQUAL = (
    (tanh(x), 2 * sigmoid(2 * x) - 1),
    (softplus(x) - softplus(-x), x),
    (log(sigmoid(x)), -softplus(-x)),
    (exp(softplus(x)), 1 + exp(x)),
    (normal_cdf(x) + normal_cdf(-x), 1),
    (erf(x), 1 - erfc(x)),
    (normal_pdf(x) * sqrt(2 * pi), exp(-(x**2) / 2)),
    (log(b**2 * exp(x)), 2 * log(b) + x),
    (cosh(x) ** 2 - sinh(x) ** 2, 1),
    (exp(x / 3) ** 3, exp(x)),
    (log(6), log(2) + log(3)),
    (exp(LambertW(b)), b / LambertW(b)),
    (sin(x + y), sin(x) * cos(y) + cos(x) * sin(y)),
    (2 * sin(x / 2) ** 2, 1 - cos(x)),
    (b**x * b**y, b ** (x + y)),
)

UNEQUAL = (
    (tanh(x), 2 * sigmoid(2 * x)),
    (softplus(x) - softplus(-x), -x),
    (log(1 + exp(x)), x),
    (erf(x), erfc(x)),
    (exp(x) ** 2, exp(x**2)),
    (log(x**2 + 1), 2 * log(x)),
    (sin(x) ** 2, cos(x) ** 2),
    (sqrt(2), Rational(141421356237, 100000000000)),
    (sqrt(x**2), x),
)


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=lambda e: str(e))
def test_equal_expressions_agree(left, right):
    """The difference is shown to vanish."""
    assert vanishes(left - right)


@pytest.mark.parametrize(("left", "right"), UNEQUAL, ids=lambda e: str(e))
def test_unequal_expressions_differ(left, right):
    """The difference is not shown to vanish: it does not, as a value shows."""
    point = {x: Rational(-7, 10), y: Rational(13, 10), b: Rational(9, 10)}
    assert abs((left - right).subs(point).evalf(30)) > 1e-13
    assert not vanishes(left - right)
