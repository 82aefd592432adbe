"""Signs, order and equality of numbers, and of expressions in parameters: proved or refused.

Numbers are decided by balls, parameters by their assumptions; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, Rational, S, Symbol, cancel, expand, factor, oo, simplify

from symact.balls import IsolatedZero, compiled, number, working_precision
from symact.errors import OpenError
from symact.functions import expand_meaning
from symact.notation import text

BITS = 200


def compare(a: Expr, b: Expr) -> int:
    """Return the sign of a − b, proved under the assumptions.

    Raises
    ------
    OpenError
        If the sign is not the same for all values that the assumptions allow.
    """
    if a == b:
        return 0
    if oo in (a, b) or -oo in (a, b):
        return 1 if a is oo or b == -oo else -1
    return sign_of(a - b)


def sign_of(expr: Expr) -> int:
    """Return −1, 0 or 1: of a number by balls, of an expression in parameters by their assumptions.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    if expr.is_Rational:
        return (int(expr.p) > 0) - (int(expr.p) < 0)
    if not expr.free_symbols:
        return _sign_of_number(expr)
    for candidate in (expr, factor(expr)):
        if candidate.is_zero or candidate == 0:
            return 0
        if candidate.is_positive:
            return 1
        if candidate.is_negative:
            return -1
    raise OpenError(f"the sign of {text(expr)} depends on the parameters")


def _sign_of_number(expr: Expr) -> int:
    with working_precision(BITS):
        ball = compiled(expr, ())()
    if ball > 0:
        return 1
    if ball < 0:
        return -1
    if ball.is_zero() or (ball.is_finite() and (_vanishes_by_definition(expr) or simplify(expand_meaning(expr)) == 0)):
        return 0
    raise OpenError(f"the sign of {text(expr)} is not settled")


def is_zero(expr: Expr) -> bool:
    """Return whether an expression is identically zero (False when simplification does not show it)."""
    if expr == 0 or expr.is_zero is not None:
        return bool(expr == 0 or expr.is_zero)
    # SymPy's simplify imports its physics package, 0.3 s, when it is first called: cheap answers come first.
    if _is_nonzero_at_a_point(expr):
        return False
    return bool(expand(expr) == 0 or _vanishes_by_definition(expr) or simplify(expr) == 0)


def certainly_differ(first: Expr, second: Expr) -> bool:
    """Tell whether two numbers are told apart by balls, or two expressions by their assumptions."""
    difference = first - second
    if difference.free_symbols:
        return sign_of(difference) != 0
    with working_precision(BITS):
        return not compiled(difference, ())().contains(0)


def _is_nonzero_at_a_point(expr: Expr) -> bool:
    """Whether a ball at one of a few points that the assumptions allow excludes 0."""
    symbols = tuple(sorted(expr.free_symbols, key=lambda s: s.name))
    try:
        function = compiled(expr, symbols)
        balls = (function(*map(number, point)) for point in _points(symbols))
        return any(ball > 0 or ball < 0 for ball in balls)  # the first that does is enough
    except OpenError:
        return False


def _points(symbols: tuple[Symbol, ...]) -> Iterator[list[Expr]]:
    """Yield a few points between kinks, on either side of 0 where the assumptions allow that."""
    for turn in (1, -1, 3, -3):
        values = [Integer(k + 2) if s.is_integer else Rational((7 + 2 * k) * turn, 5) for k, s in enumerate(symbols)]
        yield [
            abs(v) if s.is_nonnegative else -abs(v) if s.is_nonpositive else v
            for s, v in zip(symbols, values, strict=True)
        ]


def _vanishes_by_definition(expr: Expr) -> bool:
    """Whether an expression is a finite multiple of the equation of an isolated zero in it, taken at that zero."""
    for zero in expr.atoms(IsolatedZero):
        if expr.xreplace({zero.equation.xreplace({zero.symbol: zero}): S.Zero}) == 0:
            return True
        multiple = cancel(expr.xreplace({zero: zero.symbol}) / zero.equation)
        if compiled(multiple, (zero.symbol,))(number(zero)).is_finite():
            return True
    return False
