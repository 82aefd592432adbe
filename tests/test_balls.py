"""Balls enclose; what cannot be enclosed is refused."""

import mpmath
import pytest
import sympy
from flint import arb

from symact.activation import x
from symact.balls import compiled, evaluate, working_precision
from symact.catalog import get, names
from symact.errors import OpenError
from symact.functions import expand_meaning

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("point", [-3.7, -0.25, 1e-9, 0.8, 5.5])
def test_balls_agree_with_mpmath(name, point):
    """mpmath, another library, gives at 200 digits what the ball encloses."""
    activation = get(name)
    values = activation.values({p.name: 2 for p in activation.parameters if p.default is None})
    expr = activation.expr.subs(values)
    ball = evaluate(expr, {x: point}, bits=100)
    with mpmath.workdps(200):
        other = mpmath.mpf(sympy.lambdify(x, expand_meaning(expr), "mpmath")(mpmath.mpf(point)))
        error = abs(other - mpmath.mpf(ball.mid().str(40, radius=False)))
        assert error <= abs(other) * mpmath.mpf(10) ** -13 + mpmath.mpf(10) ** -300


def test_a_ball_contains_the_value_of_every_point_of_its_argument():
    """An interval argument gives an enclosure of the whole image."""
    function = compiled(get("gelu").expr, (x,))
    with working_precision(100):
        image = function(arb(-1, 0.5))
        for point in (-1.5, -1.2, -1.0, -0.51):
            assert image.contains(evaluate(get("gelu").expr, {x: point}))


def test_cancellation_is_met_with_precision():
    """x − tanh x at 1e-100 is x³/3 to a relative 1e-200."""
    value = evaluate(get("tanhshrink").expr, {x: 1e-100}, bits=800)
    with working_precision(900):
        third = arb(1e-100) ** 3 / 3
        assert arb(10) ** -201 < abs(value / third - 1) < arb(10) ** -199


def test_a_hidden_zero_is_not_called_zero():
    """An expression that is zero, but not visibly so, is refused or enclosed within 2^-1400, never given digits."""
    ball = evaluate(sympy.exp(sympy.log(3, evaluate=False), evaluate=False) - 3)
    assert ball.contains(0)


def test_an_unknown_function_is_refused():
    """No enclosure, no answer."""
    with pytest.raises(OpenError, match="no ball enclosure"):
        evaluate(sympy.zeta(x), {x: 3})


def test_piecewise_on_an_undecided_ball_is_nan():
    """A ball that straddles a breakpoint takes no branch."""
    function = compiled(get("leaky_relu").at(negative_slope=2).expr, (x,))
    assert function(arb(0, 1)).is_nan()
    assert function(arb(1)) == 1
