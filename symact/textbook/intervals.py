"""One variable: the sign of a smooth function on a whole interval, by all its zeros and rigorous tails.

Positive parameters are scaled away first where they only stretch the axes: x = t/β.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, Mul, S, Symbol, expand, factor, oo, powsimp

from symact.analysis.normal_form import normalised
from symact.cells import sample_point
from symact.errors import OpenError
from symact.notation import text
from symact.roots import Real, Signs, between, sign_pattern
from symact.signs import sign_of
from symact.textbook.positivity import Fact
from symact.verdict import Grade


@dataclass(frozen=True)
class OnInterval:
    """A function of one variable on an open interval, and what the given variables are in terms of it."""

    expr: Expr
    symbol: Symbol
    left: Expr
    right: Expr
    substitution: tuple[tuple[Symbol, Expr], ...] = ()
    factor: Expr = S.One

    @property
    def signs(self) -> Signs:
        """All zeros and the signs between them (``OpenError`` if that is not certain)."""
        return sign_pattern(self.expr, self.symbol, self.left, self.right)

    def places(self, sign: int) -> Iterator[Expr]:
        """Yield exact points at which the function has the sign."""
        signs = self.signs
        ends = [Real(self.left), *signs.zeros, Real(self.right)]
        for (low, high), s in zip(pairwise(ends), signs.signs, strict=True):
            if s != sign:
                continue
            middle = sample_point(self.left, self.right) if not signs.zeros else None
            yield middle if middle is not None else between(low, high)
        if sign == 0:
            yield from (z.exact for z in signs.zeros if z.exact is not None)

    def __str__(self) -> str:
        scaled = "".join(f", {text(s)} = {text(e)}" for s, e in self.substitution)
        return f"{text(self.expr)} on ({text(self.left)}, {text(self.right)}){scaled}"


def on_intervals(expr: Expr, facts: tuple[Fact, ...]) -> Iterator[OnInterval]:
    """Yield the ways to see an expression as a function of one variable on an interval."""
    for form in dict.fromkeys((normalised(expr), normalised(expand(expr)))):
        for scaled, substitution, multiple in _scalings(form):
            symbols = scaled.free_symbols
            if len(symbols) != 1:
                continue
            symbol = symbols.pop()
            changed = tuple((factor(e.subs(substitution)), s) for e, s in facts)
            left, right = _ends(symbol, changed)
            yield OnInterval(scaled, symbol, left, right, tuple(substitution.items()), multiple)


def sign_of_smooth(expr: Expr) -> tuple[str | None, Grade]:
    """Return ``>`` or ``>=`` for a smooth function of one variable that nowhere is negative, and how that is known."""
    for view in on_intervals(expr, ()):
        try:
            signs = view.signs
        except OpenError:
            continue
        if -1 not in signs.signs:
            grade = Grade.CERTIFIED if signs.isolated else Grade.PROVED
            return (">=" if signs.zeros or 0 in signs.signs else ">"), grade
    return None, Grade.OPEN


def _scalings(expr: Expr) -> Iterator[tuple[Expr, dict[Symbol, Expr], Expr]]:
    """Yield the expression, and it with a positive symbol divided out."""
    yield expr, {}, S.One
    symbols = sorted(expr.free_symbols, key=str)
    for parameter in (s for s in symbols if s.is_positive and not s.is_integer):
        for symbol in (s for s in symbols if s != parameter):
            for place in (symbol / parameter, symbol * parameter):
                moved = expr.subs(symbol, place)
                for power in (0, 1, -1, 2, -2):
                    scaled = normalised(_free(powsimp(expand(moved * parameter**power)), parameter))
                    if parameter not in scaled.free_symbols:
                        yield scaled, {symbol: place}, parameter**power


def _free(expr: Expr, parameter: Symbol) -> Expr:
    """Cancel a parameter inside the arguments of functions too."""
    return expr.replace(lambda e: e.is_Function and parameter in e.free_symbols, lambda e: e.func(*map(expand, e.args)))


def _ends(symbol: Symbol, facts: tuple[Fact, ...]) -> tuple[Expr, Expr]:
    """Return the interval that the linear facts about one variable leave."""
    left, right = (S.Zero if symbol.is_positive else -oo), oo
    for expr, s in facts:
        kept = Mul(*(f for f in Mul.make_args(expr) if not f.is_positive))
        polynomial = kept.as_poly(symbol)
        if kept.free_symbols != {symbol} or polynomial is None or polynomial.degree() != 1:
            continue
        slope, intercept = polynomial.all_coeffs()
        end = -intercept / slope
        if sign_of(slope) == s:
            left = end if left == -oo or sign_of(end - left) > 0 else left
        else:
            right = end if right is oo or sign_of(right - end) > 0 else right
    if left != -oo and right is not oo and sign_of(right - left) <= 0:
        raise OpenError("the interval is empty")
    return left, right
