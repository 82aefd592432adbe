"""Signs that are seen: sums of products of positive things, squares, and what exponentials make of differences.

An expression is written in positive quantities (facts such as λ − x > 0 become x = λ − t, t > 0), then in exponentials
as generators.  If its numerator has no negative term, or is a square, or a quadratic without real zeros, its sign is
plain.  A difference of logarithms has the sign of the difference of their arguments.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Dummy, Expr, Mul, Poly, Symbol, expand, factor, together
from sympy.polys.polyerrors import PolynomialError

from symact.textbook.cases import Fact
from symact.textbook.normal_form import NormalForm, factored

LARGEST = 400
"""Operations of an expression that is still factored."""


def sign_seen(expr: Expr, facts: tuple[Fact, ...] = ()) -> str | None:
    """Return ``>`` or ``>=`` where an expression is shown to be positive or nonnegative under the facts."""
    substitution = in_positive_quantities(facts)
    for written in _written(expr.subs(substitution)):
        found = _sign(written)
        if found:
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


def sign_of_generators(expr: Expr) -> str | None:
    """Return ``>`` or ``>=`` for an expression whose symbols carry all that is known of them."""
    return _sign(expr)


def _written(expr: Expr) -> Iterator[Expr]:
    yield expr
    yield expand(expr)
    form = NormalForm()
    inner = form.of(expr)
    yield _above_one(form, inner)
    with_exponentials = form.exponential_of(inner)
    if with_exponentials is not None:
        yield _above_one(form, with_exponentials - 1)


def _above_one(form: NormalForm, expr: Expr) -> Expr:
    """Write e^m as 1 + h, h > 0, for positive m, and make the exponents of generators whole."""
    powers = {g: g ** form.denominator(expr, g) for g in expr.free_symbols if form.denominator(expr, g) > 1}
    whole = expr.subs(powers)
    raised = {g: 1 + Dummy("h", positive=True) for g in whole.free_symbols if form.exceeds_one(g)}
    return together(whole.subs(raised))


def _sign(expr: Expr) -> str | None:
    if expr.is_positive:
        return ">"
    if expr.is_nonnegative:
        return ">="
    over, under = together(expr).as_numer_denom()
    over, under = expand(over), expand(under)
    if not under.is_positive:
        if not under.is_negative:
            return None
        over = -over
    if over.is_positive:
        return ">"
    if over.is_nonnegative:
        return ">="
    if over.count_ops() > LARGEST:
        return None
    signs = [_sign_of_base(f) for f in Mul.make_args(factored(over))]
    if None in signs:
        return None
    negative = sum(1 for s in signs if s == "<") % 2
    if negative:
        return None
    return ">" if all(s in "<>" for s in signs if s) else ">="


def _sign_of_base(base: Expr) -> str | None:
    if base.is_positive:
        return ">"
    if base.is_negative:
        return "<"
    if base.is_nonnegative:
        return ">="
    for symbol in base.free_symbols:
        found = _sign_of_quadratic(base, symbol)
        if found:
            return found
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
    discriminant = factor(4 * a * c - b**2)
    if not a.is_positive:
        return None
    return ">" if discriminant.is_positive else ">=" if discriminant.is_nonnegative else None
