"""Signs that are seen: sums of products of positive things, squares, and what exponentials make of differences.

An expression is written in positive quantities (facts such as λ − x > 0 become x = λ − t, t > 0), then in exponentials
as generators.  If its numerator has no negative term, or is a square, or a quadratic without real zeros, its sign is
plain.  A difference of logarithms has the sign of the difference of their arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sympy import Add, Dummy, Expr, Mul, Poly, Pow, Rational, S, Symbol, cos, expand, factor, sin, together
from sympy.polys.polyerrors import PolynomialError
from sympy.simplify.fu import TR8

from symact.errors import OpenError
from symact.signs import sign_of
from symact.textbook.normal_form import LARGEST_POWER, NormalForm, factored

Fact = tuple[Expr, int]
"""An expression and its sign."""

LARGEST = 400
"""Operations of an expression that is still factored."""

LONGEST = 10**8
"""Numerators and denominators up to this are still handled by algebra."""


def sign_seen(expr: Expr, facts: tuple[Fact, ...] = ()) -> str | None:
    """Return ``>`` or ``>=`` where an expression is shown to be positive or nonnegative under the facts."""
    if not _is_simple(expr):
        return None
    substitution = in_positive_quantities(facts)
    for written in _written(expr.subs(substitution)):
        found = _sign(written)
        if found in (">", ">="):
            return found
    return None


def in_positive_quantities(facts: tuple[Fact, ...]) -> dict[Symbol, Expr]:
    """Return variables by positive quantities, so that the linear facts hold by assumption as far as possible."""
    substitution: dict[Symbol, Expr] = {}
    for expr, s in facts:
        inequality = expand((s * expr).subs(substitution))
        if inequality.is_positive:
            continue
        step = _solved(inequality)
        if step is None:
            continue
        symbol, value = step
        substitution = {v: e.subs(symbol, value) for v, e in substitution.items()} | {symbol: value}
    return substitution


def _solved(inequality: Expr) -> tuple[Symbol, Expr] | None:
    """Solve ``inequality > 0`` for one of its symbols, whose own assumptions must go on to hold."""
    t = Dummy("t", positive=True)
    for symbol in sorted(inequality.free_symbols, key=lambda s: (s.is_positive is True, str(s))):
        slope, rest = inequality.coeff(symbol), inequality.subs(symbol, 0)
        if not slope.is_Rational or slope == 0 or expand(slope * symbol + rest - inequality) != 0:
            continue
        if not symbol.is_positive:
            return symbol, (t - rest) / slope
        if slope > 0 and (-rest).is_nonnegative:
            return symbol, (t - rest) / slope
        if slope < 0 and rest.is_positive:
            return symbol, rest / -slope * t / (1 + t)
    return None


def _is_simple(expr: Expr) -> bool:
    """Whether the numbers are short: with long ones a sign is read off balls, and algebra would take for ever."""
    return expr.count_ops() <= LARGEST and all(max(abs(r.p), r.q) <= LONGEST for r in expr.atoms(Rational))


def sign_of_generators(expr: Expr) -> str | None:
    """Return ``>`` or ``>=`` for an expression whose symbols carry all that is known of them."""
    return _sign(expr)


def _written(expr: Expr) -> Iterator[Expr]:
    """Yield spellings of an expression, or lower bounds of it."""
    yield expr
    yield expand(expr)
    below = _below_waves(expr)
    if below is not None:
        yield below
    form = NormalForm()
    inner = form.of(expr)
    yield _above_one(form, inner)
    with_exponentials = form.exponential_of(inner)
    if with_exponentials is not None:
        yield _above_one(form, with_exponentials - 1)


def _below_waves(expr: Expr) -> Expr | None:
    """Return a lower bound without sines and cosines: a product of them is a sum of them, and c·sin u ≥ −|c|."""
    if not expr.has(sin, cos):
        return None
    bound: Expr = S.Zero
    for term in Add.make_args(expand(TR8(expr))):
        factors = Mul.make_args(term)
        height = Mul(*(f for f in factors if not f.has(sin, cos)))
        if not term.has(sin, cos):
            bound += term
        elif all(isinstance(f, (sin, cos)) for f in factors if f.has(sin, cos)):
            size = height if height.is_nonnegative else -height
            if not size.is_nonnegative:
                return None
            bound -= size
        else:
            return None
    return bound


def _above_one(form: NormalForm, expr: Expr) -> Expr:
    """Write e^m as 1 + h, h > 0, for positive m, and make the exponents of generators whole."""
    powers = {g: g ** form.denominator(expr, g) for g in expr.free_symbols if form.denominator(expr, g) > 1}
    whole = expr.subs(powers)
    if max((p.exp for p in whole.atoms(Pow) if p.exp.is_Integer), default=0) > LARGEST_POWER:
        return whole
    raised = {g: 1 + Dummy("h", positive=True) for g in whole.free_symbols if form.exceeds_one(g)}
    return together(whole.subs(raised))


def _sign(expr: Expr) -> str | None:
    seen = sign_of_terms(expr)
    if seen:
        return seen
    over, under = together(expr).as_numer_denom()
    over, under = expand(over), expand(under)
    if sign_of_terms(under) != ">":
        if sign_of_terms(-under) != ">":
            return None
        over = -over
    seen = sign_of_terms(over)
    if seen or over.count_ops() > LARGEST:
        return seen
    return _combined([_sign_of_base(f) for f in Mul.make_args(factored(over))])


def sign_of_terms(expr: Expr) -> str | None:
    """Return the sign of a sum none of whose terms is negative."""
    signs = [_sign_of_term(term) for term in Add.make_args(expr)]
    if any(s not in (">", ">=") for s in signs):
        return None
    return ">" if ">" in signs else ">="


def _sign_of_term(term: Expr) -> str | None:
    return _combined([_sign_of_power(f) for f in Mul.make_args(term)])


def _combined(signs: list[str | None]) -> str | None:
    """Return the sign of a product."""
    if None in signs:
        return None
    below = sum(1 for s in signs if s == "<") % 2
    if all(s in ("<", ">") for s in signs):
        return "<" if below else ">"
    return None if below else ">="


def _sign_of_power(piece: Expr) -> str | None:
    if not piece.free_symbols:
        return _sign_of_number(piece)
    base, power = (piece.base, piece.exp) if isinstance(piece, Pow) else (piece, S.One)
    inner = sign_of_terms(base) if base.is_Add else ">" if base.is_positive else ">=" if base.is_nonnegative else None
    if inner == ">" or (inner and power.is_positive):
        return inner
    if power.is_Integer and power.is_even and power.is_positive:
        return ">" if base.is_nonzero else ">="
    if power.is_Integer and power.is_odd and power.is_positive and not base.is_Add and base.is_negative:
        return "<"
    return None


@cache
def _sign_of_number(value: Expr) -> str | None:
    try:
        return {1: ">", 0: ">=", -1: "<"}[sign_of(value)]
    except OpenError:
        return None


def _sign_of_base(base: Expr) -> str | None:
    for s, found in ((1, ">"), (-1, "<")):
        seen = sign_of_terms(s * base) if base.is_Add else _sign_of_term(s * base)
        if seen == ">":
            return found
        if seen and s > 0:
            return seen
    for symbol in sorted(base.free_symbols, key=str):
        found_sign = _sign_of_quadratic(base, symbol)
        if found_sign:
            return found_sign
    return None


def _sign_of_quadratic(expr: Expr, symbol: Symbol) -> str | None:
    """Read the sign of a·s² + b·s + c with a > 0 and b² ≤ 4ac."""
    try:
        polynomial = Poly(expr, symbol)
    except PolynomialError:
        return None
    if polynomial.degree() != 2:
        return None
    a, b, c = polynomial.all_coeffs()
    if sign_of_terms(a) != ">":
        return None
    return _combined([_sign_of_power(f) for f in Mul.make_args(factor(4 * a * c - b**2))])
