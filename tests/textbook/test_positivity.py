"""A sign that is seen is the sign at every point; what is not seen is not claimed."""

from itertools import product

import pytest
from sympy import Rational, Symbol, exp, factor

from symact.activation import x
from symact.functions import sigmoid, softplus
from symact.textbook.positivity import in_positive_quantities, sign_seen

y = Symbol("y", real=True)
p, q = Symbol("p", positive=True), Symbol("q", positive=True)

# fmt: off
ROWS = (
    # expression, facts, sign
    (x**2 - 2 * x + 1,                         (),                       ">="),
    (x**2 - 2 * x + 2,                         (),                       ">"),
    (x**2 - 2 * x,                             (),                       None),
    (x,                                        ((x, 1),),                ">"),
    (x - y,                                    ((x - p, 1), (y, -1)),    ">"),
    (p - x,                                    ((p - x, 1), (p + x, 1)), ">"),
    (p + q - x,                                ((x, 1),),                None),
    (sigmoid(x + p) - sigmoid(x),              (),                       ">"),
    (Rational(1, 4) - sigmoid(x) * sigmoid(-x), (),                      ">="),
    (softplus(x + p) - softplus(x),            (),                       ">"),
    (softplus(x) - x,                          (),                       ">"),
    (exp(p) - 1,                               (),                       ">"),
    (1 - exp(x),                               (),                       None),
    (x**2 + y**2 - 2 * x * y,                  (),                       ">="),
)
# fmt: on


@pytest.mark.parametrize(("expr", "facts", "expected"), ROWS, ids=lambda v: str(v))
def test_sign(expr, facts, expected):
    """The sign is what it should be, and no point contradicts it."""
    assert sign_seen(expr, facts) == expected
    symbols = sorted(expr.free_symbols | {s for e, _ in facts for s in e.free_symbols}, key=str)
    for values in product([Rational(-3), Rational(-1, 2), Rational(0), Rational(1), Rational(2)], repeat=len(symbols)):
        point = dict(zip(symbols, values, strict=True))
        allowed = all(not s.is_positive or v > 0 for s, v in point.items())
        if expected and allowed and all((s * e).subs(point) > 0 for e, s in facts):
            value = expr.subs(point).evalf(30)
            assert value > 0 if expected == ">" else value >= 0


def test_facts_hold_by_assumption():
    """The substitution makes every linear fact visibly true."""
    facts = ((p - x, 1), (p + x, 1))
    substitution = in_positive_quantities(facts)
    assert all(factor((s * e).subs(substitution)).is_positive for e, s in facts)
