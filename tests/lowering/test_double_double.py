"""Arguments of exponentials as high + low are exact to far beyond a double."""

from fractions import Fraction

import pytest
from sympy import Rational, Symbol, pi, sqrt

from symact.activation import x
from symact.balls import evaluate
from symact.lowering.double_double import double_double, is_exact
from symact.lowering.interpret import run
from symact.lowering.program import Node

beta = Symbol("beta", positive=True)
ENVIRONMENT = {x: Node("argument", label="x"), beta: Node("parameter", label="beta")}


@pytest.mark.parametrize(
    "expr",
    [
        Rational("1.702") * x,
        beta * x,
        x / beta,
        x**2 / 2,
        2 * sqrt(2 / pi) * (x + Rational("0.044715") * x**3).expand(),
        beta * x + sqrt(2),
    ],
    ids=str,
)
@pytest.mark.parametrize("point", [1e-7, 0.3, 3.1, 17.3])
def test_sum_of_both_parts(expr, point):
    """High plus low is the exact value to 2^-95, high its rounding to within a few ULP."""
    high, low = double_double(expr.expand(), ENVIRONMENT)
    values = {"x": point, "beta": 1.3}
    exact = evaluate(expr, {x: point, beta: 1.3}, bits=150)
    total = Fraction(float(run(high, values))) + Fraction(float(run(low, values)))
    middle = Fraction(int(exact.mid().man_exp()[0])) * Fraction(2) ** int(exact.mid().man_exp()[1])
    assert abs(total - middle) <= abs(middle) / 2**95


def test_what_one_double_holds():
    """±2^k·x is exact, 3·x and 1.702·x are not."""
    assert is_exact(-x / 4, ENVIRONMENT)
    assert not is_exact(3 * x, ENVIRONMENT)
    assert not is_exact(Rational("1.702") * x, ENVIRONMENT)
    assert not is_exact(beta * x, ENVIRONMENT)
