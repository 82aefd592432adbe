"""Piecewise functions as cells: breakpoints, branches, values and slopes at kinks."""

import pytest
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, S, Symbol, exp, oo, sign, symbols

from symact.activation import x
from symact.balls import evaluate
from symact.catalog import get, names
from symact.cells import activation_cells, cells
from symact.errors import OpenError
from symact.signs import compare, sign_of

ELEMENTWISE = [name for name in names() if get(name).is_elementwise]
POINTS = [Rational(k, 4) for k in range(-30, 31)]


def numeric(name):
    activation = get(name)
    return activation.expr.subs(activation.values({p.name: 2 for p in activation.parameters if p.default is None}))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_cells_are_the_function(name):
    """At many points, breakpoints included, the cell's branch has the definition's value."""
    expr = numeric(name)
    pieces = cells(expr, x)
    for point in POINTS:
        here = pieces.branch_at(point)
        value = here.value if hasattr(here, "value") else here.expr.subs(x, point)
        assert (evaluate(value) - evaluate(expr, {x: point})).contains(0)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_cells_partition_the_line(name):
    """Every cell ends where the next begins, from −∞ to ∞."""
    pieces = activation_cells(get(name))
    assert pieces.cells[0].left == -oo
    assert pieces.cells[-1].right is oo
    for k, point in enumerate(pieces.breakpoints):
        assert pieces.cells[k].right == point.at == pieces.cells[k + 1].left


# The slopes of torch.nn at its kinks (peers.md, table 1.4).
CONVENTIONS = [
    ("relu", {}, 0, 0),
    ("leaky_relu", {}, 0, Rational(1, 100)),
    ("prelu", {"a": 3}, 0, 3),
    ("elu", {"alpha": 2}, 0, 2),
    ("relu6", {}, 0, 0),
    ("relu6", {}, 6, 0),
    ("hardtanh", {}, -1, 0),
    ("hardtanh", {}, 1, 0),
    ("hardsigmoid", {}, -3, 0),
    ("hardsigmoid", {}, 3, 0),
    ("hardswish", {}, -3, 0),
    ("hardswish", {}, 3, 1),
    ("softshrink", {}, Rational(1, 2), 0),
    ("hardshrink", {}, Rational(-1, 2), 0),
    ("threshold", {"threshold": 1, "value": 5}, 1, 0),
    ("softsign", {}, 0, 1),
]


@pytest.mark.parametrize(("name", "parameters", "point", "slope"), CONVENTIONS)
def test_the_slope_at_a_kink_is_torch_s(name, parameters, point, slope):
    """The convention follows from the definition and is that of torch.nn."""
    activation = get(name)
    expr = activation.expr.subs(activation.values(parameters))
    here = cells(expr, x).derivative.branch_at(S(point))
    assert here.value == slope


def test_elu_is_differentiated_by_cells():
    """The right slope of ELU at 0 is 1 for every α (SymPy's limit of the Piecewise says α)."""
    pieces = activation_cells(get("elu")).derivative
    assert pieces.cells[1].expr == 1
    assert pieces.cells[0].expr.subs(x, 0) == Symbol("alpha", positive=True)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Max(x, -x), Abs(x)),
        (Abs(Abs(x) - 1), Piecewise((-x - 1, x < -1), (x + 1, x < 0), (1 - x, x < 1), (x - 1, True))),
        (Min(Max(x, 0), Max(2 - x, 0)), Piecewise((0, x < 0), (x, x < 1), (2 - x, x < 2), (0, True))),
        (Max(x**2, 2), Piecewise((2, x**2 < 2), (x**2, True))),
        (sign(x) * x, Abs(x)),
        (Heaviside(x - 1, 0) * exp(x), Piecewise((0, x <= 1), (exp(x), True))),
    ],
)
def test_nested_kinks(expr, expected):
    """Kinks inside kinks come out as the plain piecewise function."""
    split = cells(expr, x).to_expr()
    for point in (*POINTS, S(0), S(1)):
        assert (evaluate(split, {x: point}) - evaluate(expected, {x: point})).contains(0)


def test_a_switch_without_effect_leaves_no_breakpoint():
    """max(x, x) and |x|·0 have no kink."""
    assert cells(Piecewise((x, x > 3), (x, True), evaluate=False), x).breakpoints == ()
    assert cells(x + 0 * Abs(x - 1), x).breakpoints == ()


def test_breakpoints_that_cannot_be_ordered_are_refused():
    """Two kinks at unrelated parameters have no order."""
    a, b = symbols("a b", real=True)
    with pytest.raises(OpenError, match="sign of"):
        cells(Abs(x - a) + Abs(x - b), x)


def test_order_under_assumptions():
    """Signs are proved from assumptions, never guessed."""
    p, r = Symbol("p", positive=True), Symbol("r", real=True)
    assert compare(p, S(0)) == 1
    assert compare(-oo, p) == -1
    assert sign_of(-p - 1) == -1
    with pytest.raises(OpenError):
        sign_of(r)
