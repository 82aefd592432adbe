"""Laurent series agree with the function close to where they are taken."""

import pytest
from flint import arb
from sympy import Rational, Symbol, asinh, atan, cos, cosh, erf, erfc, exp, log, pi, sin, sinh, sqrt, tanh

from symact.balls import evaluate, working_precision
from symact.errors import OpenError
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus
from symact.lowering.laurent import laurent

x = Symbol("x", real=True)

AT_0 = [
    (exp(x) - 1) / x,
    x - tanh(x),
    sin(x) / x,
    (1 - cos(x)) / x**2,
    log(cosh(x)),
    x * softplus(x) - erf(x),
    sqrt(1 + x) - 1 - x / 2,
    atan(x) - asinh(x),
    sigmoid(x) - normal_cdf(x),
    1 / (exp(x) - 1) - 1 / x,
    (1 + x) ** Rational(5, 2) - normal_pdf(x),
    erfc(x) - sinh(x),
]
AT_INFINITY = [
    (sqrt(x**2 + 4) - x, 1),
    (sqrt(x**2 + 4) + x, -1),
    (x * (pi / 2 - atan(x)), 1),
    (x / (1 + x**2) + 1 / x, -1),
    (x**2 * tanh(x) - x / 3, 1),
    (softplus(x) + 1 / x, 1),
    (x * sigmoid(x) + erf(x), 1),
    (log(exp(2 * x) + exp(x) + 1), 1),
    (log(cosh(x)), -1),
    (exp(-x) * x**3 + 1 / x, 1),
    (exp(x) / (1 + exp(x)) - 1 / x**2, 1),
    (normal_cdf(x) + log(1 + 1 / x), 1),
]


def value(series, t):
    return sum((c * t ** (series.valuation + k) for k, c in enumerate(series.coefficients)), arb(0))


@pytest.mark.parametrize("expr", AT_0, ids=str)
def test_at_0(expr):
    """On both sides of 0 the series is the function to 100 digits."""
    series = laurent(expr, x, 0)
    for point in (Rational(1, 64), Rational(-1, 64)):
        with working_precision(800):
            exact = evaluate(expr, {x: point}, bits=400)
            assert abs(value(series, arb(int(point.p)) / int(point.q)) - exact) <= abs(exact) * arb(2) ** -330


@pytest.mark.parametrize(("expr", "sign"), AT_INFINITY, ids=str)
def test_at_infinity(expr, sign):
    """Far out the series in 1/|x| is the function, what decays exponentially left out."""
    series = laurent(expr, x, sign)
    assert not series.growth
    with working_precision(800):
        exact = evaluate(expr, {x: sign * 1000}, bits=400)
        assert abs(value(series, arb(1) / 1000) - exact) <= abs(exact) * arb(2) ** -330


def test_what_decays_or_grows_has_an_exponent():
    """An exponential that is left over is kept as such, with its sign."""
    assert laurent(x * exp(-x), x, 1).growth_sign == -1
    assert laurent(x**2 * exp(x) - exp(2 * x), x, 1).growth_sign == 1
    assert laurent(x**2 * exp(x) - exp(2 * x), x, 1).sign == -1
    assert laurent(sinh(x) - x, x, -1).sign == -1


@pytest.mark.parametrize(
    ("expr", "at"), [(log(x), 0), (sqrt(x), 0), (sin(x), 1), (log(x), 1), (exp(1 / x), 0)], ids=str
)
def test_what_has_no_series_is_refused(expr, at):
    """Logarithms, roots and oscillations are no Laurent series."""
    with pytest.raises(OpenError):
        laurent(expr, x, at)
