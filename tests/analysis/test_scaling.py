"""Scale equivariance and the zoom limits, against exact values and balls."""

from __future__ import annotations

import pytest
from sympy import Abs, And, Eq, Expr, Integer, Max, Min, Ne, Piecewise, Rational, S, Symbol, log, oo, tanh

import symact
from symact.activation import Activation, Parameter, x
from symact.analysis.scaling import facts, scale_equivariance, zoom_in, zoom_out
from symact.balls import compiled, number, working_precision
from symact.errors import OpenError
from symact.verdict import Grade, Verdict

NAMES = symact.names()
ELEMENTWISE = [name for name in NAMES if symact.get(name).is_elementwise]
EQUIVARIANT = {"dprelu", "identity", "leaky_relu", "prelu", "relu", "rrelu", "vrelu"}
WITHOUT_DEFAULT = {"threshold": Rational(1, 5), "value": Integer(7)}
POINTS = [Rational(p) for p in ("-3", "-1", "-1/4", "0", "1/4", "1", "3")]


def concrete(name: str) -> Activation:
    entry = symact.get(name)
    return (entry.at(**WITHOUT_DEFAULT) if name == "threshold" else entry).at_defaults()


def ball(expr: Expr, point: Expr):
    with working_precision(500):
        return compiled(expr, (x,))(number(point))


def verdict_of(activation: Activation) -> Verdict:
    verdict = scale_equivariance(activation)
    if verdict.grade is Grade.OPEN:
        raise OpenError(str(verdict))
    return verdict


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_that_of_the_lecture(name: str) -> None:
    """L1, L21: the one-kink rectifiers are equivariant, with parameters as symbols; nothing else is."""
    verdict = verdict_of(symact.get(name))
    assert verdict.grade is (Grade.PROVED if name in EQUIVARIANT else Grade.REFUTED)
    assert bool(verdict) == (name in EQUIVARIANT)


@pytest.mark.parametrize("name", sorted(EQUIVARIANT))
def test_what_is_proved_holds_at_points(name: str) -> None:
    """f(λx) = λ·f(x), exactly, at points and parameters that the proof never saw."""
    activation = symact.get(name)
    for slope in (Rational(-7, 3), S.Zero, Rational(5, 2)):
        f = activation.expr.subs({p.symbol: slope for p in activation.parameters})
        for scale in (Rational(1, 9), Integer(13)):
            assert all(f.subs(x, scale * p) == scale * f.subs(x, p) for p in POINTS)


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in EQUIVARIANT])
def test_a_counterexample_is_one(name: str) -> None:
    """Both sides, computed anew from the definition, are what the counterexample says, and they differ."""
    activation = symact.get(name)
    example = verdict_of(activation).counterexample
    assert example is not None
    f = activation.expr.subs({p.symbol: example.point.get(p.name, 0) for p in activation.parameters})
    is_taken = any(p.name == "lambd" for p in activation.parameters)
    point, scale = example.point["x"], example.point["c" if is_taken else "λ"]
    assert scale > 0
    left, right = ball(f, scale * point), number(scale) * ball(f, point)
    assert not left.overlaps(right)
    assert left.overlaps(number(example.left))
    assert right.overlaps(number(example.right))


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("softshrink", lambda lambd: Eq(lambd, 0)),
        ("hardshrink", lambda lambd: Eq(lambd, 0)),
        ("threshold", lambda theta, value: And(Eq(theta, 0), Eq(value, 0))),
        ("hardtanh", lambda *_: S.false),
        ("chebyshev", lambda c0, c1, c2, c3: And(Eq(c0, 0), Eq(c2, 0), Eq(c3, 0))),
        ("swish", lambda *_: S.false),
    ],
)
def test_the_condition_says_for_which_parameters_it_holds(name: str, condition) -> None:
    """Where the statement holds for some parameters only, these are named exactly."""
    activation = symact.get(name)
    expected = condition(*(p.symbol for p in activation.parameters))
    assert scale_equivariance(activation).condition == expected


def test_equivariance_of_functions_outside_the_catalogue() -> None:
    """|x| and max(ax, bx) are equivariant; x + c is only for c = 0; a curved function never is."""
    a, b, c = (Symbol(name, real=True) for name in "abc")
    assert scale_equivariance(Activation("absolute", Abs(x)))
    entry = Activation("two_slopes", Piecewise((a * x, x < 0), (b * x, True)), (Parameter(a), Parameter(b)))
    assert scale_equivariance(entry)
    assert scale_equivariance(Activation("shift", x + c, (Parameter(c, default=1),))).condition == Eq(c, 0)
    assert not scale_equivariance(Activation("curved", x * Abs(x)))
    assert not scale_equivariance(Activation("jump", Piecewise((x, Ne(x, 0)), (1, True))))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, Max(0, x)) for name in ("relu", "softplus", "gelu", "silu", "mish", "elu", "celu", "swish")),  # L22
        *((name, Max(0, x)) for name in ("gelu_tanh", "gelu_sigmoid", "hardswish", "threshold")),
        *((name, 0) for name in ("sigmoid", "tanh", "softsign", "hardtanh", "relu6", "hardsigmoid", "binary_step")),
        *((name, x) for name in ("identity", "tanhshrink", "softshrink", "hardshrink")),
        ("logsigmoid", Min(0, x)),
    ],
)
def test_far_away_a_function_looks_homogeneous(name: str, expected: Expr) -> None:
    """L22: the limit of f(λx)/λ, with parameters as symbols."""
    assert zoom_out(symact.get(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("softplus", x / 2),
        ("gelu", x / 2),
        ("sigmoid", x / 4),  # L23
        ("tanh", x),
        ("mish", x * tanh(log(2))),
        ("relu", Max(0, x)),
        ("hardsigmoid", x / 6),
        ("tanhshrink", 0),
        ("softshrink", 0),
        ("celu", x),
        ("relu6", Max(0, x)),
    ],
)
def test_close_up_a_function_looks_linear(name: str, expected: Expr) -> None:
    """The limit of (f(λx) − f(0))/λ is the tangent, or two half lines at a kink."""
    assert zoom_in(symact.get(name)) == expected


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_zoom_limits_are_approached(name: str) -> None:
    """At λ = 10¹⁵ and 10⁻⁹ the scaled function is near its zoom limits."""
    activation = concrete(name)
    large, small = Integer(10) ** 15, Rational(1, 10**9)
    at_zero = ball(activation.expr, S.Zero)
    out, near = zoom_out(activation), zoom_in(activation)
    for point in POINTS:
        values = (
            (out, ball(activation.expr, large * point) / number(large)),
            (near, (ball(activation.expr, small * point) - at_zero) / number(small)),
        )
        for limit, value in values:
            goal = limit.subs(x, point)
            if goal in (oo, -oo):
                assert value * (1 if goal is oo else -1) > 1e6
            else:
                assert abs(value - number(goal)) < 1e-6, (point, limit)


def test_a_jump_at_zero_is_said_so() -> None:
    """Close up, the binary step falls off to −∞ on the left; the fact says that f jumps."""
    assert zoom_in(symact.get("binary_step")) == Piecewise((-oo, x < 0), (0, True))
    assert facts(symact.get("binary_step"))[-1].method == "f jumps at 0"


def test_the_open_interior_is_named() -> None:
    """For softshrink the zoom limits are derived for λ > 0, and the fact says so."""
    assert facts(symact.get("softshrink"))[-1].at == "λ > 0"
