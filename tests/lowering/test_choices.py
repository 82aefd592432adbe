"""Choices that arithmetic makes by itself, beside the choices."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symact.lowering.arithmetic import ONE, ZERO, constant, op
from symact.lowering.choices import passing_nan, without_choices
from symact.lowering.interpret import run
from symact.lowering.program import PREDICATES, Node, rewritten

X, P = Node("argument", label="x"), Node("parameter", label="p")
THREE, SIX, MINUS_THREE = constant(3.0), constant(6.0), constant(-3.0)
SIZES = np.array([0.0, 1e-300, 0.5, 1.0, 3.0, 3.5, 6.0, 1e30, np.inf])


def chosen(name: str, edge: Node, below: Node, above: Node) -> Node:
    """Return the choice by the side of an edge on which x is."""
    return op("select", op(name, X, edge), below, above)


def inverse_square(under: Node) -> Node:
    """Return 1/u²."""
    inverse = op("div", ONE, under)
    return op("mul", inverse, inverse)


LINE = op("div", op("add", X, THREE), SIX)
PLUS, MINUS, REVERSED = op("add", X, ONE), op("sub", ONE, X), op("sub", X, ONE)

# fmt: off
CASES = {
    "hardsigmoid": chosen("le", MINUS_THREE, ZERO, chosen("le", THREE, LINE, ONE)),
    "relu squared": chosen("le", ZERO, ZERO, op("mul", X, X)),
    "slope of loglu": chosen("le", ZERO, op("div", ONE, MINUS), ONE),
    "hardtanh": chosen("le", op("neg", P), op("neg", P), chosen("le", P, X, P)),
    "modulus": chosen("le", ZERO, op("neg", X), X),
    "softsign": chosen("le", ZERO, op("div", X, MINUS), op("div", X, PLUS)),
    "its slope": chosen("lt", ZERO, inverse_square(REVERSED), inverse_square(PLUS)),
    "slope of symexp": chosen("le", ZERO, op("exp", op("neg", X)), op("exp", X)),
    "slope of relu6": chosen("le", ZERO, ZERO, chosen("lt", SIX, ONE, ZERO)),
    "hardshrink": chosen("lt", op("neg", P), X, chosen("le", P, ZERO, X)),
}
"""Every one becomes shorter."""

KEPT = {
    "hardswish, whose zero is negative at the edge": chosen("le", MINUS_THREE, ZERO, op("mul", X, op("add", X, THREE))),
    "a jump": chosen("le", ZERO, ZERO, PLUS),
    "a number at an unknown edge": chosen("le", P, ZERO, op("sub", X, P)),
    "a value that is the number in float64 alone": chosen(
        "le", constant(0.1), constant(0.1 * 0.1 + 1.0), op("add", op("mul", X, X), ONE)
    ),
    "an odd function": chosen("le", ZERO, op("div", ONE, REVERSED), op("div", ONE, PLUS)),
    "leaky relu": chosen("le", ZERO, op("mul", P, X), X),
    "the point itself": op("select", op("eq", X, ZERO), ONE, X),
    "a choice by a parameter": op("select", op("le", P, ZERO), ZERO, op("mul", X, X)),
}
# fmt: on


def choices(node: Node) -> int:
    """Return how many choices a program has."""
    return sum(step.op == "select" for step in node.walk())


def mirrored(node: Node) -> Node:
    """Return the same choices by whether x is above an edge."""
    opposite = {"le": "gt", "lt": "ge"}

    def turned(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
        if step.op != "select":
            return None
        condition, below, above = (rebuilt[operand] for operand in step.args)
        return op("select", op(opposite[condition.op], *condition.args), above, below)

    return rewritten(node, turned)


BOTH_WAYS = CASES | {
    f"{name}, by what is above": mirrored(node)
    for name, node in CASES.items()
    if name not in ("slope of relu6", "hardshrink")
}


@pytest.mark.parametrize("node", BOTH_WAYS.values(), ids=BOTH_WAYS)
@given(more=st.lists(st.floats(width=32), max_size=20), p=st.floats(0, 2, width=32))
def test_fewer_choices_and_the_same_values(node, more, p):
    """At every edge and at infinities, in double precision and in float; NaN comes through as before, or does now."""
    points = np.concatenate([SIZES, -SIZES, more, [p, -p, np.nan]])
    joined = without_choices(node)
    assert choices(joined) < choices(node)
    for in_float in (False, True):
        before, after = (run(each, {"x": points, "p": p}, in_float=in_float) for each in (node, joined))
        passes = np.isnan(points) & np.isnan(after)
        np.testing.assert_array_equal(after[~passes], before[~passes])


@pytest.mark.parametrize("node", KEPT.values(), ids=KEPT)
def test_what_is_another_function_is_left_alone(node):
    """The same object, not only an equal one."""
    assert without_choices(node) is node


def test_one_argument_is_bounded_on_both_sides():
    """A clip, which libraries have as one call."""
    assert without_choices(CASES["hardsigmoid"]) == op(
        "div", op("add", op("minimum", op("maximum", X, MINUS_THREE), THREE), THREE), SIX
    )


def test_an_interval_needs_no_negation():
    """NaN is outside of it, as it is where two choices are made."""
    joined = without_choices(CASES["slope of relu6"])
    assert joined == op("select", op("and", op("gt", X, ZERO), op("lt", X, SIX)), ONE, ZERO)
    assert {step.op for step in joined.walk()} & PREDICATES == {"and", "gt", "lt"}


INSIDE = op("and", op("gt", X, MINUS_THREE), op("lt", X, THREE))
TURNED = {
    "slope of elu": chosen("le", ZERO, op("exp", X), ONE),
    "slope of hardswish": chosen("le", MINUS_THREE, ZERO, chosen("lt", THREE, LINE, ONE)),
    "the middle of three": chosen("le", MINUS_THREE, ONE, chosen("lt", P, ZERO, LINE)),
    "the left of three": chosen("lt", MINUS_THREE, LINE, chosen("le", THREE, ZERO, ONE)),
    "an interval": op("select", INSIDE, LINE, ZERO),
    "a value at infinity": op("select", op("eq", X, constant(-np.inf)), ZERO, chosen("le", ZERO, op("exp", X), ONE)),
    "nothing to turn": chosen("le", ZERO, ZERO, X),
}
LED_PAST = {
    "numbers": chosen("le", ZERO, ZERO, ONE),
    "a choice by a parameter": op("select", op("le", P, ZERO), X, ONE),
    "a choice beside another": op("select", op("or", op("lt", X, ZERO), op("eq", X, THREE)), LINE, ONE),
}


def is_passed(node: Node) -> bool:
    """Whether NaN passes through, for p = 2."""
    return bool(np.isnan(run(node, {"x": np.nan, "p": 2.0})))


@pytest.mark.parametrize("name", [*TURNED, *LED_PAST])
def test_nan_passes_through(name):
    """By the choices that are there if one of them leads to where it does, and by one more if not."""
    node = (TURNED | LED_PAST)[name]
    found = passing_nan(node, is_passed)
    values = {"x": np.concatenate([-SIZES, SIZES]), "p": 2.0}
    assert is_passed(found)
    assert run(found, values).tolist() == run(node, values).tolist()
    assert choices(found) == choices(node) + (name in LED_PAST)
