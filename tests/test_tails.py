import mpmath
import pytest
from sympy import Rational, exp, gamma, lambdify, oo, pi, sqrt, tanh

from symact.activation import x
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf, sigmoid, softplus
from symact.tails import limit_at_infinity, sign_beyond

EXPRESSIONS = [
    x * sigmoid(-x) + 1,
    normal_cdf(-x) - x * normal_pdf(x),
    normal_cdf(-x) * x - normal_pdf(x),
    tanh(softplus(-x)) - x * sigmoid(-x) * (1 - tanh(softplus(-x)) ** 2),
    1 - tanh(x),
    softplus(x) - x,
    softplus(x) - x - exp(-x),
    2 + x * (1 - 2 * sigmoid(x)),
    1 / (1 + x) - 1 / (2 + x),
    tanh(sqrt(2 / pi) * (x + x**3 / 30)) - 1,
    (x**2 + 1) * exp(-x) - sigmoid(-x),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_the_sign_beyond_a_point_is_the_sign_at_points_beyond(expr):
    """A certified sign on [12, ∞) is the sign that mpmath finds at far points with many digits."""
    sign = sign_beyond(expr, x, 12)
    mpmath.mp.dps = 3000
    function = lambdify(x, expand_meaning(expr), "mpmath")
    for point in (12, 13, 17, 31):
        assert mpmath.sign(function(mpmath.mpf(point))) == sign


@pytest.mark.parametrize(
    ("expr", "limit"),
    [
        (sigmoid(x), 1),
        (x * normal_cdf(-x), 0),
        (x * tanh(x) - x, 0),
        (softplus(x), oo),
        (-x / (1 + x), -1),
        (3 * x**2 * normal_pdf(x) + Rational(1, 3), Rational(1, 3)),
        (softplus(2 * x) - 2 * x - sqrt(2), -sqrt(2)),
        (-exp(x) + x**9, -oo),
        (tanh(softplus(-x)), 0),
    ],
    ids=str,
)
def test_limits(expr, limit):
    """Limits at infinity are exact."""
    assert limit_at_infinity(expr, x) == limit


def test_a_sign_that_does_not_hold_everywhere_beyond_is_refused():
    """x = 40 is a zero, so there is no sign beyond 8; beyond 48 there is."""
    with pytest.raises(OpenError):
        sign_beyond(x - 40, x, 8)
    assert sign_beyond(x - 40, x, 48) == 1


def test_no_rule_no_answer():
    """A function without an expansion is refused."""
    with pytest.raises(OpenError):
        sign_beyond(gamma(x) + 2, x, 8)
