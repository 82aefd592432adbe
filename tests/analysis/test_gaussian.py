import mpmath
import pytest
from sympy import Abs, Max, N, Symbol, exp, lambdify

from symact.activation import x
from symact.analysis.gaussian import expectation
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf, sigmoid

EXPRESSIONS = [
    x**4,
    x**2 * normal_cdf(x),
    x**3 * normal_cdf(x) ** 2,
    (normal_cdf(x) + x * normal_pdf(x)) ** 2,
    normal_cdf(x) ** 2 * normal_pdf(x),
    x * normal_cdf(x) ** 2 * normal_pdf(x) ** 2,
    exp(x / 2) * x**2,
    Abs(x - 1) ** 3,
    Max(0, x) * exp(-x),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_expectations_agree_with_quadrature(expr):
    """Closed forms agree with mpmath's quadrature."""
    mpmath.mp.dps = 30
    function = lambdify(x, expand_meaning(expr), "mpmath")
    integral = mpmath.quad(lambda t: function(t) * mpmath.npdf(t), [-16, -4, 0, 1, 4, 16])
    assert abs(mpmath.mpf(str(N(expectation(expr, x), 30))) - integral) < mpmath.mpf(10) ** -20


def test_what_has_no_closed_form_is_refused():
    """The logistic function and third powers of Φ are refused."""
    for expr in (sigmoid(x), normal_cdf(x) ** 3 * normal_pdf(x), normal_cdf(Symbol("b", real=True) * x)):
        with pytest.raises(OpenError):
            expectation(expr, x)
