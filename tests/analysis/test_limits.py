"""Limits against known answers, and against values near the target in ball arithmetic."""

from __future__ import annotations

import pytest
from sympy import Abs, Eq, Expr, Integer, Max, Min, Piecewise, Rational, S, Sum, Symbol, exp, log, oo, sin

import symact
from symact.activation import Activation, Parameter, i, j, n, vector, x
from symact.analysis.limits import OneSided, facts, limit, limit_of_derivative, limit_of_slope, smooth_limit, targets
from symact.analysis.transseries import TIME, UndecidedSign
from symact.analysis.vector_limits import maximum, multiplicity
from symact.balls import compiled, number, working_precision
from symact.errors import OpenError, ParameterError
from symact.verdict import Grade

ELEMENTWISE = [name for name in symact.names() if symact.get(name).is_elementwise]
POINTS = [Rational(p) for p in ("-5", "-3/2", "-1/10", "0", "1/10", "1", "4")]
WITHOUT_DEFAULT = {"threshold": Rational(1, 5), "value": Integer(7)}
FAR = {oo: Integer(10) ** 10, -oo: -(Integer(10) ** 10)}
LARGE, SMALL = 20, 1e-4  # log(10¹⁰) = 23, 1/√10¹⁰ = 10⁻⁵


def ball(expr: Expr, at: dict[Symbol, Expr]):
    with working_precision(400):
        return compiled(expr, tuple(at))(*(number(v) for v in at.values()))


def parameter(name: str, which: str) -> Symbol:
    return symact.get(name).parameter(which).symbol


@pytest.mark.parametrize(
    ("name", "symbol", "to", "expected"),
    [
        ("softplus", "beta", oo, Max(0, x)),
        ("softplus", "beta", 0, oo),
        ("swish", "beta", oo, Max(0, x)),
        ("swish", "beta", 0, x / 2),
        ("elu", "alpha", 0, Max(0, x)),
        ("elu", "alpha", oo, Piecewise((-oo, x < 0), (x, True))),
        ("celu", "alpha", 0, Max(0, x)),
        ("celu", "alpha", oo, x),
        ("leaky_relu", "negative_slope", 1, x),
        ("leaky_relu", "negative_slope", 0, Max(0, x)),
        ("prelu", "a", -1, Abs(x)),
        ("softshrink", "lambd", 0, x),
        ("softshrink", "lambd", oo, 0),
        ("hardshrink", "lambd", 0, x),
        ("hardshrink", "lambd", oo, 0),
        ("hardtanh", "max_val", oo, Max(parameter("hardtanh", "min_val"), x)),
        ("hardtanh", "min_val", -oo, Min(parameter("hardtanh", "max_val"), x)),
        ("threshold", "threshold", -oo, x),
        ("threshold", "threshold", oo, parameter("threshold", "value")),
        ("gelu", "x", -oo, 0),
        ("gelu", "x", oo, oo),
        ("mish", "x", -oo, 0),
        ("gelu_tanh", "x", -oo, 0),
        ("softsign", "x", -oo, -1),
        ("elu", "x", -oo, -parameter("elu", "alpha")),
        ("logsigmoid", "x", -oo, -oo),
        ("tanhshrink", "x", oo, oo),
        ("relu", "x", 3, 3),
        ("softsign", "x", 0, 0),
        ("relu6", "x", 10.5, 6),
    ],
)
def test_known_limits(name: str, symbol: str, to: object, expected: Expr) -> None:
    """The limits of the lecture and of the textbooks, as the expressions that a reader expects."""
    assert limit(symact.get(name), symbol, to) == expected


PARAMETRIC = [
    (name, p.name, to)
    for name in ELEMENTWISE
    for p in symact.get(name).parameters
    if p.symbol in symact.get(name).expr.free_symbols
    for to in targets(symact.get(name), p)
    if (name, p.name, to) != ("threshold", "threshold", S.Zero)  # the one-sided limits differ at x = 0
]


@pytest.mark.may_be_open
@pytest.mark.parametrize(("name", "which", "to"), PARAMETRIC)
def test_limits_in_a_parameter_are_approached(name: str, which: str, to: Expr) -> None:
    """With the parameter close to its target the function is close to the limit, infinite where that is."""
    activation = symact.get(name)
    symbol = activation.parameter(which).symbol
    found = limit(activation, symbol, to)
    at = {p.symbol: WITHOUT_DEFAULT.get(p.name, p.default) for p in activation.parameters}
    at = {s: S(v).subs(at) for s, v in at.items()}
    near = FAR.get(to, to + Rational(1, 10**10))
    for point in POINTS:
        value = ball(activation.expr, at | {symbol: near, x: point})
        goal = found.subs({s: v for s, v in at.items() if s != symbol}).subs(x, point)
        if goal in (oo, -oo):
            assert value * (1 if goal is oo else -1) > LARGE, (point, found)
        else:
            assert abs(value - number(goal)) < SMALL, (point, found)


