import pytest
from sympy import Rational, cosh, erf, erfc, exp, log, sinh, sqrt, symbols, tanh

from symact.activation import x
from symact.analysis.normal_form import LARGE, are_equal, masked, normalised, reflected
from symact.catalog import get, names
from symact.functions import expand_meaning, normal_cdf, normal_pdf, sigmoid, softplus

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_normal_form_is_the_same_function(name):
    """The normal form of every entry has the values of the entry."""
    entry = get(name)
    values = {p.symbol: p.default if p.default is not None else 1 for p in entry.parameters}
    before = entry.expr.subs(values).subs(values)
    after = normalised(before)
    for point in (-3, Rational(-2, 5), Rational(5, 7), Rational(5, 2)):
        difference = expand_meaning(before - after).subs(x, point).evalf(30)
        assert abs(difference) < 1e-20


def test_definitions_become_nodes():
    """The literal definitions of σ, tanh, softplus and Φ are recognised, also of a multiple of x."""
    assert normalised(1 / (1 + exp(-x))) == sigmoid(x)
    assert normalised(x / (1 + exp(3 * x)) ** 2) == x * sigmoid(-3 * x) ** 2
    assert normalised((exp(x) - exp(-x)) / (exp(x) + exp(-x))) == tanh(x)
    assert normalised(log(1 + exp(-2 * x))) == softplus(-2 * x)
    assert normalised((1 + erf(x / sqrt(2))) / 2) == normal_cdf(x)
    assert normalised(erfc(x)) == 2 * normal_cdf(-sqrt(2) * x)


def test_what_is_only_alike_stays():
    """1/(2 + e^x) is not a σ."""
    expr = 1 / (2 + exp(x)) + log(3 + exp(x))
    assert normalised(expr) == expr


def test_reflections_prove_identities():
    """σ(x) + σ(−x) = 1 and its relatives reduce to equal forms; tanh x = 2σ(2x) − 1 is known."""
    assert are_equal(sigmoid(x) + sigmoid(-x), 1)
    assert are_equal(softplus(x) - softplus(-x), x)
    assert are_equal(normal_cdf(-x), 1 - normal_cdf(x))
    assert are_equal(normal_pdf(-x), normal_pdf(x))
    assert are_equal(2 * sigmoid(2 * x) - 1, tanh(x))
    assert reflected(x * sigmoid(x) - (-x) * sigmoid(-x)) != 0
    assert not are_equal(sigmoid(x), sigmoid(2 * x))
    assert not are_equal(sinh(x), cosh(x))


def test_masking_can_be_undone():
    """Large constants become symbols of the same sign, and return."""
    constant = -sum(sqrt(k + exp(k)) for k in range(2, 16))
    assert constant.count_ops() >= LARGE
    hidden, constants = masked(constant * x**2 + symbols("a") * x)
    (symbol,) = constants
    assert symbol.is_negative
    assert hidden.xreplace(constants) == constant * x**2 + symbols("a") * x
