import mpmath
import pytest
from sympy import N, Rational, S, exp, lambdify, log, pi, sqrt, tan

from symact.activation import Activation, x
from symact.analysis.moments import gain, mean, second_moment, slope_moment
from symact.catalog import get, names
from symact.cells import KINKED
from symact.errors import OpenError
from symact.functions import expand_meaning, softplus
from symact.verdict import Grade

ELEMENTWISE = [name for name in names() if get(name).is_elementwise and name != "threshold"]
CORNERS = [-15, -6, -3, -2.5, -2, -1, -0.5, 0, 0.08, 0.5, 1, 2, 2.5, 3, 6, 15]  # kinks of the catalogue

GAINS = {  # peers.md §5: 1/√E f²
    "gelu": "1.533530", "silu": "1.676532", "mish": "1.486848", "elu": "1.245198", "tanh": "1.592537",
    "hardtanh": "1.392036", "hardswish": "1.736657", "softplus": "1.041867", "softsign": "2.337533",
    "sigmoid": "1.846229", "relu": "1.414214", "selu": "1.000000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def thirty_digits():
    """Numbers are read and compared with 30 digits, whatever ran before."""
    with mpmath.workdps(30):
        yield


def quadrature(expr):
    function = lambdify(x, expand_meaning(expr), "mpmath")
    return mpmath.quad(lambda t: function(t) * mpmath.npdf(t), CORNERS)


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_moments_agree_with_quadrature(name):
    """Mean, second moment and slope moment agree with mpmath's quadrature to 18 digits."""
    entry = get(name)
    plain = entry.at_defaults()
    values = entry.values()
    slope = plain.expr.diff(x) if not plain.expr.has(*KINKED) else None
    for moment, integrand in ((mean(entry), plain.expr), (second_moment(entry), plain.expr**2)):
        exact = mpmath.mpf(str(N(expand_meaning(moment.value.subs(values)), 30)))
        assert abs(exact - quadrature(integrand)) < mpmath.mpf(10) ** -18
    if slope is not None:
        exact = mpmath.mpf(str(N(expand_meaning(slope_moment(entry).value.subs(values)), 30)))
        assert abs(exact - quadrature(slope**2)) < mpmath.mpf(10) ** -18


@pytest.mark.parametrize("name", sorted(GAINS))
def test_gains_agree_with_the_literature(name):
    """1/√E f² agrees with the published digits."""
    entry = get(name)
    value = N(expand_meaning(gain(entry).value.subs(entry.values())), 20)
    assert abs(value - S(GAINS[name])) < 6e-7


def test_closed_forms():
    """GELU, leaky ReLU and SELU have exact moments."""
    assert mean(get("gelu")).value == 1 / (2 * sqrt(pi))
    assert (second_moment(get("gelu")).value - Rational(1, 3) - 1 / (2 * sqrt(3) * pi)).simplify() == 0
    slope = get("leaky_relu").parameters[0].symbol
    assert (gain(get("leaky_relu")).value ** -2 - (1 + slope**2) / 2).expand() == 0
    assert (mean(get("selu")).value, second_moment(get("selu")).value) == (0, 1)


def test_grades_and_parameters_are_told():
    """An integral by balls is certified and names the defaults it used."""
    found = second_moment(get("swish"))
    assert found.grade is Grade.CERTIFIED
    assert found.at == "β = 1"
    assert found.ball.rel_accuracy_bits() >= 105
    assert second_moment(get("elu")).at == ""


def test_fast_growth_is_bounded():
    """A function without a Lipschitz constant has its moments, which agree with quadrature."""
    expr = x**2 * softplus(x)
    value = mpmath.mpf(str(mean(Activation("steep", expr)).value))
    assert abs(value - quadrature(expr)) < mpmath.mpf(10) ** -18


@pytest.mark.parametrize("expr", [exp(x**2), 1 / x, log(x), tan(x)])
def test_moments_that_do_not_exist_are_open(expr):
    """Too fast a growth, a pole and a domain that is not the line are not integrated over, not even by symmetry."""
    with pytest.raises(OpenError):
        mean(Activation("unbounded", expr))


def test_square_roots_are_integrated():
    """E of squareplus agrees with quadrature."""
    expr = (x + sqrt(x**2 + 4)) / 2
    value = mpmath.mpf(str(mean(Activation("squareplus", expr)).value))
    assert abs(value - quadrature(expr)) < mpmath.mpf(10) ** -18
