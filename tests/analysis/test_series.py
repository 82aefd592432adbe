import mpmath
import pytest
from sympy import Rational, exp, lambdify, log, pi, polylog

from symact.activation import Activation, x
from symact.analysis.series import antiderivative, facts, taylor
from symact.catalog import get, names
from symact.cells import cells
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf, softplus
from symact.verdict import Grade

ELEMENTWISE = [name for name in names() if get(name).is_elementwise and name != "threshold"]
WITHOUT = {"mish", "gelu_tanh"}
STEEPNESS = {"siren": 30, "soft_clipping": 50}  # the factor of x by default


def function_of(expr):
    return lambdify(x, expand_meaning(expr), "mpmath")


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_expansion_agrees_near_zero(name):
    """The polynomial through x⁵ differs from f by O(x⁶) on its side."""
    mpmath.mp.dps = 40
    entry = get(name).at_defaults()
    function = function_of(entry.expr)
    for expansion in taylor(entry):
        polynomial = function_of(expansion.polynomial(x))
        for side in (expansion.side,) if expansion.side else (-1, 1):
            for point in (mpmath.mpf("0.001"), mpmath.mpf("0.01")):
                near = side * point / STEEPNESS.get(name, 1)
                assert abs(function(near) - polynomial(near)) < 5 * point**6


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_expansion_of_an_order_extends_the_shorter_one(name):
    """Order 3 is order 5 cut off."""
    entry = get(name)
    for short, long in zip(taylor(entry, 3), taylor(entry, 5), strict=True):
        assert short.coefficients == long.coefficients[:4]


def test_known_expansions():
    """σ(x) = 1/2 + x/4 − x³/48 + x⁵/480, and mish begins with 3x/5."""
    (sigma,) = taylor(get("sigmoid"))
    assert sigma.coefficients == (Rational(1, 2), Rational(1, 4), 0, -Rational(1, 48), 0, Rational(1, 480))
    (mish,) = taylor(get("mish"))
    assert mish.coefficients[:3] == (0, Rational(3, 5), Rational(8, 25))


def test_two_sides_at_a_kink():
    """A kink at 0 gives two expansions, a kink elsewhere one."""
    assert [e.side for e in taylor(get("softsign"))] == [-1, 1]
    assert [e.side for e in taylor(get("hardswish"))] == [0]


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in WITHOUT])
def test_the_antiderivative_is_the_integral_from_zero(name):
    """F(x) agrees with mpmath's quadrature of f from 0 to x, across breakpoints too."""
    mpmath.mp.dps = 25
    entry = get(name).at_defaults()
    function, primitive = function_of(entry.expr), function_of(antiderivative(entry))
    steep = [mpmath.mpf(b.at.p) / b.at.q for b in cells(entry.expr, x).breakpoints] + list(range(-3, 7))
    for point in (-4, mpmath.mpf("-0.7"), mpmath.mpf("1.3"), 7):
        corners = sorted({0, point, *(b for b in steep if min(0, point) < b < max(0, point))})
        integral = mpmath.quad(function, corners) * (1 if point > 0 else -1)
        assert abs(mpmath.re(primitive(point)) - integral) < mpmath.mpf(10) ** -12


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_what_no_rule_integrates_is_open(name):
    """Mish and the tanh form of GELU have no antiderivative here, and the sheet says so."""
    with pytest.raises(OpenError):
        antiderivative(get(name))
    assert facts(get(name))[-1].grade is Grade.OPEN


def test_known_antiderivatives():
    """GELU by parts, softplus by the dilogarithm."""
    by_parts = ((x**2 - 1) * normal_cdf(x) + x * normal_pdf(x)) / 2 + Rational(1, 4)
    assert (antiderivative(get("gelu")) - by_parts).expand() == 0
    dilogarithm = antiderivative(get("softplus").at_defaults())
    assert (dilogarithm + polylog(2, -exp(x)) + pi**2 / 12).expand() == 0
    assert (antiderivative(get("sigmoid")) - softplus(x) + log(2)).expand() == 0


def test_a_singular_point_is_refused():
    """1/x has no power series at 0."""
    with pytest.raises(OpenError):
        taylor(Activation("hyperbola", 1 / x))
