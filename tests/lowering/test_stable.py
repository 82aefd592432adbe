"""Rewritten expressions are the same functions, and hold no sum that a rule could mend."""

import pytest
from sympy import Rational, Symbol, cos, cosh, erf, erfc, exp, log, pi, sin, sqrt, tanh

from symact.balls import evaluate
from symact.functions import normal_cdf, sigmoid, softplus
from symact.lowering.stable import conjugated, log_beside_one, plain, root_minus, stabilised

x = Symbol("x", real=True)
beta = Symbol("beta", positive=True)

EXPRESSIONS = [
    log(1 - exp(-(x**2))),
    (exp(x) - 1) / x,
    beta * exp(x) - beta,
    (1 - tanh(exp(x)) ** 2) * exp(x),
    log(1 + sigmoid(x)),
    1 - erf(x) ** 2 + x,
    erfc(-x),
    exp(2 * x) - 1 + cos(x) - 1,
    x * cosh(x) - x + sin(x) ** 2 - 1,
    log(2 - normal_cdf(x)),
    (sqrt(x**2 + 4) + x) / 2,
    x - sqrt(x**2 + 1) + 3,
    Rational(1, 2) - sigmoid(beta * x),
    sin(pi * x) / x - cos(pi * x / 3),
    cos(pi * sigmoid(x) / 2),
    log(1 + beta * exp(-x)) / beta - exp(-x) / (1 + beta * exp(-x)),
    log(x**2 + 2) - log(x**2 + 1),
    sigmoid(x) - sigmoid(x - 1),
    softplus(x) - x,
    tanh(x + 1) - tanh(x),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
@pytest.mark.parametrize("rewrite", [stabilised, conjugated])
def test_the_function_stays_the_same(expr, rewrite):
    """Both spellings are enclosed by overlapping balls at points of every magnitude."""
    other = plain(rewrite(expr))
    for point in (-30.5, -1.25, -1e-3, 1e-8, 0.3, 2.0, 5.0):
        values = {x: point, beta: 1.5}
        left, right = (evaluate(e, {s: values[s] for s in e.free_symbols}, bits=80) for e in (expr, other))
        assert abs(left - right) <= abs(left) * 2**-70


def test_known_cancellations_are_gone():
    """e^u − 1, 1 − tanh² and log(1 − e^u) are written without the difference."""
    assert str(stabilised((exp(x) - 1) / x)) == "expm1(x)/x"
    assert not stabilised(1 - tanh(x) ** 2).is_Add
    assert stabilised(log(1 - exp(-(x**2)))).func is log_beside_one
    assert conjugated(sqrt(x**2 + 4) - x) == root_minus(sqrt(x**2 + 4), x, 4)


def test_a_wrong_rewriting_is_seen():
    """The comparison of the first test tells x from x + 10^-12."""
    left, right = evaluate(x, {x: 0.3}, bits=80), evaluate(x + Rational(1, 10**12), {x: 0.3}, bits=80)
    assert not abs(left - right) <= abs(left) * 2**-70
