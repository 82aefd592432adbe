"""Numbers against the analysis: a limit, a derivative or an expectation that balls at a few points speak against.

What is found here is a conflict, after which nothing is believed; that there is none is no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import arb
from sympy import Expr, Rational, Symbol, oo

from symact.balls import Ball, Evaluator, compiled, number, working_precision
from symact.errors import OpenError
from symact.functions import normal_pdf

Function = Callable[[Ball], Ball]

BITS = 400

STEP = arb(2) ** -100
"""Of a difference quotient, and what it may be off: the square of it, times a third derivative."""

APPROACH = (16, 32)
"""Binary digits of the two distances at which a limit is looked at."""

SHRINKING = arb(0.9)
"""A slow approach, as that of 1/log x, shrinks by more between the two."""

DENSITY, FARTHEST = 32, 12
"""Points of a quadrature in an interval of length 1, and the last one: beyond there is no weight."""

NEARLY = arb(0.02)
"""More than the relative error of the quadrature of a function with steps."""

GENERIC = (Rational(137, 113), Rational(-211, 97), Rational(89, 151), Rational(-53, 181))
"""Values at which no formula that a person writes has a kink."""


def check_derivative(function: Expr, symbol: Symbol, derivative: Expr) -> None:
    """Compare a derivative with difference quotients.

    Raises
    ------
    OpenError
        If they conflict; so in the other functions of this module.
    """
    with working_precision(BITS):
        for f, slope, place in _functions(function, derivative, symbol):
            quotient = (f(place + STEP) - f(place - STEP)) / (2 * STEP)
            _compare(f"the derivative by {symbol}", quotient, slope(place), STEP)


def check_limit(function: Expr, symbol: Symbol, target: Expr, limit: Expr) -> None:
    """Compare a limit with values nearer and nearer; it conflicts if they do not come nearer to it."""
    with working_precision(BITS):
        for f, value, place in _functions(function, limit, symbol):
            for far, near in _approaches(symbol, target):
                claimed = value(place)
                if abs(f(near) - claimed) > abs(f(far) - claimed) * SHRINKING:
                    _compare(f"the limit in {symbol}", f(near), claimed, NEARLY)


def check_expectation(function: Expr, symbol: Symbol, expectation: Expr) -> None:
    """Compare an expectation under the standard normal with a quadrature."""
    with working_precision(BITS):
        nodes = [arb(k) / DENSITY for k in range(-DENSITY * FARTHEST, DENSITY * FARTHEST + 1)]
        for f, value, place in _functions(function * normal_pdf(symbol), expectation, symbol):
            _compare("the expectation", sum(map(f, nodes), arb(0)) / DENSITY, value(place), NEARLY)


def _approaches(symbol: Symbol, target: Expr) -> Iterator[tuple[Ball, Ball]]:
    """Yield two places on the way to a target, from each side that the symbol allows."""
    far, near = (arb(2) ** digits for digits in APPROACH)
    if target is oo:
        yield far, near
    elif target == -oo:
        yield -far, -near
    else:
        end = number(target)
        yield end + 1 / far, end + 1 / near
        if not symbol.is_positive:
            yield end - 1 / far, end - 1 / near


def _functions(function: Expr, claimed: Expr, symbol: Symbol) -> Iterator[tuple[Function, Function, Ball]]:
    """Yield two expressions as functions of a symbol, at values of the others, with a place for it."""
    others = sorted((function.free_symbols | claimed.free_symbols) - {symbol}, key=lambda s: s.name)
    symbols = (symbol, *others)
    try:
        pair = [compiled(expr, symbols) for expr in (function, claimed)]
    except OpenError:
        return
    for k in range(len(GENERIC)):
        turned = [GENERIC[(k + m) % len(GENERIC)] for m in range(len(symbols))]
        place, *values = (number(abs(v) if s.is_positive else v) for s, v in zip(symbols, turned, strict=True))
        f, g = (_at(each, values) for each in pair)
        yield f, g, place


def _at(evaluator: Evaluator, values: list[Ball]) -> Function:
    return lambda place: evaluator(place, *values)


def _compare(what: str, found: Ball, claimed: Ball, tolerance: Ball) -> None:
    if abs(found - claimed) > tolerance * (1 + abs(claimed)):
        raise OpenError(f"numbers speak against {what}")
