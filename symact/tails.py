"""How an expression behaves near infinity, with every remainder enclosed.

On [X, ∞) an expression is written as a finite sum of scales c·x^k·(log x)^m·e^(P(x)), P a polynomial without
constant term.  Each coefficient c is an exact number, or a ball that holds c(x) for *every* x ≥ X.  The sign of the
sum beyond X, or its limit, then follows from the leading scale once the others are shown to stay small: an
argument, not a sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cmp_to_key
from itertools import zip_longest
from math import comb
from typing import Any

from flint import arb
from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from symact.balls import compiled, number, working_precision
from symact.errors import OpenError
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus
from symact.notation import text

BITS = 100
KEPT = 5
"""Scales kept apart; the smaller ones are folded into the last coefficient."""

FASTER = 16
"""A rate of decay that stands for every faster one, as that of e^(−e^x)."""

Scale = tuple[tuple[Expr, ...], Rational, int]
"""The coefficients of x, x², … in the exponent, the power of x, and that of log x."""

Coefficient = Any
"""An exact SymPy number or a ball."""

Terms = dict[Scale, Coefficient]

ONE: Scale = ((), S.Zero, 0)
LINEAR: Scale = ((), S.One, 0)


def sign_beyond(expr: Expr, symbol: Symbol, start: int) -> int:
    """Return the sign that an expression has on the whole of [start, ∞).

    Raises
    ------
    OpenError
        If the leading scale does not yet dominate at `start`, or the expression has no expansion here.
    """
    with working_precision(BITS):
        tail = Tail(symbol, start)
        terms = tail.expand(expr)
        if not terms:
            return 0
        _, total = tail.relative_to_leading(terms)
        if total > 0:
            return 1
        if total < 0:
            return -1
    raise OpenError(f"the sign of {text(expr)} beyond {text(start)} is not settled")


def limit_at_infinity(expr: Expr, symbol: Symbol) -> Expr:
    """Return the limit of a smooth expression as the symbol tends to ∞: an exact number, ∞ or −∞.

    Raises
    ------
    OpenError
        If it is not established exactly.
    """
    constant, rest = expr.as_independent(symbol, as_Add=False)
    if rest == 1:
        return constant
    if constant.free_symbols:
        inner = limit_at_infinity(rest, symbol)
        return constant * inner if inner.is_finite else _signed_infinity(constant, inner)
    for start in (8, 32, 128):
        try:
            return _limit(expr, symbol, start)
        except OpenError:
            continue
    raise OpenError(f"the limit of {text(expr)} at infinity is not settled")


def approached(expr: Expr, symbol: Symbol, end: Expr, direction: int) -> Expr:
    """Return an expression near a point, from above (direction 1) or below (−1), written in 1/distance → ∞."""
    return expr.subs(symbol, end + direction / symbol)


def one_sided_limit(expr: Expr, symbol: Symbol, end: Expr, direction: int) -> Expr:
    """Return the limit from above (direction 1) or below (−1): an exact number, ∞ or −∞; errors as at infinity."""
    return limit_at_infinity(approached(expr, symbol, end, direction), symbol)


def _signed_infinity(constant: Expr, infinity: Expr) -> Expr:
    if constant.is_positive:
        return infinity
    if constant.is_negative:
        return -infinity
    raise OpenError(f"the sign of {text(constant)} depends on the parameters")


def _limit(expr: Expr, symbol: Symbol, start: int) -> Expr:
    with working_precision(BITS):
        tail = Tail(symbol, start)
        terms = tail.expand(expr)
        if not terms:
            return S.Zero
        leading, total = tail.relative_to_leading(terms)
        growth = tail.compare(leading, ONE)
        if growth < 0:
            return S.Zero
        if growth > 0:
            if total > 0 or total < 0:
                return oo if total > 0 else -oo
            raise OpenError(f"the limit of {text(expr)} at infinity is not settled")
        coefficient = terms[leading]
        if isinstance(coefficient, arb):
            raise OpenError(f"the limit of {text(expr)} at infinity is known only as a ball")
        return coefficient


class Tail:
    """The arithmetic of scales on [start, ∞)."""

    def __init__(self, symbol: Symbol, start: int) -> None:
        self.symbol = symbol
        self.start = start

    def expand(self, expr: Expr) -> Terms:
        """Return an expression as a sum of scales."""
        if expr == self.symbol:
            return {LINEAR: S.One}
        if self.symbol not in expr.free_symbols:
            return {ONE: expr} if expr != 0 else {}
        if isinstance(expr, Add):
            total: Terms = {}
            for argument in expr.args:
                total = self.add(total, self.expand(argument))
            return total
        if isinstance(expr, Mul):
            product: Terms = {ONE: S.One}
            for argument in expr.args:
                product = self.multiply(product, self.expand(argument))
            return product
        if isinstance(expr, Pow) and expr.exp.is_Integer:
            base = self.expand(expr.base)
            if expr.exp < 0:
                base = self.inverse(base)
            power: Terms = {ONE: S.One}
            for _ in range(abs(int(expr.exp))):
                power = self.multiply(power, base)
            return power
        if isinstance(expr, Pow) and expr.exp.is_Rational:
            return self.root(self.expand(expr.base), expr.exp)
        if isinstance(expr, Pow):
            return self.exponential(self.multiply(self.expand(expr.exp), self.logarithm(self.expand(expr.base))))
        rule = _RULES.get(expr.func)
        if rule is None or len(expr.args) != 1:
            raise OpenError(f"no expansion of {expr.func} at infinity")
        return rule(self, self.expand(expr.args[0]))

    def compare(self, first: Scale, second: Scale) -> int:
        """Tell which of two scales grows faster."""
        for coefficient in reversed(_difference(first[0], second[0])):
            if coefficient != 0:
                ball = number(coefficient)
                if ball > 0:
                    return 1
                if ball < 0:
                    return -1
                raise OpenError(f"the sign of {text(coefficient)} is not settled")
        return _order(first[1], second[1]) or _order(first[2], second[2])

    def sorted(self, terms: Terms) -> list[Scale]:
        """Return the scales, the fastest growing first."""
        return sorted(terms, key=cmp_to_key(self.compare), reverse=True)

    def largest(self, scale: Scale) -> Any:
        """Return a ball that holds a scale for every x ≥ start, if it decreases there."""
        exponent, power, logs = scale
        x = arb(self.start)
        balls = [number(c) for c in exponent]
        # x·d/dx of the logarithm is k + m/log x + Σ j·cⱼ·xʲ, and m/log x is at most its value at the start for m > 0;
        # with x = start + t every coefficient in t must be ≤ 0.
        constant = number(power) + max(logs, 0) / x.log()
        logarithmic = [constant, *((m + 1) * c for m, c in enumerate(balls))]
        for order in range(len(logarithmic)):
            shifted = sum(
                (comb(m, order) * c * x ** (m - order) for m, c in enumerate(logarithmic) if m >= order),
                arb(0),
            )
            if not shifted <= 0:
                raise OpenError("a scale does not decrease yet")
        exponent_value = sum((c * x ** (m + 1) for m, c in enumerate(balls)), arb(0))
        return arb(0).union(x ** number(power) * x.log() ** logs * exponent_value.exp())

    def enclosure(self, terms: Terms) -> Any:
        """Return a ball that holds the sum for every x ≥ start.

        Raises
        ------
        OpenError
            If a term grows without bound.
        """
        total = arb(0)
        for scale, coefficient in terms.items():
            bound = arb(1) if scale == ONE else self.largest(scale)
            total += _ball(coefficient) * bound
        return total

    def relative_to_leading(self, terms: Terms) -> tuple[Scale, Any]:
        """Return the leading scale, and a ball that holds the sum divided by it for every x ≥ start."""
        leading = self.sorted(terms)[0]
        return leading, self.enclosure(_divided(terms, leading))

    def add(self, first: Terms, second: Terms) -> Terms:
        """Return the sum."""
        total = dict(first)
        for scale, coefficient in second.items():
            total[scale] = _plus(total[scale], coefficient) if scale in total else coefficient
        return self.compressed({s: c for s, c in total.items() if isinstance(c, arb) or c != 0})

    def scaled(self, terms: Terms, factor: Coefficient) -> Terms:
        """Return the sum times a number."""
        return {scale: _times(coefficient, factor) for scale, coefficient in terms.items()}

    def multiply(self, first: Terms, second: Terms) -> Terms:
        """Return the product."""
        product: Terms = {}
        for s, c in first.items():
            for t, d in second.items():
                scale = (_trimmed(_sum(s[0], t[0])), s[1] + t[1], s[2] + t[2])
                value = _times(c, d)
                product[scale] = _plus(product[scale], value) if scale in product else value
        return self.compressed({s: c for s, c in product.items() if isinstance(c, arb) or c != 0})

    def compressed(self, terms: Terms) -> Terms:
        """Fold the smallest scales into the coefficient of the last one kept."""
        if len(terms) <= KEPT:
            return terms
        order = self.sorted(terms)
        last = order[KEPT - 1]
        kept = {scale: terms[scale] for scale in order[:KEPT]}
        small = _divided({scale: terms[scale] for scale in order[KEPT:]}, last)
        kept[last] = _ball(kept[last]) + self.enclosure(small)
        return kept

    def inverse(self, terms: Terms) -> Terms:
        """Return 1/(c·s·(1 + r)) = (1 − r·C)/(c·s), with C a ball around 1/(1 + r)."""
        if not terms:
            raise OpenError("division by zero")
        leading = self.sorted(terms)[0]
        coefficient = terms[leading]
        if isinstance(coefficient, arb) and not (coefficient > 0 or coefficient < 0):
            raise OpenError("a leading coefficient may vanish")
        rest = self.scaled(_divided({s: c for s, c in terms.items() if s != leading}, leading), 1 / coefficient)
        bounded = 1 + self.enclosure(rest)
        if not (bounded > 0 or bounded < 0):
            raise OpenError("a denominator may vanish")
        series = self.add({ONE: S.One}, self.scaled(rest, -1 / bounded))
        return self.scaled(_divided(series, leading), 1 / coefficient)

    def root(self, terms: Terms, power: Expr) -> Terms:
        """Return (c·s·(1 + r))^p = c^p·s^p·(1 + r·C), with C a ball around p·(1 + ξ)^(p−1), ξ between 0 and r."""
        if not terms:
            raise OpenError("a root of 0 has no expansion")
        leading = self.sorted(terms)[0]
        (exponent, degree, logs), coefficient = leading, terms[leading]
        if isinstance(coefficient, arb) or not number(coefficient) > 0 or not (logs * power).is_Integer:
            raise OpenError("a root has no expansion")
        rest = self.scaled(_divided({s: c for s, c in terms.items() if s != leading}, leading), 1 / coefficient)
        hull = 1 + arb(0).union(self.enclosure(rest))
        if not hull > 0:
            raise OpenError("a root may vanish")
        mean = number(power) * hull ** number(power - 1)
        scale = (_trimmed(tuple(c * power for c in exponent)), degree * power, int(logs * power))
        series = self.add({ONE: S.One}, self.scaled(rest, mean))
        return self.multiply({scale: coefficient**power}, series)

    def exponential(self, terms: Terms) -> Terms:
        """Return e^(P + q·log x + c + r) = x^q·e^c·e^P·(1 + r·C), with C a ball around e^ξ, ξ between 0 and r."""
        if any(s[0] and self.compare(s, ONE) > 0 for s in terms):
            return self.vanishing(terms)
        growing = {s: c for s, c in terms.items() if not s[0] and self.compare(s, ONE) > 0}
        polynomial = {s: c for s, c in growing.items() if s[1] > 0}
        power = growing.get(((), S.Zero, 1), S.Zero)
        if any(s[2] or not s[1].is_Integer for s in polynomial) or growing.keys() - polynomial.keys() - {_LOGARITHM}:
            raise OpenError("an exponent is no polynomial")
        if isinstance(power, arb) or not power.is_Rational:
            raise OpenError("an exponent holds an irrational multiple of a logarithm")
        constant = terms.get(ONE, S.Zero)
        rest = {s: c for s, c in terms.items() if s not in growing and s != ONE}
        if any(isinstance(c, arb) for c in polynomial.values()):
            raise OpenError("an exponent is known only as a ball")
        degree = int(max((s[1] for s in polynomial), default=0))
        exponent = tuple(polynomial.get(((), Integer(m), 0), S.Zero) for m in range(1, degree + 1))
        factor = constant.exp() if isinstance(constant, arb) else exp(constant)
        leading: Terms = {(exponent, power, 0): factor}
        if not rest:
            return leading
        mean = arb(0).union(self.enclosure(rest)).exp()
        return self.multiply(leading, self.add({ONE: S.One}, self.scaled(rest, mean)))

    def vanishing(self, terms: Terms) -> Terms:
        """Enclose e^u for a u that tends to −∞ faster than every line: between 0 and e^(−16x)."""
        leading, total = self.relative_to_leading(terms)
        line = _divided({LINEAR: Integer(FASTER)}, leading)
        if self.compare(leading, LINEAR) <= 0 or not total < 0 or not self.enclosure(line) <= -total:
            raise OpenError("an exponential of an exponential")
        return {((Integer(-FASTER),), S.Zero, 0): arb(0).union(arb(1))}

    def logarithm(self, terms: Terms) -> Terms:
        """Return log(c·x^k·e^P·(1 + r)) = P + k·log x + log c + r·C, with C a ball around 1/(1 + ξ)."""
        if not terms:
            raise OpenError("a logarithm of 0")
        leading = self.sorted(terms)[0]
        (exponent, power, logs), coefficient = leading, terms[leading]
        if logs or not _ball(coefficient) > 0:
            raise OpenError("a logarithm of a logarithm, or of what may be negative")
        rest = self.scaled(_divided({s: c for s, c in terms.items() if s != leading}, leading), 1 / coefficient)
        hull = 1 + arb(0).union(self.enclosure(rest))
        if not hull > 0:
            raise OpenError("a logarithm of what may vanish")
        constant = coefficient.log() if isinstance(coefficient, arb) else log(coefficient)
        head: Terms = {((), Integer(m + 1), 0): c for m, c in enumerate(exponent)} | {_LOGARITHM: power, ONE: constant}
        known = {s: c for s, c in head.items() if isinstance(c, arb) or c != 0}
        return self.add(known, self.scaled(rest, 1 / hull))

    def direction(self, terms: Terms) -> int:
        """Return 1 or −1 for a sum that tends to ±∞, 0 for a bounded one."""
        if not terms:
            return 0
        leading, total = self.relative_to_leading(terms)
        if self.compare(leading, ONE) <= 0:
            return 0
        if total > 0:
            return 1
        if total < 0:
            return -1
        raise OpenError("a leading coefficient may vanish")

    def bounded(self, function: type[Expr], terms: Terms) -> Terms:
        """Return g(c + r) = g(c) + r·C, with C a ball around g′ between c and c + r (mean value theorem)."""
        constant = terms.get(ONE, S.Zero)
        if isinstance(constant, arb):
            raise OpenError("a limit is known only as a ball")
        rest = {s: c for s, c in terms.items() if s != ONE}
        hull = arb(0).union(self.enclosure(rest)) + number(constant)
        slope = compiled(diff(function(self.symbol), self.symbol), (self.symbol,))(hull)
        if not slope.is_finite():
            raise OpenError(f"{function.__name__} is not smooth near {text(constant)}")
        value = function(constant)
        return self.add({ONE: value} if value != 0 else {}, self.scaled(rest, slope))


def _sigmoid(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(sigmoid, u)
    e = tail.exponential(tail.scaled(u, S(-direction)))
    # σ(u) = 1 − e/(1 + e) for u → ∞ and e/(1 + e) for u → −∞, where e = e^(−|u|).
    small = tail.multiply(e, tail.inverse(tail.add({ONE: S.One}, e)))
    return small if direction < 0 else tail.add({ONE: S.One}, tail.scaled(small, S.NegativeOne))


def _tanh(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(tanh, u)
    e = tail.exponential(tail.scaled(u, S(-2 * direction)))
    small = tail.multiply(e, tail.inverse(tail.add({ONE: S.One}, e)))
    return tail.scaled(tail.add({ONE: S.One}, tail.scaled(small, S(-2))), S(direction))


def _softplus(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(softplus, u)
    e = tail.exponential(tail.scaled(u, S(-direction)))
    # log(1 + e) = e − e²/(2·(1 + ξ)²) with ξ between 0 and e.
    curvature = 1 / (2 * (1 + arb(0).union(tail.enclosure(e))) ** 2)
    small = tail.add(e, tail.scaled(tail.multiply(e, e), -curvature))
    return small if direction < 0 else tail.add(u, small)


def _normal_pdf(tail: Tail, u: Terms) -> Terms:
    return tail.scaled(tail.exponential(tail.scaled(tail.multiply(u, u), -S.Half)), 1 / sqrt(2 * pi))


def _normal_cdf(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(normal_cdf, u)
    t = tail.scaled(u, S(direction))
    inverse = tail.inverse(t)
    square = tail.multiply(inverse, inverse)
    # Mills: Φ(−t) = φ(t)/t·(1 − 1/t² + 3/t⁴ − 15·D/t⁶) with D between 0 and 1 for t > 0.
    series, power = {ONE: S.One}, {ONE: S.One}
    for coefficient in (S.NegativeOne, S(3), -15 * arb(0).union(arb(1))):
        power = tail.multiply(power, square)
        series = tail.add(series, tail.scaled(power, coefficient))
    mills = tail.multiply(tail.multiply(_normal_pdf(tail, t), inverse), series)
    return mills if direction < 0 else tail.add({ONE: S.One}, tail.scaled(mills, S.NegativeOne))


def _erf(tail: Tail, u: Terms) -> Terms:
    return tail.add(tail.scaled(_normal_cdf(tail, tail.scaled(u, sqrt(2))), S(2)), {ONE: S.NegativeOne})


def _erfc(tail: Tail, u: Terms) -> Terms:
    return tail.scaled(_normal_cdf(tail, tail.scaled(u, -sqrt(2))), S(2))


def _sinh(tail: Tail, u: Terms) -> Terms:
    return _half_sum(tail, u, -1) if tail.direction(u) else tail.bounded(sinh, u)


def _cosh(tail: Tail, u: Terms) -> Terms:
    return _half_sum(tail, u, 1) if tail.direction(u) else tail.bounded(cosh, u)


def _half_sum(tail: Tail, u: Terms, sign: int) -> Terms:
    """Return (e^u ± e^(−u))/2."""
    mirrored = tail.exponential(tail.scaled(u, S.NegativeOne))
    return tail.scaled(tail.add(tail.exponential(u), tail.scaled(mirrored, S(sign))), S.Half)


def _atan(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(atan, u)
    v = tail.inverse(u)
    # atan u = ±π/2 − atan v, and atan v = v·(1 − D·v²) with D between 0 and 1/3.
    bracket = arb(0).union(arb(1) / 3)
    series = tail.add({ONE: S.One}, tail.scaled(tail.multiply(v, v), -bracket))
    return tail.add({ONE: direction * pi / 2}, tail.scaled(tail.multiply(v, series), S.NegativeOne))


def _asinh(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(asinh, u)
    size = tail.scaled(u, S(direction))
    root = tail.root(tail.add(tail.multiply(u, u), {ONE: S.One}), S.Half)
    return tail.scaled(tail.logarithm(tail.add(size, root)), S(direction))


def _oscillating(function: type[Expr]) -> Callable[[Tail, Terms], Terms]:
    """Return the rule of sin or cos: far out all that is known is that the values lie between −1 and 1."""

    def rule(tail: Tail, u: Terms) -> Terms:
        return {ONE: arb(0, 1)} if tail.direction(u) else tail.bounded(function, u)

    return rule


def _bounded(function: type[Expr]) -> Callable[[Tail, Terms], Terms]:
    return lambda tail, u: tail.bounded(function, u)


_LOGARITHM: Scale = ((), S.Zero, 1)


def _order(first: Any, second: Any) -> int:
    return int(bool(first > second)) - int(bool(first < second))


def _ball(coefficient: Coefficient) -> Any:
    return coefficient if isinstance(coefficient, arb) else number(coefficient)


def _plus(first: Coefficient, second: Coefficient) -> Coefficient:
    if isinstance(first, arb) or isinstance(second, arb):
        return _ball(first) + _ball(second)
    return first + second


def _times(first: Coefficient, second: Coefficient) -> Coefficient:
    if isinstance(first, arb) or isinstance(second, arb):
        return _ball(first) * _ball(second)
    return first * second


def _trimmed(exponent: tuple[Expr, ...]) -> tuple[Expr, ...]:
    while exponent and exponent[-1] == 0:
        exponent = exponent[:-1]
    return exponent


def _padded(first: tuple[Expr, ...], second: tuple[Expr, ...]) -> Iterable[tuple[Expr, Expr]]:
    return zip_longest(first, second, fillvalue=S.Zero)


def _sum(first: tuple[Expr, ...], second: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return tuple(a + b for a, b in _padded(first, second))


def _difference(first: tuple[Expr, ...], second: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return tuple(a - b for a, b in _padded(first, second))


def _divided(terms: Terms, scale: Scale) -> Terms:
    """Return the sum divided by a scale."""
    return {(_trimmed(_difference(s[0], scale[0])), s[1] - scale[1], s[2] - scale[2]): c for s, c in terms.items()}


_RULES: dict[type, Callable[[Tail, Terms], Terms]] = {
    exp: Tail.exponential,
    log: Tail.logarithm,
    tanh: _tanh,
    sigmoid: _sigmoid,
    softplus: _softplus,
    normal_pdf: _normal_pdf,
    normal_cdf: _normal_cdf,
    erf: _erf,
    erfc: _erfc,
    sinh: _sinh,
    cosh: _cosh,
    atan: _atan,
    asinh: _asinh,
    sin: _oscillating(sin),
    cos: _oscillating(cos),
    asin: _bounded(asin),
    tan: _bounded(tan),
}
