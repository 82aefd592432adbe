"""Germs are Taylor coefficients on either side of a point, and find by what an argument was scaled."""

import pytest
from sympy import Abs, Rational, S, cos, exp, log, series, sin

from symact.activation import x
from symact.textbook.germs import HIGHEST, germs


@pytest.mark.parametrize("expr", [exp(x), sin(x) + cos(2 * x), log(1 + exp(3 * x)), x**4 - x])
@pytest.mark.parametrize("origin", [S.Zero, S.One, Rational(-1, 3)])
def test_coefficients_are_those_of_the_series(expr, origin):
    """SymPy's series at the point has the same coefficients."""
    expected = series(expr.subs(x, origin + x), x, 0, HIGHEST + 1).removeO()
    found = germs(expr, x, origin)
    for k in range(HIGHEST + 1):
        assert found[1].coefficients[k] == pytest.approx(float(expected.coeff(x, k)), abs=1e-15)
        assert found[-1].coefficients[k] == pytest.approx((-1) ** k * float(expected.coeff(x, k)), abs=1e-15)


def test_sides_of_a_kink():
    """Beside a kink each side has its own germ."""
    found = germs(Abs(x) + x, x, S.Zero)
    assert found[1].coefficients[1] == pytest.approx(2)
    assert found[-1].coefficients[1] == pytest.approx(0, abs=1e-15)
    assert found[1].orders == ()


def test_no_value_no_germ():
    """Where a function has no value there is no germ."""
    assert set(germs(log(x), x, S.Zero)) == {1}


def test_scales_are_found():
    """a and b come out of the coefficients, d and e out of the first two."""
    f, g = germs(3 * exp(x / 2) - 2 * x + 7, x, S.Zero)[1], germs(exp(x), x, S.Zero)[1]
    ((outer, inner),) = f.scales(g)
    assert (outer, inner) == pytest.approx((3, 0.5))
    assert f.line(g, outer, inner) == pytest.approx((-2, 7))
    assert not list(f.scales(germs(sin(x), x, S.Zero)[1]))
