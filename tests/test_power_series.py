"""Power series through removable singularities, against SymPy's own expansions."""

import pytest
from sympy import Rational, S, Symbol, atan, cos, erf, exp, log, series, sin, sqrt

from symact.activation import x
from symact.errors import OpenError
from symact.power_series import coefficients, value_at

REGULAR = [exp(x) / (2 + x), log(2 + sin(x)), sqrt(1 + x) * erf(x), (1 + x) ** Rational(1, 3), 2**x, x**3 * atan(x)]
REMOVABLE = [
    (exp(x) - 1) / x,
    sin(x) / x,
    (1 - cos(x)) / x**2,
    x / (exp(x) - 1),
    (sin(x) - x) / x**3,
    x**2 / sin(x) ** 2,
]


@pytest.mark.parametrize("expr", REGULAR + REMOVABLE, ids=str)
def test_coefficients_are_sympy_s(expr):
    """Each coefficient is that of SymPy's series."""
    z = Symbol("z")
    expected = series(expr.subs(x, z), z, 0, 7).removeO()
    assert all((c - expected.coeff(z, k)).simplify() == 0 for k, c in enumerate(coefficients(expr, x, 5)))


@pytest.mark.parametrize("expr", [1 / x, exp(1 / x), log(x), sqrt(x), cos(x) / x**2], ids=str)
def test_other_singularities_are_refused(expr):
    """A pole, an essential singularity and a branch point have no power series."""
    with pytest.raises(OpenError):
        coefficients(expr, x, 3)


def test_values():
    """Where substitution gives no number the series does."""
    assert value_at(sin(x) / x, x, S.Zero) == 1
    assert value_at((x**2 - 4) / (x - 2), x, S(2)) == 4
    assert value_at(exp(x), x, S.One) == exp(1)
