"""How an expression behaves near infinity, with every remainder enclosed.

On [X, ∞) an expression is written as a finite sum of scales c·x^k·e^(P(x)), P a polynomial without constant
term.  Each coefficient c is an exact number, or a ball that holds c(x) for *every* x ≥ X.  The sign of the
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
from sympy import Add, Expr, Mul, Pow, S, Symbol, exp, oo, pi, sqrt, tanh

from symact.balls import compiled, number, working_precision
from symact.errors import OpenError
from symact.functions import MeaningfulFunction, normal_cdf, normal_pdf, sigmoid, softplus
from symact.notation import text

BITS = 100
KEPT = 5
"""Scales kept apart; the smaller ones are folded into the last coefficient."""

Scale = tuple[tuple[Expr, ...], int]
"""The coefficients of x, x², … in the exponent, and the power of x."""

Coefficient = Any
"""An exact SymPy number or a ball."""

Terms = dict[Scale, Coefficient]

ONE: Scale = ((), 0)


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
            return {((), 1): S.One}
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
        rule = _RULES.get(expr.func)
        if rule is None:
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
        return (first[1] > second[1]) - (first[1] < second[1])

    def sorted(self, terms: Terms) -> list[Scale]:
        """Return the scales, the fastest growing first."""
        return sorted(terms, key=cmp_to_key(self.compare), reverse=True)

    def largest(self, scale: Scale) -> Any:
        """Return a ball that holds x^k·e^(P(x)) for every x ≥ start, for a scale that decreases there."""
        exponent, power = scale
        x = arb(self.start)
        balls = [number(c) for c in exponent]
        # x·d/dx of the logarithm is k + Σ m·cₘ·xᵐ; with x = start + t every coefficient in t must be ≤ 0.
        logarithmic = [arb(power), *((m + 1) * c for m, c in enumerate(balls))]
        for order in range(len(logarithmic)):
            shifted = sum(
                (comb(m, order) * c * x ** (m - order) for m, c in enumerate(logarithmic) if m >= order),
                arb(0),
            )
            if not shifted <= 0:
                raise OpenError("a scale does not decrease yet")
        exponent_value = sum((c * x ** (m + 1) for m, c in enumerate(balls)), arb(0))
        return arb(0).union(x**power * exponent_value.exp())

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
                scale = (_trimmed(_sum(s[0], t[0])), s[1] + t[1])
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
        (exponent, degree), coefficient = leading, terms[leading]
        if isinstance(coefficient, arb) or not number(coefficient) > 0 or not (degree * power).is_Integer:
            raise OpenError("a root has no expansion in whole powers")
        rest = self.scaled(_divided({s: c for s, c in terms.items() if s != leading}, leading), 1 / coefficient)
        hull = 1 + arb(0).union(self.enclosure(rest))
        if not hull > 0:
            raise OpenError("a root may vanish")
        mean = number(power) * hull ** number(power - 1)
        scale = (_trimmed(tuple(c * power for c in exponent)), int(degree * power))
        series = self.add({ONE: S.One}, self.scaled(rest, mean))
        return self.multiply({scale: coefficient**power}, series)

    def exponential(self, terms: Terms) -> Terms:
        """Return e^(P + c + r) = e^c·e^P·(1 + r·C), with C a ball around e^ξ, ξ between 0 and r."""
        polynomial = {s: c for s, c in terms.items() if not s[0] and s[1] > 0}
        constant = terms.get(ONE, S.Zero)
        rest = {s: c for s, c in terms.items() if s not in polynomial and s != ONE}
        if any(isinstance(c, arb) for c in polynomial.values()):
            raise OpenError("an exponent is known only as a ball")
        degree = max((s[1] for s in polynomial), default=0)
        exponent = tuple(polynomial.get(((), m), S.Zero) for m in range(1, degree + 1))
        factor = constant.exp() if isinstance(constant, arb) else exp(constant)
        leading: Terms = {(exponent, 0): factor}
        if not rest:
            return leading
        mean = arb(0).union(self.enclosure(rest)).exp()
        return self.multiply(leading, self.add({ONE: S.One}, self.scaled(rest, mean)))

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

    def bounded(self, node: type[MeaningfulFunction], slope: Callable[[Expr], Expr], terms: Terms) -> Terms:
        """Return g(c + r) = g(c) + r·C, with C a ball around g′ between c and c + r (mean value theorem)."""
        constant = terms.get(ONE, S.Zero)
        if isinstance(constant, arb):
            raise OpenError("a limit is known only as a ball")
        rest = {s: c for s, c in terms.items() if s != ONE}
        hull = arb(0).union(self.enclosure(rest)) + number(constant)
        mean = compiled(slope(self.symbol), (self.symbol,))(hull)
        return self.add({ONE: node(constant)} if node(constant) != 0 else {}, self.scaled(rest, mean))


def _sigmoid(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(sigmoid, sigmoid.slope, u)
    e = tail.exponential(tail.scaled(u, S(-direction)))
    # σ(u) = 1 − e/(1 + e) for u → ∞ and e/(1 + e) for u → −∞, where e = e^(−|u|).
    small = tail.multiply(e, tail.inverse(tail.add({ONE: S.One}, e)))
    return small if direction < 0 else tail.add({ONE: S.One}, tail.scaled(small, S.NegativeOne))


def _tanh(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(tanh, lambda t: 1 - tanh(t) ** 2, u)
    e = tail.exponential(tail.scaled(u, S(-2 * direction)))
    small = tail.multiply(e, tail.inverse(tail.add({ONE: S.One}, e)))
    return tail.scaled(tail.add({ONE: S.One}, tail.scaled(small, S(-2))), S(direction))


def _softplus(tail: Tail, u: Terms) -> Terms:
    direction = tail.direction(u)
    if direction == 0:
        return tail.bounded(softplus, softplus.slope, u)
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
        return tail.bounded(normal_cdf, normal_cdf.slope, u)
    t = tail.scaled(u, S(direction))
    inverse = tail.inverse(t)
    square = tail.multiply(inverse, inverse)
    # Mills: Φ(−t) = φ(t)/t·(1 − D/t²) with 1 − 3/t² ≤ D ≤ 1 for t > 0.
    bracket = arb(1).union(1 - 3 * tail.enclosure(square))
    series = tail.add({ONE: S.One}, tail.scaled(square, -bracket))
    mills = tail.multiply(tail.multiply(_normal_pdf(tail, t), inverse), series)
    return mills if direction < 0 else tail.add({ONE: S.One}, tail.scaled(mills, S.NegativeOne))


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
    return {(_trimmed(_difference(s[0], scale[0])), s[1] - scale[1]): c for s, c in terms.items()}


_RULES: dict[type, Callable[[Tail, Terms], Terms]] = {
    exp: Tail.exponential,
    tanh: _tanh,
    sigmoid: _sigmoid,
    softplus: _softplus,
    normal_pdf: _normal_pdf,
    normal_cdf: _normal_cdf,
}
