"""Laurent series with enclosed coefficients, at 0 and at ±∞, there with an exponential before them.

At ±∞ a function is e^g·(c₀ + c₁·t + …)·t^valuation in t = 1/|x|, where g is a polynomial in 1/t without constant
term.  Of a sum only the greatest exponential is kept: what is left out is smaller by more than every power.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_series, ctx
from sympy import Add, Expr, Function, Mul, Pow, Symbol

from symact.balls import Ball, number, working_precision
from symact.errors import OpenError
from symact.lowering.stable import cos_pi, log1p_excess, log_beside_one, root_minus, sin_pi
from symact.notation import text

TERMS = 80
BITS = 600
ASYMPTOTIC_TERMS = 30
"""Of a series that diverges; beyond |u| = 16 they leave less than 2^-100."""

NOTHING = arb(2) ** -360
"""A coefficient enclosed within it is taken for 0; the measurement of the program would show that it is not."""

Growth = tuple[tuple[int, Ball], ...]
"""The exponent g: k and the coefficient of t^(−k), k > 0, the greatest k last."""


def _is_nothing(coefficient: Ball) -> bool:
    return bool(abs(coefficient) < NOTHING)


@dataclass(frozen=True)
class Laurent:
    """e^growth·t^valuation·(c₀ + c₁·t + …) with c₀ ≠ 0, or 0 where there are no coefficients."""

    valuation: int
    coefficients: tuple[Ball, ...]
    growth: Growth = ()

    @property
    def is_zero(self) -> bool:
        """Whether no coefficient is known to differ from 0."""
        return not self.coefficients

    @property
    def sign(self) -> int:
        """The sign next to t = 0."""
        return 1 if self.coefficients[0] > 0 else -1

    @property
    def growth_sign(self) -> int:
        """1 if it grows like an exponential, −1 if it decays like one, else 0."""
        return (1 if self.growth[-1][1] > 0 else -1) if self.growth else 0

    @property
    def is_bounded(self) -> bool:
        """Whether it has a finite limit, with a power series beside it."""
        return self.is_zero or (not self.growth and self.valuation >= 0)

    @property
    def is_infinite(self) -> bool:
        """Whether its magnitude grows without bound."""
        return not self.is_zero and (self.growth_sign > 0 or (not self.growth and self.valuation < 0))

    @property
    def limit(self) -> float:
        """The limit for t → 0 from above."""
        if self.is_infinite:
            return self.sign * math.inf
        return 0.0 if self.is_zero or self.growth or self.valuation else float(self.coefficients[0].mid())

    def unit(self) -> Any:
        """Return c₀ + c₁·t + … as a series of flint."""
        return arb_series(list(self.coefficients))

    def power_series(self) -> Any:
        """Return the series as one of flint; it must be bounded."""
        return arb_series([arb(0)] * self.valuation + list(self.coefficients))

    def __add__(self, other: Laurent) -> Laurent:
        if self.is_zero or other.is_zero:
            return other if self.is_zero else self
        order = _difference(self.growth, other.growth)
        if order:
            return self if order[-1][1] > 0 else other
        low = min(self.valuation, other.valuation)
        known = min(len(s.coefficients) + s.valuation - low for s in (self, other))
        total = [arb(0)] * max(min(known, TERMS), 0)
        for series in (self, other):
            shift = series.valuation - low
            for k in range(shift, len(total)):
                total[k] += series.coefficients[k - shift]
        return _series_of(low, total, self.growth)

    def __mul__(self, other: Laurent) -> Laurent:
        if self.is_zero or other.is_zero:
            return NULL
        known = min(len(self.coefficients), len(other.coefficients))
        product = _listed(self.unit() * other.unit())[:known]
        negated = tuple((k, -c) for k, c in other.growth)
        return _series_of(self.valuation + other.valuation, product, _difference(self.growth, negated))

    def reciprocal(self) -> Laurent:
        """Return 1 over the series."""
        if self.is_zero:
            raise OpenError("a series of 0 has no reciprocal")
        inverse = _listed(1 / self.unit())[: len(self.coefficients)]
        return _series_of(-self.valuation, inverse, tuple((k, -c) for k, c in self.growth))


NULL = Laurent(0, ())


def _difference(a: Growth, b: Growth) -> Growth:
    total = dict(a)
    for k, c in b:
        total[k] = total.get(k, arb(0)) - c
    return tuple(sorted((k, c) for k, c in total.items() if not _is_nothing(c)))


def _series_of(valuation: int, coefficients: list[Ball], growth: Growth = ()) -> Laurent:
    """Return a series without its leading zeros."""
    start = next((k for k, c in enumerate(coefficients) if not _is_nothing(c)), None)
    return NULL if start is None else Laurent(valuation + start, tuple(coefficients[start:]), growth)


def _listed(series: Any) -> list[Ball]:
    coefficients: list[Ball] = series.coeffs()
    return coefficients + [arb(0)] * (TERMS - len(coefficients))


def _constant(value: Ball) -> Laurent:
    return _series_of(0, [value, *[arb(0)] * (TERMS - 1)])


def laurent(expr: Expr, x: Symbol, at: int) -> Laurent:
    """Return the series of an expression without other symbols.

    Parameters
    ----------
    expr, x
        A smooth expression and its variable.
    at
        0, for a series in t = x on both sides; or the sign of an infinity.

    Raises
    ------
    OpenError
        If something in it has no such series there.
    """
    before = ctx.cap
    ctx.cap = TERMS
    try:
        with working_precision(BITS):
            rest = [arb(0)] * (TERMS - 1)
            variable = Laurent(-1, (arb(at), *rest)) if at else Laurent(1, (arb(1), *rest))
            result = _series(expr, x, variable)
    finally:
        ctx.cap = before
    if result.growth and not at:
        raise OpenError("an exponential of a pole has no series on both sides")
    return result


def _series(expr: Expr, x: Symbol, variable: Laurent) -> Laurent:
    if expr == x:
        return variable
    if x not in expr.free_symbols:
        return _constant(number(expr))
    if isinstance(expr, Add):
        total = _series(expr.args[0], x, variable)
        for term in expr.args[1:]:
            total = total + _series(term, x, variable)
        return total
    if isinstance(expr, Mul):
        product = _series(expr.args[0], x, variable)
        for factor in expr.args[1:]:
            product = product * _series(factor, x, variable)
        return product
    if isinstance(expr, Pow):
        return _power(_series(expr.base, x, variable), expr.exp)
    if isinstance(expr, (log_beside_one, log1p_excess, root_minus, sin_pi, cos_pi)):
        return _series(expr.meaning(*expr.args), x, variable)
    if isinstance(expr, Function) and type(expr).__name__ in _FUNCTIONS:
        return _FUNCTIONS[type(expr).__name__](_series(expr.args[0], x, variable))
    raise OpenError(f"no power series of {text(expr)}")


def _power(base: Laurent, exponent: Expr) -> Laurent:
    if exponent.is_Integer:
        result, square = _constant(arb(1)), base if exponent > 0 else base.reciprocal()
        for digit in reversed(bin(abs(int(exponent)))[2:]):
            result = result * square if digit == "1" else result
            square = square * square
        return result
    if not exponent.is_Rational or base.is_zero or base.sign < 0 or (base.valuation * exponent).q != 1:
        raise OpenError("no power series of a fractional power here")
    factor = number(exponent)
    root = _listed((base.unit().log() * factor).exp())[: len(base.coefficients)]
    return _series_of(int(base.valuation * exponent), root, tuple((k, c * factor) for k, c in base.growth))


def _exp(u: Laurent) -> Laurent:
    if u.is_infinite and u.growth:
        raise OpenError("an exponential of an exponential")
    if u.growth:
        return _constant(arb(1)) + u
    if not u.is_infinite:
        return _analytic(lambda s: s.exp())(u)
    poles = -u.valuation
    growth = tuple(sorted((poles - k, c) for k, c in enumerate(u.coefficients[:poles]) if not _is_nothing(c)))
    regular = _series_of(0, list(u.coefficients[poles:]))
    whole = _constant(arb(1)) if regular.is_zero else _exp(regular)
    return Laurent(whole.valuation, whole.coefficients, growth)


def _log(u: Laurent) -> Laurent:
    if u.is_zero or u.valuation != 0 or u.sign < 0:
        raise OpenError("no power series of a logarithm here")
    total = _series_of(0, _listed(u.unit().log())[: len(u.coefficients)])
    for power, coefficient in u.growth:
        total = total + Laurent(-power, (coefficient, *[arb(0)] * (TERMS - 1)))
    return total


def _analytic(function: Callable[[Any], Any]) -> Callable[[Laurent], Laurent]:
    """Return a function that is analytic at every real argument."""

    def value(u: Laurent) -> Laurent:
        if u.is_infinite:
            raise OpenError("no power series at a pole of the argument")
        if u.growth:
            raise OpenError("no power series in what decays beyond every power")
        known = len(u.coefficients) + u.valuation if u.coefficients else TERMS
        return _series_of(0, _listed(function(u.power_series()))[:known])

    return value


def _complement(u: Laurent) -> Laurent:
    """Return erfc(u): for u → ∞ by the first terms of its asymptotic expansion (DLMF 7.12.1)."""
    if u.is_infinite and not u.growth and u.sign > 0:
        square = u * u
        term = total = _constant(arb(1))
        for k in range(1, ASYMPTOTIC_TERMS):
            term = term * square.reciprocal() * _constant(arb(1 - 2 * k) / 2)
            total = total + term
        known = 2 * ASYMPTOTIC_TERMS * -u.valuation
        total = Laurent(total.valuation, total.coefficients[:known], total.growth)
        return total * _exp(square * _constant(arb(-1))) * u.reciprocal() * _constant(1 / arb.pi().sqrt())
    return _saturating(lambda s: s.erfc(), 2, 0)(u)


def _saturating(function: Callable[[Any], Any], below: int, above: int) -> Callable[[Laurent], Laurent]:
    """Return an analytic function that tends to constants faster than every power."""
    inside = _analytic(function)

    def value(u: Laurent) -> Laurent:
        if not u.is_infinite:
            return inside(u)
        limit = above if u.sign > 0 else below
        if not limit:
            raise OpenError("a tail that decays has no power series")
        return _constant(arb(limit))

    return value


def _sigmoid(u: Laurent) -> Laurent:
    one = _constant(arb(1))
    return (one + _exp(u * _constant(arb(-1)))).reciprocal()


def _softplus(u: Laurent) -> Laurent:
    if u.is_infinite and u.growth:
        raise OpenError("an exponential of an exponential")
    if u.is_infinite and u.sign < 0:
        return _exp(u)
    return u if u.is_infinite else _log(_constant(arb(1)) + _exp(u))


def _atan(u: Laurent) -> Laurent:
    inside = _analytic(lambda s: s.atan())
    if not u.is_infinite:
        return inside(u)
    return _constant(u.sign * arb.pi() / 2) + inside(u.reciprocal()) * _constant(arb(-1))


def _hyperbolic(sign: int) -> Callable[[Laurent], Laurent]:
    def value(u: Laurent) -> Laurent:
        return (_exp(u) + _exp(u * _constant(arb(-1))) * _constant(arb(sign))) * _constant(arb(1) / 2)

    return value


def _tanh(u: Any) -> Any:
    e = (2 * u).exp()
    return (e - 1) / (e + 1)


_FUNCTIONS: dict[str, Callable[[Laurent], Laurent]] = {
    "exp": _exp,
    "expm1": lambda u: _exp(u) + _constant(arb(-1)),
    "sinh": _hyperbolic(-1),
    "cosh": _hyperbolic(1),
    "tanh": _saturating(_tanh, -1, 1),
    "erf": _saturating(lambda u: u.erf(), -1, 1),
    "erfc": _complement,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "normal_cdf": lambda u: _complement(u * _constant(-1 / arb(2).sqrt())) * _constant(arb(1) / 2),
    "normal_pdf": lambda u: _exp(u * u * _constant(arb(-1) / 2)) * _constant(1 / (2 * arb.pi()).sqrt()),
    "sin": _analytic(lambda u: u.sin()),
    "cos": _analytic(lambda u: u.cos()),
    "asinh": _analytic(lambda u: (u + (1 + u * u).sqrt()).log()),
    "atan": _atan,
    "log": _log,
    "log1p": lambda u: _log(u + _constant(arb(1))),
}
