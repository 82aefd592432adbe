"""Piecewise functions as cells: breakpoints, branches, values and slopes at kinks."""

import pytest
from sympy import (
    Abs,
    Heaviside,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    atanh,
    cos,
    exp,
    log,
    oo,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symact.activation import x
from symact.balls import evaluate
from symact.catalog import get, names
from symact.cells import activation_cells, cells
from symact.errors import OpenError
from symact.power_series import value_at
from symact.signs import compare, is_zero, sign_of

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
        value = here.value if hasattr(here, "value") else value_at(here.expr, x, point)
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


def test_outside_the_domain_the_branch_is_undefined():
    """log and √ have one undefined cell, the end belongs to the domain of the root only, 1/x has a pole."""
    logarithm, root, reciprocal = (cells(e, x) for e in (log(x), sqrt(x), 1 / x))
    assert [c.is_defined for c in logarithm.cells] == [False, True]
    assert logarithm.breakpoints[0].value is S.NaN
    assert [c.is_defined for c in root.cells] == [False, True]
    assert root.breakpoints[0].value == 0
    assert reciprocal.is_total is False
    assert all(c.is_defined for c in reciprocal.cells)
    assert reciprocal.derivative.breakpoints[0].value is S.NaN


def test_only_the_branch_taken_restricts_the_domain():
    """log(x) for x > 0 and 0 elsewhere is defined everywhere."""
    assert cells(Piecewise((log(x), x > 0), (0, True)), x).is_total
    assert cells(log(1 + Abs(x)), x).is_total


@pytest.mark.parametrize("expr", [(exp(x) - 1) / x, sin(x) / x, tanh(x) / x, (1 - cos(x)) / x**2])
def test_a_removable_singularity_is_no_breakpoint(expr):
    """A quotient that is smooth once continued by its limit is one cell."""
    assert len(cells(expr, x).cells) == 1


def test_a_limit_from_both_sides_is_the_value():
    """exp(−1/x²) has the value 0 at 0, but no power series there that would make it one cell."""
    pieces = cells(exp(-1 / x**2), x)
    assert pieces.breakpoints[0].value == 0
    assert pieces.is_total


@pytest.mark.parametrize(
    ("expr", "places"),
    [
        (Abs(tanh(x) - S.Half), [atanh(S.Half)]),
        (Piecewise((x, exp(x) > 2), (0, True)), [log(2)]),
        (Max(x, exp(x) - 1), []),
        (Max(log(x), 0), [S.Zero, S.One]),
        (Min(cos(x), x), [0.7390851332151607]),
        (Max(tanh(x), x**3 - 1), [1.2256783620630975]),
    ],
)
def test_breakpoints_that_are_no_roots_of_polynomials(expr, places):
    """Switches of any kind are solved, in closed form or by isolation; where nothing changes there is no breakpoint."""
    found = [b.at for b in cells(expr, x).breakpoints]
    assert len(found) == len(places)
    for place, expected in zip(found, places, strict=True):
        assert place == expected or abs(float(place) - float(expected)) < 1e-14


def test_infinitely_many_breakpoints_are_refused():
    """|sin x| has no finite list of cells."""
    with pytest.raises(OpenError, match="where the definition changes branch"):
        cells(Abs(sin(x)), x)


def test_a_kink_at_an_isolated_zero_is_continuous():
    """At the point where cos x = x both branches of the minimum have the value of the point."""
    pieces = cells(Min(cos(x), x), x)
    assert is_zero(pieces.cells[1].expr.subs(x, pieces.breakpoints[0].at) - pieces.breakpoints[0].value)
    assert is_zero(pieces.cells[0].expr.subs(x, pieces.breakpoints[0].at) - pieces.breakpoints[0].value)
