"""Where a smooth formula is defined: the parts of the line, against values by mpmath."""

import mpmath
import pytest
from sympy import acosh, asin, atanh, exp, lambdify, log, oo, sqrt, symbols

from symact.activation import x
from symact.domain import is_real_number, parts, restrictions

FORMULAS = [
    log(x),
    sqrt(x),
    sqrt(1 - x**2),
    1 / (x**2 - 2),
    log(exp(x) - 3),
    asin(x / 2),
    atanh(x),
    acosh(x),
    sqrt(log(x)),
    log(log(x)),
    x**x,
    (x**2 - 1) ** (-sqrt(2)),
    sqrt(x) + sqrt(1 - x),
]


@pytest.mark.parametrize("expr", FORMULAS, ids=str)
def test_defined_exactly_where_the_value_is_real(expr):
    """At points inside the parts mpmath finds a real number exactly where the formula is called defined."""
    value = lambdify(x, expr, "mpmath")
    found = parts(expr, x, -oo, oo)
    assert (found[0].left, found[-1].right) == (-oo, oo)
    for point in (mpmath.mpf(k) / 13 for k in range(-80, 81) if k % 13):
        (part,) = [p for p in found if p.left < point < p.right]
        assert part.is_defined == (mpmath.im(value(point)) == 0), point


def test_nothing_is_restricted_that_the_assumptions_grant():
    """A denominator 1 + e^x and a root of x² + p cost no search."""
    p = symbols("p", positive=True)
    assert not list(restrictions(1 / (1 + exp(x)) + sqrt(x**2 + p) + x**3, x))


@pytest.mark.parametrize(
    ("value", "expected"), [(sqrt(2), True), (sqrt(-2), False), (log(0), False), (asin(2), False), (1 / x, True)]
)
def test_real_numbers_are_told_from_others(value, expected):
    """Infinite and complex values are none."""
    assert is_real_number(value) is expected
