"""Derivatives against differences of the definition, in ball arithmetic."""

from __future__ import annotations

from math import comb

import pytest
from sympy import Abs, Expr, Integer, Max, Piecewise, Rational, S, Symbol, exp, tanh

import symact
from symact.activation import Activation, Parameter, x
from symact.analysis.derivatives import derivative, facts, kinks, parameter_derivative, prime
from symact.balls import compiled, number, working_precision
from symact.errors import ParameterError, SymactError
from symact.functions import normal_pdf, sigmoid
from symact.verdict import Grade

ELEMENTWISE = [name for name in symact.names() if symact.get(name).is_elementwise]
PARAMETRIC = [(name, p.name) for name in ELEMENTWISE for p in symact.get(name).parameters]
POINTS = [Rational(p) for p in ("-23/3", "-17/10", "-3/10", "1/7", "9/10", "7/2", "41/4")]
WITHOUT_DEFAULT = {"threshold": Rational(1, 5), "value": Integer(7)}
STEP = Rational(1, 10**30)
BITS = 900


def values_of(activation: Activation) -> dict[Symbol, Expr]:
    given = {p.name: WITHOUT_DEFAULT[p.name] for p in activation.parameters if p.default is None}
    return activation.values(given)


def difference_quotient(expr: Expr, symbol: Symbol, at: dict[Symbol, Expr], order: int):
    """The central difference of the definition itself, to about 30 digits."""
    symbols = tuple(at)
    function = compiled(expr, symbols)
    with working_precision(BITS):
        total = number(0)
        for k in range(order + 1):
            shifted = at | {symbol: at[symbol] + (Rational(order, 2) - k) * STEP}
            total += (-1) ** k * comb(order, k) * function(*(number(shifted[s]) for s in symbols))
        return total / number(STEP**order)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_is_the_limit_of_differences(name: str, order: int) -> None:
    """Away from kinks every derivative agrees with a difference quotient of the definition to 20 digits."""
    activation = symact.get(name)
    values = values_of(activation)
    found = derivative(activation, order)
    for point in POINTS:
        at = values | {x: point}
        expected = difference_quotient(activation.expr, x, at, order)
        with working_precision(BITS):
            computed = compiled(found, tuple(at))(*(number(v) for v in at.values()))
            assert abs(computed - expected) < 1e-20 * (1 + abs(expected)), (point, found)


@pytest.mark.parametrize(("name", "parameter"), PARAMETRIC)
def test_parameter_derivative_is_the_limit_of_differences(name: str, parameter: str) -> None:
    """The derivative with respect to a parameter agrees with a difference quotient in that parameter."""
    activation = symact.get(name)
    values = values_of(activation)
    symbol = activation.parameter(parameter).symbol
    for order in (1, 2):
        found = parameter_derivative(activation, parameter, order)
        for point in POINTS:
            at = values | {x: point}
            expected = difference_quotient(activation.expr, symbol, at, order)
            with working_precision(BITS):
                computed = compiled(found, tuple(at))(*(number(v) for v in at.values()))
                assert abs(computed - expected) < 1e-20 * (1 + abs(expected)), (point, found)


@pytest.mark.parametrize(
    ("name", "order", "form"),
    [
        ("sigmoid", 1, sigmoid(x) * sigmoid(-x)),
        ("tanh", 1, 1 - tanh(x) ** 2),
        ("tanhshrink", 1, tanh(x) ** 2),
        ("silu", 1, sigmoid(x) * (1 + x * sigmoid(-x))),
        ("logsigmoid", 1, sigmoid(-x)),
        ("gelu", 2, (2 - x**2) * normal_pdf(x)),
        ("relu", 1, Piecewise((0, x <= 0), (1, True))),
        ("softsign", 1, Piecewise(((x - 1) ** -2, x <= 0), ((x + 1) ** -2, True))),
    ],
)
def test_derivative_reads_as_in_a_textbook(name: str, order: int, form: Expr) -> None:
    """The short forms that textbooks print are what comes out."""
    assert derivative(symact.get(name), order) == form


@pytest.mark.parametrize(
    ("name", "at", "left", "right", "value"),
    [
        # torch's values, peers.md §1.4
        ("relu", 0, 0, 1, 0),
        ("leaky_relu", 0, Rational(1, 100), 1, Rational(1, 100)),
        ("relu6", 0, 0, 1, 0),
        ("relu6", 6, 1, 0, 0),
        ("hardtanh", -1, 0, 1, 0),
        ("hardtanh", 1, 1, 0, 0),
        ("hardsigmoid", 3, Rational(1, 6), 0, 0),
        ("hardswish", -3, 0, -S.Half, 0),
        ("hardswish", 3, Rational(3, 2), 1, 1),
        ("softshrink", S.Half, 0, 1, 0),
        ("elu", 0, 1, 1, 1),
    ],
)
def test_kinks_follow_the_convention(name: str, at: Expr, left: Expr, right: Expr, value: Expr) -> None:
    """One-sided slopes and the value at a kink are those of torch."""
    (kink,) = [k for k in kinks(symact.get(name).at_defaults()) if k.at == at]
    assert (kink.left, kink.right, kink.value) == (left, right, value)
    assert kink.is_jump == (left != right)


def test_elu_slope_at_zero_is_alpha_from_the_left_and_one_from_the_right() -> None:
    """SymPy's limit says α on both sides; the cells know better."""
    alpha = symact.get("elu").parameter("alpha").symbol
    (kink,) = kinks(symact.get("elu"))
    assert (kink.left, kink.right, kink.value) == (alpha, 1, alpha)


def test_ties_take_the_slope_of_least_magnitude() -> None:
    """Where Abs or Max ties, f′ is the one-sided slope nearest to 0."""
    assert derivative(Activation("v", Abs(x))).subs(x, 0) == 0
    assert derivative(Activation("w", Max(x, 3 * x))).subs(x, 0) == 1


def test_refusals_name_the_mistake() -> None:
    """A vector entry, a negative order and an unknown parameter are refused."""
    with pytest.raises(SymactError, match="Jacobian"):
        derivative(symact.get("softmax"))
    with pytest.raises(SymactError, match="order"):
        derivative(symact.get("relu"), -1)
    with pytest.raises(ParameterError, match="no parameter 'beta'"):
        parameter_derivative(symact.get("relu"), "beta")


def test_a_throwaway_entry_needs_no_catalogue() -> None:
    """The analysis takes any activation: x·e^(−kx) has f′ = (1 − kx)·e^(−kx)."""
    k = Symbol("k", positive=True)
    entry = Activation("throwaway", x * exp(-k * x), parameters=(Parameter(k, default=1),))
    assert (derivative(entry) - (1 - k * x) * exp(-k * x)).simplify() == 0


@pytest.mark.may_be_open
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_facts_hold_every_order_asked_for(name: str) -> None:
    """The sheet shows f′ to f⁽ⁿ⁾, all proved."""
    found = {fact.label: fact for fact in facts(symact.get(name), order=3)}
    for order in (1, 2, 3):
        assert found[f"f{prime(order)}(x)"].grade is Grade.PROVED