@pytest.mark.parametrize("end", [oo, -oo])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_limits_at_infinity_are_approached(name: str, order: int, end: Expr) -> None:
    """Far out the function and its derivatives are close to their limits."""
    activation = symact.get(name)
    if name in ("threshold",):
        activation = activation.at(**WITHOUT_DEFAULT)
    activation = activation.at_defaults()
    goal = limit_of_derivative(activation, order, end)
    value = ball(activation.derivative(order), {x: FAR[end]})
    if goal in (oo, -oo):
        assert value * (1 if goal is oo else -1) > LARGE
    else:
        assert abs(value - number(goal)) < SMALL
    if order == 0 and (slope := limit_of_slope(activation, end)).is_finite:
        assert abs(value / number(FAR[end]) - number(slope)) < SMALL


def test_one_sided_limits_that_differ_are_not_merged() -> None:
    """A jump has two one-sided limits and no limit; the message offers the direction."""
    step = symact.get("binary_step")
    with pytest.raises(OneSided, match="give the direction"):
        limit(step, "x", 0)
    assert limit(step, "x", 0, "-") == 0
    assert limit(step, "x", 0, "+") == 1


@pytest.mark.parametrize(
    ("name", "symbol", "to", "message"),
    [
        ("softplus", "beta", -oo, "does not tend to"),
        ("softshrink", "lambd", -1, "does not tend to"),
        ("hardtanh", "min_val", oo, "it bounds max_val"),
        ("hardtanh", "max_val", -oo, "does not tend to"),
        ("relu", "alpha", 0, "no parameter 'alpha'"),
        ("relu", "x", Symbol("y"), "a real number"),
    ],
)
def test_impossible_limits_are_refused(name: str, symbol: str, to: object, message: str) -> None:
    """A target outside the domain is refused, not extrapolated."""
    with pytest.raises(ParameterError, match=message):
        limit(symact.get(name), symbol, to)


def test_the_sign_of_a_parameter_is_split() -> None:
    """The limit of leaky ReLU for x → −∞ depends on the sign of its slope, and says so."""
    slope = parameter("leaky_relu", "negative_slope")
    expected = Piecewise((-oo, slope > 0), (0, Eq(slope, 0)), (oo, True))
    assert limit(symact.get("leaky_relu"), "x", -oo) == expected


def test_an_unknown_sign_is_not_guessed() -> None:
    """The expansion refuses e^(at) for a of unknown sign and says which sign is missing."""
    a = Symbol("a", real=True)
    with pytest.raises(UndecidedSign, match="sign of a"):
        smooth_limit(exp(a * TIME), TIME)


def test_an_oscillation_has_no_limit() -> None:
    """The sine has no limit at infinity; it is reported open."""
    with pytest.raises(OpenError):
        limit(Activation("wave", sin(x)), "x", oo)


def test_limits_of_functions_outside_the_catalogue() -> None:
    """Roots, logarithms and moving breakpoints away from 0."""
    b, c = Symbol("b", positive=True), Symbol("c", real=True)
    squareplus = Activation("squareplus", (x + (x**2 + b) ** S.Half) / 2, (Parameter(b, default=4),))
    assert limit(squareplus, "x", -oo) == 0
    assert limit(squareplus, "b", 0) == Max(0, x)
    assert limit(Activation("symlog", log(1 + Abs(x))), "x", -oo) == oo
    soft = Activation("shifted", log(1 + exp(b * (x - c))) / b, (Parameter(b, default=1), Parameter(c, default=0)))
    found = limit(soft, "b", oo)
    for shift in (-2, 3):
        for point in (-4, -2, 0, 3, 5):
            assert found.subs({c: shift, x: point}) == max(0, point - shift)


@pytest.mark.parametrize(
    ("name", "symbol", "to", "expected"),
    [
        ("softmax", "beta", 0, 1 / n),
        (
            "softmax",
            "beta",
            oo,
            Piecewise((1 / multiplicity(vector, maximum(vector)), Eq(vector[i], maximum(vector))), (0, True)),
        ),
        ("logmeanexp", "beta", 0, Sum(vector[j], (j, 0, n - 1)) / n),
        ("logmeanexp", "beta", oo, maximum(vector)),
        ("softmax", "x[i]", oo, 1),
        ("softmax", "x[i]", -oo, 0),
        ("softmin", "x[i]", oo, 0),
        ("log_softmax", "x[i]", oo, 0),
        ("logsumexp", "x[i]", oo, oo),
    ],
)
def test_known_limits_over_a_vector(name: str, symbol: str, to: Expr, expected: Expr) -> None:
    """For every length: the uniform distribution, the mean, the shared argmax and the max."""
    assert limit(symact.get(name), symbol, to) == expected


def test_vector_limits_do_not_depend_on_names() -> None:
    """A sharpened softmin, written down here, tends to the indicator of the minimum."""
    b = Symbol("b", positive=True)
    entry = Activation(
        "sharp_softmin",
        exp(-b * vector[i]) / Sum(exp(-b * vector[j]), (j, 0, n - 1)),
        (Parameter(b, default=1, domain=symact.get("softmax").parameters[0].domain),),
    )
    found = limit(entry, "b", oo)
    assert found.args[1] == (0, True)
    assert str(found.args[0].cond.args[0]) == "min(x)"
    assert limit(entry, "b", 0) == 1 / n


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", symact.names())
def test_no_limit_on_the_sheet_is_open(name: str) -> None:
    """Every limit that a sheet shows is settled."""
    for fact in facts(symact.get(name)):
        if fact.grade is Grade.OPEN:
            raise OpenError(f"{fact.label}: {fact.value}")
        assert fact.grade is Grade.PROVED
