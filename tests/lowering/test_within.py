"""What goes from a program where no argument is large and parameters have their usual values."""

import math

import pytest

from symact.lowering.arithmetic import ONE, ZERO, constant, mul, neg, op
from symact.lowering.program import Node
from symact.lowering.smooth import MAGNITUDE, X
from symact.lowering.within import specialised, with_whole_exponentials, within

BETA = Node("parameter", label="beta")


def test_what_numbers_give_is_computed():
    """A product of a parameter by itself, its magnitude, a choice by it, and x divided by 1."""
    square = Node("mul", (BETA, BETA))
    assert specialised(square, {"beta": 3.0}) == constant(9.0)
    assert specialised(op("abs", BETA), {"beta": -3.0}) == constant(3.0)
    choice = op("select", op("lt", BETA, ONE), X, neg(X))
    assert [specialised(choice, {"beta": beta}) for beta in (0.5, 1.0)] == [X, neg(X)]
    assert specialised(Node("div", (X, BETA)), {"beta": 1.0}) == X


@pytest.mark.parametrize(("bound", "is_idle"), [(700.0, True), (600.0, True), (599.0, False)])
def test_bounds_within_reach_stay(bound, is_idle):
    """A bound at the reach does nothing."""
    for value, held in ((X, op("minimum", X, constant(bound))), (X, op("maximum", X, constant(-bound)))):
        assert within(held, 600.0) == (value if is_idle else held)
    exponent = op("minimum", op("mul", X, X), constant(bound))
    assert within(exponent, 600.0) == exponent


@pytest.mark.parametrize("edge", [math.inf, 1e30])
def test_choices_beyond_the_reach_are_made(edge):
    """Each predicate, of x and of |x|, on both sides; not those that x decides."""
    for name, of_small in (("lt", True), ("le", True), ("gt", False), ("ge", False), ("eq", False), ("ne", True)):
        choice = op("select", op(name, X, constant(edge)), X, ONE)
        assert within(choice, 600.0) == (X if of_small else ONE)
    assert within(op("select", op("gt", X, constant(-edge)), X, ONE), 600.0) == X
    assert within(op("select", op("lt", MAGNITUDE, constant(edge)), X, ONE), 600.0) == X
    assert within(op("select", op("ne", X, X), X, ONE), 600.0) == ONE
    by_sign = op("select", op("le", X, ZERO), X, ONE)
    assert within(by_sign, 600.0) == by_sign


def test_a_choice_between_the_same_is_none():
    """Once bounds are gone both sides may be one."""
    held = op("minimum", X, constant(1e3))
    assert within(op("select", op("le", X, ZERO), X, held), 600.0) == X


def test_half_exponentials_are_taken_whole():
    """t·h·h is t·e^(2u), and h·h is e^(2u)."""
    half = op("exp", mul(constant(0.5), X))
    assert with_whole_exponentials(op("mul", op("mul", X, half), half), "exp") == op("mul", X, op("exp", X))
    assert with_whole_exponentials(op("mul", half, half), "exp") == op("exp", X)
    assert with_whole_exponentials(op("mul", X, half), "exp") == op("mul", X, half)
    assert with_whole_exponentials(op("mul", half, half), "exp_single") == op("mul", half, half)
