"""Ball arithmetic: SymPy expressions enclosed rigorously by Arb (python-flint).

Every operation returns a ball that contains the exact value, so a comparison that holds for balls is a certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from flint import arb, ctx, fmpq, fmpz
from sympy import (
    Abs,
    Add,
    ComplexRootOf,
    Expr,
    Float,
    Function,
    Heaviside,
    LambertW,
    Max,
    Min,
    Mul,
    NumberSymbol,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    erfi,
    exp,
    log,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.codegen.cfunctions import expm1, log1p
from sympy.core.relational import Relational

from symact.errors import OpenError
from symact.functions import NamedConstant, erfcx, normal_cdf, normal_pdf, sigmoid, softplus

Ball = Any
"""A flint.arb: midpoint and radius."""

Evaluator = Callable[..., Ball]

MOST_BITS = 1 << 14
NEGLIGIBLE = arb(2) ** -1400  # far below the least subnormal double, 2^-1074


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with `bits` bits inside the block."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def evaluate(expr: Expr, values: Mapping[Symbol, Any] | None = None, bits: int = 120) -> Ball:
    """Enclose an expression at a point to a relative accuracy of `bits` bits.

    Parameters
    ----------
    expr
        A real expression.
    values
        Exact numbers for its symbols: int, float, SymPy number or ball.
    bits
        Relative accuracy; values below 2^-1400 in magnitude are returned as soon as that is known.

    Raises
    ------
    OpenError
        If the accuracy is not reached (an expression that is zero, but not visibly so) or there is no enclosure.
    """
    values = values or {}
    symbols = tuple(sorted(values, key=lambda s: s.name))
    function = compiled(expr, symbols)
    precision = bits + 40
    while precision <= MOST_BITS:
        with working_precision(precision):
            ball = function(*(number(values[s]) for s in symbols))
            if ball.is_zero() or ball.rel_accuracy_bits() >= bits or bool(abs(ball) < NEGLIGIBLE):
                return ball
        precision *= 2
    raise OpenError(f"{expr} is not enclosed to {bits} bits")


def number(value: Any) -> Ball:
    """Return an exact number as a ball (of the working precision, if it is not a float)."""
    if isinstance(value, arb):
        return value
    if isinstance(value, (int, float)):
        return arb(value)
    return compiled(S(value), ())()


@lru_cache(maxsize=4096)
def compiled(expr: Expr, symbols: tuple[Symbol, ...]) -> Evaluator:
    """Return a function of balls that encloses the expression at the working precision of the moment.

    Raises
    ------
    OpenError
        If the expression holds something that has no enclosure here.
    """
    if expr in symbols:
        position = symbols.index(expr)
        return lambda *point: point[position]
    if isinstance(expr, Float):
        return compiled(Rational(expr), symbols)
    if isinstance(expr, Rational):
        if expr.q == 1:
            integer = fmpz(int(expr.p))
            return lambda *_: arb(integer)
        fraction = fmpq(int(expr.p), int(expr.q))
        return lambda *_: arb(fraction)
    if isinstance(expr, NamedConstant):
        return _constant(compiled(expr.meaning, ()))
    if symbols and expr.args and not expr.free_symbols:
        return _constant(compiled(expr, ()))
    if isinstance(expr, NumberSymbol) and expr in _CONSTANTS:
        constant = _CONSTANTS[expr]
        return lambda *_: constant()
    if isinstance(expr, Pow):
        return _power(expr, symbols)
    if isinstance(expr, Piecewise):
        return _piecewise(expr, symbols)
    if isinstance(expr, ComplexRootOf) and expr.is_real:
        return _algebraic(expr)
    operands = [compiled(a, symbols) for a in expr.args]
    if isinstance(expr, Add):
        return lambda *point: sum((f(*point) for f in operands[1:]), operands[0](*point))
    if isinstance(expr, Mul):
        return lambda *point: _product(f(*point) for f in operands)
    if isinstance(expr, (Max, Min)):
        choose = arb.max if isinstance(expr, Max) else arb.min
        return lambda *point: _fold(choose, [f(*point) for f in operands])
    meaning = _FUNCTIONS.get(expr.func)
    if meaning is None or not operands:
        kind = expr.func.__name__ if isinstance(expr, Function) else str(expr)
        raise OpenError(f"no ball enclosure of {kind}")
    operand = operands[0]
    return lambda *point: meaning(operand(*point))


def _constant(evaluator: Evaluator) -> Evaluator:
    """Return an evaluator that computes a constant once for each precision."""
    known: dict[int, Ball] = {}

    def value(*_: Ball) -> Ball:
        if ctx.prec not in known:
            known[ctx.prec] = evaluator()
        return known[ctx.prec]

    return value


def _product(factors: Iterator[Ball]) -> Ball:
    result = next(factors)
    for factor in factors:
        result = result * factor
    return result


def _fold(choose: Callable[[Ball, Ball], Ball], balls: list[Ball]) -> Ball:
    result = balls[0]
    for ball in balls[1:]:
        result = choose(result, ball)
    return result


def _power(expr: Pow, symbols: tuple[Symbol, ...]) -> Evaluator:
    base, exponent = compiled(expr.base, symbols), expr.exp
    if exponent.is_Integer:
        power = int(exponent)
        return lambda *point: integer_power(base(*point), power)
    if exponent == S.Half:
        return lambda *point: base(*point).sqrt()
    if exponent == -S.Half:
        return lambda *point: base(*point).rsqrt()
    general = compiled(exponent, symbols)
    return lambda *point: base(*point) ** general(*point)


def integer_power(base: Ball, power: int) -> Ball:
    """Return a power of a real or complex ball by multiplication (``arb(0, 1) ** 2`` is NaN in python-flint)."""
    if power < 0:
        return 1 / integer_power(base, -power)
    result, square = arb(1), base
    while power:
        if power % 2:
            result = square * result
        power //= 2
        square = square * square
    return result


def _piecewise(expr: Piecewise, symbols: tuple[Symbol, ...]) -> Evaluator:
    rows = [(_condition(c, symbols), compiled(e, symbols)) for e, c in expr.args]

    def value(*point: Ball) -> Ball:
        for holds, branch in rows:
            verdict = holds(*point)
            if verdict is None:
                return arb.nan()
            if verdict:
                return branch(*point)
        return arb.nan()

    return value


def _condition(condition: Any, symbols: tuple[Symbol, ...]) -> Callable[..., bool | None]:
    """Return a three-valued predicate: None where the balls do not decide."""
    if condition in (S.true, S.false):
        constant = bool(condition)
        return lambda *_: constant
    if isinstance(condition, Relational):
        left, right = compiled(condition.lhs, symbols), compiled(condition.rhs, symbols)
        holds = _RELATIONS[condition.rel_op]
        return lambda *point: holds(left(*point), right(*point))
    parts = [_condition(c, symbols) for c in condition.args]
    stop = {"And": False, "Or": True}.get(type(condition).__name__)
    if stop is None:
        raise OpenError(f"no ball enclosure of the condition {condition}")

    def combined(*point: Ball) -> bool | None:
        verdicts = [part(*point) for part in parts]
        if stop in verdicts:
            return stop
        return None if None in verdicts else not stop

    return combined


def _three_valued(yes: Callable[[Ball, Ball], Any], no: Callable[[Ball, Ball], Any]) -> Callable[..., bool | None]:
    return lambda a, b: True if yes(a, b) else False if no(a, b) else None


_RELATIONS: dict[str, Callable[[Ball, Ball], bool | None]] = {
    "<": _three_valued(lambda a, b: a < b, lambda a, b: a >= b),
    "<=": _three_valued(lambda a, b: a <= b, lambda a, b: a > b),
    ">": _three_valued(lambda a, b: a > b, lambda a, b: a <= b),
    ">=": _three_valued(lambda a, b: a >= b, lambda a, b: a < b),
    "==": _three_valued(lambda a, b: (a - b).is_zero(), lambda a, b: not a.overlaps(b)),
    "!=": _three_valued(lambda a, b: not a.overlaps(b), lambda a, b: (a - b).is_zero()),
}


def _algebraic(root: Expr) -> Evaluator:
    def value(*_: Ball) -> Ball:
        digits = ctx.prec // 3 + 5
        approximation = Rational(str(root.evalf(digits)))
        width = Rational(1, 10 ** (digits - 4)) * max(1, abs(approximation))
        polynomial, x = root.poly, root.poly.gen
        low, high = approximation - width, approximation + width
        if polynomial.eval(x, low) * polynomial.eval(x, high) >= 0:
            raise OpenError(f"{root} is not isolated")
        return number(low).union(number(high))

    return value


def _sigmoid(u: Ball) -> Ball:
    # Of e^(−u) and e^u the one that stays small: Arb's exponent range ends near |u| = 10^18.
    if u > 0:
        return 1 / (1 + (-u).exp())
    e = u.exp()
    return e / (1 + e)


def _softplus(u: Ball) -> Ball:
    return u + (-u).exp().log1p() if u > 0 else u.exp().log1p()


def _normal_cdf(u: Ball) -> Ball:
    return (-u / arb(2).sqrt()).erfc() / 2


def _normal_pdf(u: Ball) -> Ball:
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt()


def _sign(u: Ball) -> Ball:
    return arb(1) if u > 0 else arb(-1) if u < 0 else arb(0) if u.is_zero() else arb(0, 1)


_CONSTANTS: dict[Expr, Callable[[], Ball]] = {
    S.Pi: arb.pi,
    S.Exp1: arb.const_e,
    S.EulerGamma: arb.const_euler,
    S.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
}

_FUNCTIONS: dict[type, Callable[[Ball], Ball]] = {
    exp: arb.exp,
    log: arb.log,
    expm1: arb.expm1,
    log1p: arb.log1p,
    sin: arb.sin,
    cos: arb.cos,
    tan: arb.tan,
    asin: arb.asin,
    atan: arb.atan,
    sinh: arb.sinh,
    cosh: arb.cosh,
    tanh: arb.tanh,
    asinh: arb.asinh,
    atanh: arb.atanh,
    erf: arb.erf,
    erfc: arb.erfc,
    erfi: arb.erfi,
    LambertW: arb.lambertw,
    Abs: abs,
    sign: _sign,
    Heaviside: lambda u: (1 + _sign(u)) / 2,
    sigmoid: _sigmoid,
    softplus: _softplus,
    normal_cdf: _normal_cdf,
    normal_pdf: _normal_pdf,
    erfcx: lambda u: (u * u).exp() * u.erfc(),
}
