"""What a program knows of itself: how often it rounds, and what its parameters decide."""

import pytest

from symact import catalog
from symact.lowering import lower
from symact.lowering.program import Node, Program

X, A = Node("argument", label="x"), Node("parameter", label="a")


def made(op, *operands):
    """Return the program of one operation."""
    nodes = [Node("constant", number=each) if isinstance(each, float) else each for each in operands]
    return Program("try", ("x",), ("a",), Node(op, tuple(nodes)), "", 0.0)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (made("mul", X, A), True),
        (made("maximum", X, 6.0), True),
        (made("div", Node("neg", (X,)), 3.0), True),
        (made("mul", X, 0.1), False),  # the constant is not in float16
        (made("add", X, 257.0), False),  # nor this one in bfloat16
        (made("mul", X, 2.0**-20), False),  # subnormal in float16
        (made("mul", Node("mul", (X, A)), X), False),
        (made("exp", X), False),
        (made("product_error", X, A), False),
        (made("select", Node("lt", (Node("mul", (X, A)), A)), X, A), False),  # decides by what is rounded
        (made("select", Node("lt", (X, A)), X, Node("add", (X, A))), True),
    ],
)
def test_rounds_once(program, expected):
    """One correctly rounded operation at most, no decision after it, and constants that every type has."""
    assert program.rounds_once is expected


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (made("mul", X, A), False),
        (made("maximum", X, A), False),
        (made("sub", X, A), True),
        (made("select", Node("lt", (X, Node("neg", (A,)))), X, 0.0), True),
        (made("select", Node("lt", (X, Node("constant", number=0.0))), A, 0.0), False),
    ],
)
def test_decides_by_parameters(program, expected):
    """A parameter that is compared or added must be exact; one that scales or bounds need not."""
    assert program.decides_by_parameters is expected


def test_piecewise_linear_functions_round_once():
    """The rectifiers and shrinkages need no double precision, value or slope; what bends does."""
    rectifiers = {"relu", "leaky_relu", "prelu", "rrelu", "relu6", "hardtanh", "threshold"}
    straight = rectifiers | {"identity", "binary_step", "softshrink", "hardshrink"}
    bent = {"gelu", "silu", "softplus", "tanh", "elu", "softsign", "tanhshrink", "hardswish", "chebyshev"}
    once = {name for name in straight | bent if lower(catalog.get(name)).value.rounds_once}
    assert once == straight


@pytest.mark.parametrize("name", ["relu", "relu6", "hardtanh"])
def test_clips_have_no_branch(name):
    """A function that stops at an edge is a maximum and a minimum, which pass NaN through."""
    assert "select" not in {node.op for node in lower(catalog.get(name)).value.result.walk()}
