"""Power series of smooth expressions at a point, exact in every coefficient.

Quotients are divided as series, so that a removable singularity, as of sin(x)/x at 0, is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from math import factorial

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Pow,
    S,
    Symbol,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    expand,
    log,
    sin,
    sinh,
    tan,
    tanh,
)

from symact.errors import OpenError
from symact.functions import MeaningfulFunction, sigmoid
from symact.notation import text
from symact.signs import is_zero

Coefficients = tuple[Expr, ...]

ANALYTIC = (exp, log, sin, cos, tan, sinh, cosh, tanh, asin, atan, asinh, atanh, erf, erfc, MeaningfulFunction)

FURTHER = (0, 3, 8)
"""Terms computed beyond those asked for: a division by x^n costs n of them."""


@dataclass(frozen=True)
class Series:
    """Σ coefficients[k]·x^(start + k), and terms of higher order that are not known."""

    start: int
    coefficients: Coefficients

    @property
    def end(self) -> int:
        """The least power that is not known."""
        return self.start + len(self.coefficients)

    def coefficient(self, power: int) -> Expr:
        """Return the coefficient of a power below the end."""
        return self.coefficients[power - self.start] if power >= self.start else S.Zero


class TooFewTermsError(OpenError):
    """Everything that was kept of a denominator or an argument vanishes; a longer series settles it."""


def coefficients(expr: Expr, symbol: Symbol, order: int) -> Coefficients:
    """Return the coefficients of 1, x, …, x^order of the expansion at 0.

    Parameters
    ----------
    expr
        A smooth expression.
    symbol
        The variable x.
    order
        The highest power.

    Raises
    ------
    OpenError
        If the expression is singular at 0, or holds something that has no expansion here.
    """
    for further in FURTHER:
        try:
            series = _series(expr, symbol, order + 1 + further)
        except TooFewTermsError:
            continue
        if any(not is_zero(series.coefficient(k)) for k in range(series.start, min(0, series.end))):
            raise OpenError(f"{text(expr)} has a pole at 0")
        if series.end > order:
            return tuple(series.coefficient(k) for k in range(order + 1))
    raise OpenError(f"{text(expr)} is singular at 0 in a way that cancels more than {FURTHER[-1]} terms")


def value_at(expr: Expr, symbol: Symbol, point: Expr) -> Expr:
    """Return the value at a point, through a removable singularity if there is one.

    Raises
    ------
    OpenError
        If the singularity is none that a power series removes.
    """
    value = expr.subs(symbol, point)
    if value.is_finite is not False and not value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        return value
    return coefficients(expr.subs(symbol, symbol + point), symbol, 0)[0]


def _series(expr: Expr, x: Symbol, terms: int) -> Series:
    if expr == x:
        return Series(0, tuple(S.One if k == 1 else S.Zero for k in range(terms)))
    if x not in expr.free_symbols:
        return _constant(expr, terms)
    if isinstance(expr, Add):
        return _sum([_series(a, x, terms) for a in expr.args])
    if isinstance(expr, Mul):
        return reduce(_product, (_series(a, x, terms) for a in expr.args))
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp < 0:
        inverse = _inverse(_series(expr.base, x, terms))
        return reduce(_product, [inverse] * int(-expr.exp))
    if isinstance(expr, Pow) and x not in expr.exp.free_symbols:
        base, u = _series(expr.base, x, terms), Dummy("u")
        if base.start < 0 and expr.exp.is_Integer:
            return reduce(_product, [base] * int(expr.exp))
        return _composed(u**expr.exp, u, base)
    if isinstance(expr, Pow):
        return _series(exp(expr.exp * log(expr.base)), x, terms)
    if isinstance(expr, ANALYTIC):
        return _composed(expr.func(_ARGUMENT), _ARGUMENT, _series(expr.args[0], x, terms))
    raise OpenError(f"no power series of {expr.func}")


_ARGUMENT = Symbol("u", real=True)


def _constant(value: Expr, terms: int) -> Series:
    return Series(0, (value, *((S.Zero,) * (terms - 1))))


def _sum(summands: list[Series]) -> Series:
    start, end = min(s.start for s in summands), min(s.end for s in summands)
    return Series(start, tuple(Add(*(s.coefficient(k) for s in summands)) for k in range(start, end)))


def _product(first: Series, second: Series) -> Series:
    length = min(len(first.coefficients), len(second.coefficients))
    a, b = first.coefficients, second.coefficients
    products = tuple(expand(Add(*(a[j] * b[k - j] for j in range(k + 1)))) for k in range(length))
    return Series(first.start + second.start, products)


def _inverse(series: Series) -> Series:
    """Divide 1 by a series, its leading zeros taken off first."""
    zeros = 0
    while zeros < len(series.coefficients) and is_zero(series.coefficients[zeros]):
        zeros += 1
    rest = series.coefficients[zeros:]
    if not rest:
        raise TooFewTermsError("a denominator vanishes to an unknown order")
    inverse = [1 / rest[0]]
    for k in range(1, len(rest)):
        inverse.append(expand(-Add(*(rest[j] * inverse[k - j] for j in range(1, k + 1))) / rest[0]))
    return Series(-series.start - zeros, tuple(inverse))


def _composed(function: Expr, u: Symbol, inner: Series) -> Series:
    """Expand g(c + r(x)) = Σ g⁽ᵏ⁾(c)/k!·r(x)^k."""
    if any(not is_zero(inner.coefficient(k)) for k in range(inner.start, 0)):
        raise OpenError(f"{text(function)} of a pole")
    known = tuple(inner.coefficient(k) for k in range(max(inner.end, 0)))
    if not known:
        raise TooFewTermsError(f"the argument of {text(function)} is not known")
    centre, rest = known[0], Series(0, (S.Zero, *known[1:]))
    power, total = _constant(S.One, len(known)), [S.Zero] * len(known)
    for k in range(len(known)):
        factor = _simple(_derivative(function, u, k).subs(u, centre)) / factorial(k)
        if not factor.is_finite:
            raise OpenError(f"{text(function)} is singular at {text(centre)}")
        total = [t + factor * p for t, p in zip(total, power.coefficients, strict=True)]
        power = _product(power, rest)
    return Series(0, tuple(expand(t) for t in total))


@cache
def _derivative(function: Expr, u: Symbol, order: int) -> Expr:
    return function if order == 0 else diff(_derivative(function, u, order - 1), u)


def _simple(constant: Expr) -> Expr:
    """Evaluate σ and tanh of logarithms, which are rational (mish: tanh(log 2) = 3/5)."""
    for node, rational in ((tanh, lambda a: (a**2 - 1) / (a**2 + 1)), (sigmoid, lambda a: a / (1 + a))):
        constant = constant.replace(
            lambda e, node=node: isinstance(e, node) and abs(e.args[0]).func is log,
            lambda e, rational=rational: rational(exp(e.args[0])),
        )
    return expand(constant)
