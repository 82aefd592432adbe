"""Signs and equality: proved by balls, by assumptions or by the equation of an isolated zero; else refused."""

import pickle

import mpmath
import pytest
from sympy import Symbol, cos, exp, pi, sqrt, symbols, tanh

from symact.activation import x
from symact.balls import IsolatedZero, evaluate
from symact.errors import OpenError
from symact.functions import normal_cdf
from symact.notation import tex, text
from symact.roots import real_zeros
from symact.signs import compare, is_zero, sign_of

DOTTIE = IsolatedZero(cos(x) - x, x, (0.5, 1.0))
"""Where cos x = x."""


def test_numbers_by_balls():
    """π⁴ + π⁵ exceeds e⁶ by 2·10⁻⁵; √2·√3 is √6."""
    assert sign_of(exp(6) - pi**4 - pi**5) == 1
    assert sign_of(sqrt(2) * sqrt(3) - sqrt(6)) == 0


def test_functions_are_known_by_their_meaning():
    """Φ(−√2) + Φ(√2) = 1, which no ball can tell."""
    assert sign_of(normal_cdf(-sqrt(2)) + normal_cdf(sqrt(2)) - 1) == 0


def test_parameters_by_assumptions():
    """The sign of p + 1 is known, that of p − 1 is not."""
    p = symbols("p", positive=True)
    assert sign_of(p + 1) == 1
    with pytest.raises(OpenError):
        sign_of(p - 1)


def test_an_isolated_zero_is_a_number():
    """It has the digits that mpmath finds, a sign and an order, and vanishes in its equation only."""
    assert (
        abs(
            mpmath.mpf(str(evaluate(DOTTIE).mid().str(30, radius=False)))
            - mpmath.findroot(lambda t: mpmath.cos(t) - t, 0.7)
        )
        < 1e-15
    )
    assert text(DOTTIE) == "0.739085133215160…"
    assert tex(-DOTTIE) == r"- 0.739085133215160\ldots"
    assert DOTTIE.is_positive
    assert compare(DOTTIE, sqrt(2) / 2) == 1
    assert sign_of((cos(DOTTIE) - DOTTIE) * exp(DOTTIE)) == 0
    assert is_zero(cos(DOTTIE) - DOTTIE)
    assert not is_zero(cos(DOTTIE) - DOTTIE**2)
    assert abs(float(DOTTIE) - 0.739085133215160) < 1e-14


def test_it_is_one_object_also_after_pickling():
    """SymPy compares number symbols by identity."""
    assert pickle.loads(pickle.dumps(DOTTIE)) is DOTTIE


def test_zeros_have_places():
    """A zero without a closed form stands in formulas as an isolated zero, one with a closed form as that."""
    (found,) = real_zeros(tanh(x) + x - 1, x)
    assert is_zero(tanh(found.place) + found.place - 1)
    assert real_zeros(x**2 - 2, x)[0].place == -sqrt(2)
    assert Symbol("x", real=True) not in found.place.free_symbols
