"""Asymptotes against the function far out, in ball arithmetic."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer, Rational, exp, log, oo, sin, sqrt

import symact
from symact.activation import Activation, x
from symact.analysis.asymptotics import NoAsymptote, Rate, asymptote, facts
from symact.analysis.transseries import TIME, Growth, UndecidedSign, expansion, leading_term, limit_at_infinity
from symact.balls import compiled, number, working_precision
from symact.errors import OpenError
from symact.functions import normal_pdf
from symact.verdict import Grade

ELEMENTWISE = [name for name in symact.names() if symact.get(name).is_elementwise and name != "chebyshev"]
WITHOUT_DEFAULT = {"threshold": Rational(1, 5), "value": Integer(7)}


def concrete(name: str) -> Activation:
    entry = symact.get(name)
    return (entry.at(**WITHOUT_DEFAULT) if name == "threshold" else entry).at_defaults()


def ball(expr: Expr, point: int):
    with working_precision(20_000):
        return compiled(expr, (x,))(number(point))


@pytest.mark.parametrize("end", [oo, -oo])
@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_remainder_over_its_leading_term_tends_to_one(name: str, end: Expr) -> None:
    """f − (m·x + c) over the leading term is near 1 and comes nearer; it is 0 where the rate is exact."""
    activation = concrete(name)
    known = asymptote(activation, end)
    distances = []
    for size in (10, 40):
        point = size if end is oo else -size
        gap = ball(activation.expr - known.line, point)
        if known.rate is Rate.EXACT:
            assert known.remainder == 0
            assert abs(gap) < 1e-300
            continue
        if known.remainder is None:
            assert known.rate is Rate.FASTER
            assert size < 40 or abs(gap) < 1e-300
            continue
        with working_precision(200):
            distances.append(abs(gap / ball(known.remainder, point) - 1))
    assert not distances or (distances[1] < 0.04 and (distances[1] < 1e-12 or distances[1] < distances[0]))


@pytest.mark.parametrize(
    ("name", "end", "line", "remainder", "rate"),
    [
        ("tanh", oo, 1, -2 * exp(-2 * x), Rate.EXPONENTIAL),  # L11
        ("softsign", oo, 1, -1 / x, Rate.ALGEBRAIC),  # L11
        ("gelu", oo, x, -normal_pdf(x), Rate.GAUSSIAN),
        ("gelu", -oo, 0, -normal_pdf(x), Rate.GAUSSIAN),
        ("silu", -oo, 0, x * exp(x), Rate.EXPONENTIAL),
        ("mish", oo, x, -2 * x * exp(-2 * x), Rate.EXPONENTIAL),
        ("tanhshrink", oo, x - 1, 2 * exp(-2 * x), Rate.EXPONENTIAL),
        ("sigmoid", -oo, 0, exp(x), Rate.EXPONENTIAL),
        ("relu6", oo, 6, 0, Rate.EXACT),
        ("hardswish", oo, x, 0, Rate.EXACT),
    ],
)
def test_known_asymptotes(name: str, end: Expr, line: Expr, remainder: Expr, rate: Rate) -> None:
    """Line, leading term and rate as in the textbook."""
    known = asymptote(symact.get(name), end)
    assert (known.line, known.remainder, known.rate) == (line, remainder, rate)


def test_parameters_stay_symbols() -> None:
    """Softplus_β − x ~ e^(−βx)/β for every β > 0; ELU + α ~ α·e^x."""
    beta = symact.get("softplus").parameter("beta").symbol
    alpha = symact.get("elu").parameter("alpha").symbol
    assert asymptote(symact.get("softplus"), oo).remainder == exp(-beta * x) / beta
    assert asymptote(symact.get("elu"), -oo).line == -alpha
    assert asymptote(symact.get("elu"), -oo).remainder == alpha * exp(x)


def test_gelu_by_tanh_decays_faster_than_the_normal_density() -> None:
    """The cubic in the argument of tanh makes the tail lighter than that of gelu itself."""
    assert asymptote(symact.get("gelu_tanh"), -oo).rate is Rate.FASTER


def test_no_asymptote_is_said_so() -> None:
    """A parabola has none, and neither has a logarithm; the sine is open."""
    with pytest.raises(NoAsymptote, match="grows like x²"):
        asymptote(Activation("square", x**2 + x), oo)
    with pytest.raises(NoAsymptote):
        asymptote(Activation("root", log(1 + x**2)), oo)
    with pytest.raises(OpenError):
        asymptote(Activation("wave", sin(x)), oo)
    (fact, _) = facts(symact.get("chebyshev").at_defaults())
    assert fact.grade is Grade.PROVED
    assert fact.value.startswith("none: f(x) ~ 4x²")


def test_expansion_drops_what_is_below_its_error() -> None:
    """√(t² + 1) = t + 1/(2t) − 1/(8t³) + …: terms, order and error bound."""
    series = expansion(sqrt(TIME**2 + 1), TIME, 2)
    assert [(g.power, c) for g, c in series.terms] == [(1, 1), (-1, Rational(1, 2))]
    assert series.error == Growth(power=Integer(-3))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (TIME * (sqrt(TIME**2 + 1) - TIME), Rational(1, 2)),
        ((1 + 1 / TIME) ** 2, 1),
        (exp(-TIME) * TIME**50, 0),
        (log(TIME) / TIME, 0),
        (exp(log(TIME) / 2) / sqrt(TIME), 1),
        (TIME**2 * (exp(1 / TIME) - 1 - 1 / TIME), Rational(1, 2)),
        ((exp(TIME) + TIME) / (exp(TIME) - TIME), 1),
        (exp(TIME + exp(-TIME)) - exp(TIME), 1),
    ],
)
def test_limits_that_need_cancellation(expr: Expr, expected: Expr) -> None:
    """The classics of limit computation, where the leading terms cancel."""
    assert limit_at_infinity(expr, TIME) == expected


def test_leading_term_of_zero_is_none() -> None:
    """An expression that is identically zero has no leading term."""
    assert leading_term((TIME + 1) ** 2 - TIME**2 - 2 * TIME - 1, TIME) is None


def test_undecided_growth_names_the_sign_that_is_missing() -> None:
    """e^(xt) for real x is refused: the sign of x is asked for."""
    with pytest.raises(UndecidedSign) as caught:
        limit_at_infinity(exp(x * TIME) + 1, TIME)
    assert caught.value.expr in (x, -x)
