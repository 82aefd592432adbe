"""Asymptotes for x → ±∞, with the exact leading term of what is left and so the rate of approach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial

from sympy import Expr, Rational, S, oo, pi, sqrt

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.normal_form import normal_cells
from symact.analysis.transseries import (
    CONSTANT,
    FASTER,
    ORDERS,
    TIME,
    Growth,
    Series,
    TooFewTerms,
    expansion,
    sign,
    with_named_constants,
)
from symact.errors import OpenError
from symact.functions import normal_pdf
from symact.notation import text

SECTION = "Asymptotes"


class NoAsymptote(OpenError):  # noqa: N818  # a fact, not a fault
    """A function that grows faster than a line, or between a constant and a line."""

    def __init__(self, leading: Expr) -> None:
        super().__init__(f"there is no asymptote: f(x) grows like {text(leading)}")
        self.leading = leading


class Rate(StrEnum):
    """How fast a function approaches its asymptote."""

    EXACT = "exact"  # equal to the line beyond some point
    ALGEBRAIC = "algebraic"  # a power of x
    EXPONENTIAL = "exponential"  # e to a multiple of x, times a power
    GAUSSIAN = "Gaussian"  # e to a multiple of x²
    FASTER = "faster than Gaussian"  # e to a higher power of x


@dataclass(frozen=True)
class Asymptote:
    """A line that a function approaches.

    Attributes
    ----------
    line
        m·x + c.
    remainder
        The leading term of f(x) − (m·x + c): their ratio tends to 1; 0 where the two are equal, ``None`` where all that
        is known is that it decays as an exponential of an exponential.
    rate
        How fast the remainder tends to 0.
    """

    line: Expr
    remainder: Expr | None
    rate: Rate


@cache
def asymptote(activation: Activation, end: Expr) -> Asymptote:
    """Return the asymptote for x → ∞ or x → −∞.

    Parameters
    ----------
    activation
        An elementwise activation; its parameters stay symbols.
    end
        ``oo`` or ``-oo``.

    Raises
    ------
    OpenError
        If there is none (the message says how f grows), or it is not settled.
    """
    pieces = normal_cells(activation)
    x, direction = pieces.symbol, 1 if end is oo else -1
    branch, back = with_named_constants(pieces.cells[-1 if end is oo else 0].expr.subs(x, direction * TIME))
    for order in ORDERS:
        series = expansion(branch, TIME, order)
        try:
            line, rest = _line(series, x * direction)
            if not rest.terms and rest.error is None:
                return Asymptote(line.subs(back), S.Zero, Rate.EXACT)
            if not rest.terms and rest.error == FASTER:
                return Asymptote(line.subs(back), None, Rate.FASTER)
            growth, coefficient = rest.leading()
        except TooFewTerms:
            continue
        if growth.exponent == ((S(2), Rational(-1, 2)),):
            density = Growth(power=growth.power, logs=growth.logs).to_expr(direction * x) * normal_pdf(x)
            return Asymptote(line.subs(back), coefficient.subs(back) * sqrt(2 * pi) * density, Rate.GAUSSIAN)
        return Asymptote(line.subs(back), coefficient.subs(back) * growth.to_expr(direction * x), _rate(growth))
    raise OpenError(f"the approach to the asymptote is not settled by {ORDERS[-1]} terms of the expansion")


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return both asymptotes with the leading term of what is left."""
    if not activation.is_elementwise:
        return ()
    found: list[Fact] = []
    for end in (-oo, oo):
        label = f"asymptote for x → {text(end)}"
        found += settled(SECTION, label, partial(_facts_at, activation, end, label))
    return tuple(found)


def _facts_at(activation: Activation, end: Expr, label: str) -> Iterator[Fact]:
    if not normal_cells(activation).cells[-1 if end is oo else 0].is_defined:
        return
    try:
        known = asymptote(activation, end)
    except NoAsymptote as none:
        yield Fact(SECTION, label, f"none: f(x) ~ {text(none.leading)}", method="expansion at infinity")
        return
    yield Fact(SECTION, label, known.line, method=f"approach: {known.rate}")
    if known.rate is not Rate.EXACT and known.remainder is not None:
        label = f"leading term of {_difference(known.line)} for x → {text(end)}"
        yield Fact(SECTION, label, known.remainder, method="expansion at infinity")


def _difference(line: Expr) -> str:
    if line == 0:
        return "f(x)"
    shown = text(line)
    return f"f(x) − ({shown})" if line.is_Add or line.could_extract_minus_sign() else f"f(x) − {shown}"


def _line(series: Series, t: Expr) -> tuple[Expr, Series]:
    """Split a series in t into m·t + c and what tends to 0."""
    linear = Growth(power=S.One)
    line = S.Zero
    rest = []
    for growth, coefficient in series.terms:
        if growth in (linear, CONSTANT):
            line += coefficient * (t if growth == linear else 1)
        elif growth.compare(CONSTANT) < 0:
            rest.append((growth, coefficient))
        else:
            sign(coefficient)  # the case of a vanishing coefficient is not excluded by the assumptions: undecided
            raise NoAsymptote(coefficient * growth.to_expr(t))
    if series.error is not None and series.error.compare(CONSTANT) >= 0:
        raise TooFewTerms("the line is not complete")
    return line, Series(tuple(rest), series.error)


def _rate(growth: Growth) -> Rate:
    if not growth.exponent:
        return Rate.ALGEBRAIC
    degree = growth.exponent[0][0]
    return {1: Rate.EXPONENTIAL, 2: Rate.GAUSSIAN}.get(int(degree), Rate.FASTER) if degree >= 1 else Rate.EXPONENTIAL
