"""A case split covers everything and contradicts nothing."""

from itertools import product

import pytest
from sympy import Abs, Max, Min, Piecewise, Rational, Symbol, exp, sign

from symact.activation import x
from symact.errors import OpenError
from symact.textbook.cases import cases, is_feasible

y = Symbol("y", real=True)
p = Symbol("p", positive=True)

EXPRESSIONS = (
    Max(0, x),
    Min(Max(0, x), 6),
    Abs(x - y) + Max(x, y),
    Max(p * x, x),
    Piecewise((x - p, x > p), (x + p, x < -p), (0, True)),
    sign(x) * Max(0, Abs(x) - p),
    Min(0, exp(x) - 1),
    Max(x, Min(y, 2 * x - 1), -y),
)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_every_point_lies_in_one_case(expr):
    """At each of many points exactly one case holds, and its smooth expression has the value of the original."""
    symbols = sorted(expr.free_symbols, key=str)
    found = cases((expr,))
    for values in product(
        [Rational(-2), Rational(-1), Rational(0), Rational(1, 2), Rational(1), Rational(3)], repeat=len(symbols)
    ):
        point = dict(zip(symbols, values, strict=True))
        if any(s.is_positive and not v.is_positive for s, v in point.items()):
            continue
        holding = [case for case in found if _holds(case, point)]
        assert len(holding) == 1
        assert (holding[0].expressions[0] - expr).subs(point) == 0


def _holds(case, point):
    solved = all(point[symbol] == value.subs(point) for symbol, value in case.solved)
    return solved and all(sign(expr.subs(point)) == s for expr, s in case.facts)


def test_contradictions_are_seen():
    """Linear facts that contradict each other are not a case; those that do not, are."""
    assert not is_feasible(((x - 1, 1), (x + 1, -1)))
    assert not is_feasible(((x - y, 1), (y - p, 1), (x, -1)))
    assert is_feasible(((x - y, 1), (y - p, 1)))
    assert not is_feasible(((p + 1, -1),))


def test_switch_without_closed_form_is_open():
    """A zero that is not found is no case that can be left out."""
    with pytest.raises(OpenError):
        cases((Max(x, exp(-x)),))
